// What `check` can be asked.

import type { FeedbackKind } from '../../dfa/index.ts'
import { flag, integer, numbers, output, path, positive, type Values, words } from '../options.ts'

const FEEDBACK: readonly FeedbackKind[] = ['orthogonal', 'gaussian']

/** The options of `check`. */
export const checkOptions = {
  depth: integer(4, 'weight layers L of the linear network', 2),
  inputs: integer(20, 'inputs n_0'),
  width: integer(100, 'width of every hidden layer'),
  outputs: integer(5, 'outputs n_L'),
  'target-condition': numbers([1, 2, 5, 10, 30], 'condition numbers κ_T of the linear teacher', 1),
  feedback: words(FEEDBACK, FEEDBACK, 'kinds of feedback matrices'),
  rate: positive(0.01, 'learning rate η'),
  seeds: integer(3, 'independent repetitions'),
  seed: integer(0, 'first seed', 0),
  data: path('DIR', 'directory with mnist/: adds the claims on real data'),
  json: output('write claims and runs as JSON'),
  report: path('DIR', 'write an HTML report with figures'),
  verbose: flag('show equations and where each tolerance comes from'),
  quick: flag('fewer seeds and steps: below ten seconds'),
} as const

/** Parsed options of `check`. */
export type Configuration = Values<typeof checkOptions>

/** The defaults, for which an independent implementation has given numbers. */
export function isReferenceSetting(c: Configuration): boolean {
  return c.depth === 4 && c.inputs === 20 && c.outputs === 5 && c.width === 100 && c.rate === 0.01
}
