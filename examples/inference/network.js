// The network of both sides. Pages find the package at an address, Node by its name.

const { mlp } = await import(typeof document === 'undefined' ? 'feedback-alignment/dfa' : '/feedback-alignment/dfa.js')

/** Two numbers in, four classes out. */
export const build = () => mlp({ sizes: [2, 32, 4], activation: 'tanh' })
