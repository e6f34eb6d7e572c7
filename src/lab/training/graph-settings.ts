// What networks on citation graphs are trained with, by launay2020's code.

import type { GraphView } from './citation-graphs.ts'
import type { GraphModelName } from './graph-models.ts'

/** Learning rate, coupled weight decay, and dropout of what enters a network, of hidden features, of attention. */
export interface Regularization {
  readonly rate: number
  readonly decay: number
  readonly input: number
  readonly hidden: number
  readonly attention: number
}

/** What one network is trained with. */
export interface ModelSettings {
  readonly common: Pick<GraphView, 'features' | 'split'> & {
    readonly width: number
    /** What decays: the first layer alone or all that is trained. */
    readonly decayed: 'first' | 'all'
  }
  readonly BP: Regularization
  readonly DFA: Regularization
}

/** No decay, no dropout. */
export const PLAIN = { decay: 0, input: 0, hidden: 0, attention: 0 } as const
const CLASSIC = { width: 16, features: 'normalized', split: 'public', decayed: 'first' } as const
const BP = { ...PLAIN, rate: 0.01, decay: 5e-4, hidden: 0.5 } as const
const SPLINE = { ...PLAIN, rate: 0.01, decay: 5e-3, input: 0.5, hidden: 0.5 } as const

/** By network; where the code is silent, as PyTorch Geometric's example of that network has it. */
export const SETTINGS: Readonly<Record<GraphModelName, ModelSettings>> = {
  gcn: { common: CLASSIC, BP, DFA: { ...PLAIN, rate: 0.01, decay: 1e-4, hidden: 0.1 } },
  cheb: { common: CLASSIC, BP, DFA: { ...PLAIN, rate: 0.01, decay: 1e-4 } },
  spline: { common: { ...CLASSIC, features: 'raw', decayed: 'all' }, BP: SPLINE, DFA: SPLINE },
  gat: {
    common: { ...CLASSIC, width: 64, decayed: 'all' },
    BP: { rate: 5e-3, decay: 5e-4, input: 0.6, hidden: 0.6, attention: 0.6 },
    DFA: { rate: 5e-3, decay: 1e-4, input: 0.1, hidden: 0.1, attention: 0.6 },
  },
  dna: {
    common: { width: 128, features: 'raw', split: 'random', decayed: 'all' },
    BP: { ...PLAIN, rate: 5e-3, decay: 5e-4, hidden: 0.5, attention: 0.8 },
    DFA: { ...PLAIN, rate: 1e-2 },
  },
  mlp: { common: CLASSIC, BP, DFA: { ...PLAIN, rate: 0.01, decay: 1e-4, hidden: 0.1 } },
}

/** Weights as PyTorch Geometric has them. */
export const WEIGHTS: Readonly<Record<GraphModelName, readonly ['glorot' | 'uniform', number]>> = {
  gcn: ['glorot', 1],
  cheb: ['glorot', 1],
  gat: ['glorot', 1],
  mlp: ['glorot', 1],
  spline: ['uniform', Math.SQRT1_2],
  dna: ['uniform', 1],
}
