// The whole library; each room can also be imported alone, e.g. `feedback-alignment/tensor`.
export * from './tensor/index.ts'
export * from './nn/index.ts'
export * from './data/index.ts'
export * from './dfa/index.ts'
export * from './theory/index.ts'
