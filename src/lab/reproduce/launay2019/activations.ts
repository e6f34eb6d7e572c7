// Activation functions at rates at which each trains, even ones among them.

import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { FC, type NetworkSpec } from '../practices/networks.ts'
import { FC_SCALES, type NetworkScale, type Part, planParts, presented, rowsOf } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, gain } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'
import { sample } from '../../statistics.ts'

interface Setting {
  /** Small enough to be trained to the end, at rates that are searched for. */
  readonly digits: NetworkScale
  readonly fc: NetworkScale
}

/** What is trained, and where the search for its rate begins. */
const FUNCTIONS: readonly (readonly [name: string, change: Partial<NetworkSpec>, first: number])[] = [['tanh', {}, 0.1],
  ['relu', { activation: 'relu' }, 0.03], ['leaky relu, 0.5', { activation: 'leaky-relu', slope: 0.5 }, 0.03], [
  'leaky relu, 0.1',
  { activation: 'leaky-relu', slope: 0.1 },
  0.03,
], ['leaky relu, 0.01', { activation: 'leaky-relu', slope: 0.01 }, 0.03], ['sigmoid', { activation: 'sigmoid' }, 0.1], [
  '|x|',
  { activation: 'absolute' },
  0.03,
], ['bump', { activation: 'bump' }, 0.03], ['|x|, derivative 1', { activation: 'absolute', derivative: 'one' }, 0.01], [
  'bump, derivative 1',
  { activation: 'bump', derivative: 'one' },
  0.03,
]]

/** The rate of tanh and relu side by side on digits. */
const COMMON = 0.1

function partsOf({ digits, fc }: Setting): readonly Part[] {
  const searched = (title: string, scale: NetworkScale): Part => ({
    title,
    variants: FUNCTIONS.map(([name, change]) => variant(name, scale, { ...scale.network, ...change })),
    rates: FUNCTIONS.map(([, , first]) => scale.faster * first),
    search: true,
    seeds: scale.seeds,
  })
  const small = searched('Small images, each function at its best rate', digits)
  return [small, searched('Larger images, each function at its best rate', fc), {
    title: 'Small images, one rate',
    variants: small.variants.slice(0, 2),
    rates: COMMON,
    seeds: digits.seeds,
  }]
}

const DIGITS: NetworkScale = {
  ...FC_SCALES.default,
  dataset: 'optdigits',
  network: { ...FC, widths: [200, 200, 200] },
  trainingSamples: 1000,
  epochs: 40,
}

/** Three times the scatter 1/√200 of the mean cosine of an untrained network over draws of its feedback. */
const CHANCE = 0.21

/** Practice 2 of launay2019. */
export const activations = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/activations',
  title: 'Which activation functions align',
  source: 'launay2019; theory (8.5), (8.7), (8.8), (8.9)',
  method: 'training',
  about:
    'tanh, relu, leaky relu at three slopes, sigmoid, and two even functions. On digits each is trained to the end, on '
    + 'CIFAR-10 for few steps, at the rate of its least training loss: most run away at the authors’. Even '
    + 'functions align by the square of their slope; with 1 in the place of the slope, which hides its sign, they do not.',
  data: [...FILES.cifar10, ...FILES.optdigits],
  quickData: [],
  revision: 1,
  scales: {
    quick: {
      minutes: 0.05,
      digits: { ...FC_SCALES.quick, trainingSamples: 100 },
      fc: { ...FC_SCALES.quick, trainingSamples: 60 },
    },
    default: { minutes: 3, digits: DIGITS, fc: { ...FC_SCALES.default, trainingSamples: 1000, seeds: 1 } },
    paper: { minutes: 700, digits: { ...DIGITS, trainingSamples: 0, seeds: 10 }, fc: FC_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first, done) => planParts(partsOf(setting), first, done),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting }) {
    const parts = partsOf(setting)
    const rows = parts.map((part) => rowsOf(part, runs))
    const of = (part: number, name: string) => rows[part][FUNCTIONS.findIndex(([own]) => own === name)]
    const layers = setting.digits.network.widths.map((_, l) => l)
    const top = layers.length - 1
    const earlier = 'what an earlier run on digits gave'
    const at = (name: string, l: number) => sample(alignments(of(0, name), l))
    return {
      claims: [
        claim.atLeast('activations-tanh',
          'alignment of the last hidden layer, digits: tanh less relu, each at its best rate',
          gain(alignments(of(0, 'tanh'), top), alignments(of(0, 'relu'), top)), 0.05, earlier),
        // Added after a first run, in which the rate of least training loss was 10 for tanh: the earlier run had one rate.
        claim.atLeast('activations-tanh-one-rate', 'the same at one rate',
          gain(alignments(rows[2][0], top), alignments(rows[2][1], top)), 0.05, earlier),
        claim.atLeast('activations-absolute', 'digits, |x|: alignment by layer', layers.map((l) => at('|x|', l)),
          CHANCE, 'three times the scatter of untrained networks, 1/√200', { source: 'theory (8.7)' }),
        claim.atLeast('activations-bump', 'digits, Gaussian bump: alignment by layer', layers.map((l) => at('bump', l)),
          CHANCE, 'the same', { source: 'theory (8.7)' }),
        claim.between('activations-wrong', 'digits, derivative 1, |x| and bump: alignment of the last hidden layer',
          ['|x|, derivative 1', 'bump, derivative 1'].map((name) => at(name, top)), -CHANCE, CHANCE, 'the same', {
          source: 'theory (8.8)',
        }),
      ],
      ...presented(parts, rows),
    }
  },
})
