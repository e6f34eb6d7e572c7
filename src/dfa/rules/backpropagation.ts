import type { LearningRule } from './rule.ts'

/** dh_{l} = W_{l+1}ᵀ da_{l+1}: every point passes the gradient on, every layer carries it by its own weight. */
export function backpropagation(): LearningRule {
  return { name: 'backpropagation', install() {} }
}
