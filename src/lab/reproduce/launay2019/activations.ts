// Activation functions at rates at which each trains, even ones among them.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import type { NetworkSpec } from '../practices/networks.ts'
import { FC_SCALES, type NetworkScale, type Part, planParts, presented, rowsOf } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, gain } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'
import { sample } from '../../statistics.ts'

interface Setting {
  readonly fc: NetworkScale
}

/** What is trained, and at which rate: at most a third of one that was seen to run away; leaky ones have that of relu. */
const FUNCTIONS: readonly (readonly [name: string, change: Partial<NetworkSpec>, first: number])[] = [['tanh', {}, 0.1],
  ['relu', { activation: 'relu' }, 0.03], ['leaky relu, 0.5', { activation: 'leaky-relu', slope: 0.5 }, 0.03], [
  'leaky relu, 0.1',
  { activation: 'leaky-relu', slope: 0.1 },
  0.03,
], ['leaky relu, 0.01', { activation: 'leaky-relu', slope: 0.01 }, 0.03], ['sigmoid', { activation: 'sigmoid' }, 0.3], [
  '|x|',
  { activation: 'absolute' },
  0.03,
], ['bump', { activation: 'bump' }, 0.1], ['|x|, derivative 1', { activation: 'absolute', derivative: 'one' }, 0.03], [
  'bump, derivative 1',
  { activation: 'bump', derivative: 'one' },
  0.1,
]]

const partOf = ({ fc }: Setting): Part => ({
  title: 'Activation functions, each at a rate at which it trains',
  variants: FUNCTIONS.map(([name, change]) => variant(name, fc, { ...fc.network, ...change })),
  rates: FUNCTIONS.map(([, , first]) => fc.faster * first),
  seeds: fc.seeds,
})

/** Practice 2 of launay2019. */
export const activations = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/activations',
  title: 'Which activation functions align',
  source: 'launay2019; theory (8.5), (8.7), (8.8), (8.9)',
  method: 'training',
  about: 'tanh, relu, leaky relu at three slopes, sigmoid, and two even functions, each at a rate at which it '
    + 'trains: most of them run away at the authors’. Even functions align by the square of their slope; with 1 '
    + 'in the place of the slope, which hides its sign, they do not.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.05, fc: { ...FC_SCALES.quick, trainingSamples: 100 } },
    default: { minutes: 4, fc: { ...FC_SCALES.default, trainingSamples: 1000 } },
    paper: { minutes: 12_000, fc: FC_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (s, first, done) => planParts([partOf(s)], first, done),
  run: trainPractice,
  judge({ runs, claim, setting }) {
    const part = partOf(setting)
    const rows = rowsOf(part, runs)
    const of = (name: string) => rows[FUNCTIONS.findIndex(([own]) => own === name)]
    const top = setting.fc.network.widths.length - 1
    const layers = setting.fc.network.widths.map((_, l) => l)
    const at = (name: string, l: number) => sample(alignments(of(name), l))
    return {
      claims: [
        claim.atLeast('activations-tanh', 'alignment of the last hidden layer: tanh less relu',
          gain(alignments(of('tanh'), top), alignments(of('relu'), top)), 0.05, 'what an earlier run on digits gave'),
        claim.atLeast('activations-absolute', '|x|: alignment by layer', layers.map((l) => at('|x|', l)), 0.1,
          'three times the spread of an untrained network, 1/√800', { source: 'theory (8.7)' }),
        claim.atLeast('activations-bump', 'Gaussian bump: alignment by layer', layers.map((l) => at('bump', l)), 0.1,
          'the same', { source: 'theory (8.7)' }),
        claim.between('activations-wrong', 'with derivative 1, |x| and bump: alignment of the last hidden layer',
          ['|x|, derivative 1', 'bump, derivative 1'].map((name) => at(name, top)), -0.1, 0.1, 'the same', {
          source: 'theory (8.8)',
        }),
      ],
      ...presented([part], [rows]),
    }
  },
})
