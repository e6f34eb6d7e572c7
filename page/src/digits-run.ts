// Digits learnt by a rule and, from the same weights on the same batches, by backpropagation.

import { batches, gatherRows } from '../../src/data/index.ts'
import { type Alignment, backpropagation, type LearningRule, measureAlignment, mlp, RULE_DESCRIPTIONS, RULES,
  trainer } from '../../src/dfa/index.ts'
import { countCorrect, crossEntropy, initialize, isDense, type Layer, parametersOf, sgd,
  walk } from '../../src/nn/index.ts'
import { list, range, slider, type ValuesOf } from './controls.ts'
import { CLASSES, type Digits, drawnDigits } from './digits-data.ts'
import { fingerprintOf, nextStep, type Progress, type Simulation } from './simulation.ts'

const BATCH = 32
/** Rows of a test batch: what one turn can evaluate. */
const ROWS = 50

export const CONTROLS = {
  rule: list('Learning rule', RULE_DESCRIPTIONS.map(({ name }) => name), 'direct-feedback-alignment', {
    show: (name) => name.replaceAll('-', ' '),
  }),
  layers: slider('Hidden layers', [1, 2, 3, 4], 2),
  width: slider('Hidden width', [16, 32, 64, 128], 64),
  activation: list('Activation', ['tanh', 'relu'], 'tanh', { show: (name) => name === 'relu' ? 'ReLU' : name }),
  rate: slider('Learning rate η', [0.01, 0.02, 0.05, 0.1, 0.2, 0.5], 0.2),
  epochs: slider('Epochs', [1, 2, 5, 10, 20, 50], 10),
  seed: slider('Seed', range(1, 20, 1), 1),
}

export type DigitsValues = ValuesOf<typeof CONTROLS>

/** Of rule and backpropagation. */
type Pair = readonly [rule: number, exact: number]

export interface DigitsMoment {
  readonly step: number
  /** Share of the test images that is right. */
  readonly accuracy: Pair
  /** Mean over the batches since the last moment, each before its step, per image. */
  readonly loss: Pair
  /** GA_l of the hidden layers, means over the batch: theory (1.9). */
  readonly layers: readonly number[]
  /** theory (1.12). */
  readonly whole: number
}

export interface DigitsView extends Progress {
  readonly moments: readonly DigitsMoment[]
  /** First rows of W_1 of rule and backpropagation, `side`² numbers each. */
  readonly weights: readonly [readonly Float32Array[], readonly Float32Array[]]
  readonly side: number
  readonly trained: number
  readonly tested: number
}

const SHOWN = 16

/** Trains on drawn digits, or on `files`. */
export function* digits(values: DigitsValues,
  files?: { readonly train: Digits; readonly test: Digits }): Simulation<DigitsView>
{
  const { rule: name, layers, width, activation, rate, epochs, seed } = values
  const train = files?.train ?? (yield* drawnDigits(2000, seed, 'train'))
  const test = files?.test ?? (yield* drawnDigits(500, seed, 'test'))
  const pixels = train.side * train.side
  const sizes = [pixels, ...Array.from({ length: layers }, () => width), CLASSES]
  let wanted = false
  let alignment: Alignment | undefined
  // Sums at rate/B are means at rate, also under rules that send no e: signs and targets do not know of B.
  const build = (rule: LearningRule, measured: boolean) => {
    const network = mlp({ sizes, activation })
    initialize(network, 'uniform', seed)
    return trainer({ network, rule, loss: crossEntropy('sum'), optimizer: sgd(rate / BATCH), observe: (seen) => {
      if (measured && wanted) alignment = measureAlignment(seen.network, seen.error)
    } })
  }
  const own = build(RULES[name]({ seed: seed + 1000 }), true)
  yield undefined
  const exact = build(backpropagation(), false)
  yield undefined
  const all = batches({ inputs: train.inputs, targets: train.targets, size: BATCH, seed })
  const moments: DigitsMoment[] = []
  const losses: Pair[] = []
  let step = 0
  const view = (): DigitsView => ({
    where: `step ${step}, epoch ${(step / all.perEpoch).toFixed(1)}`,
    fingerprint: fingerprintOf(
      [own, exact].flatMap(({ network }) => parametersOf(network).map(({ value }) => value.data)),
    ),
    moments: moments.slice(),
    weights: [firstRows(own.network, pixels), firstRows(exact.network, pixels)],
    side: train.side,
    trained: train.inputs.shape[0],
    tested: test.inputs.shape[0],
  })
  const last = epochs * all.perEpoch
  let next = 1
  while (step < last) {
    wanted = step + 1 >= next || step + 1 === last
    const { input, target } = all.batch(Math.floor(step / all.perEpoch), step % all.perEpoch)
    losses.push([own.step(input, target) / target.shape[0], exact.step(input, target) / target.shape[0]])
    step++
    yield undefined
    if (!wanted) continue
    const accuracy: Pair = [yield* accuracyOf(own.evaluate, test), yield* accuracyOf(exact.evaluate, test)]
    const mean = (of: 0 | 1): number => losses.reduce((sum, loss) => sum + loss[of], 0) / losses.length
    moments.push({ step, loss: [mean(0), mean(1)], accuracy, whole: alignment?.wholeGradient ?? NaN,
      layers: (alignment?.layerGradient ?? []).slice(0, -1).map(({ samples }) => samples.mean) })
    losses.length = 0
    next = nextStep(step, 12)
    yield view()
  }
  return view()
}

function* accuracyOf(evaluate: ReturnType<typeof trainer>['evaluate'],
  { inputs, targets }: Digits): Generator<undefined, number, void>
{
  const [count] = inputs.shape
  let correct = 0
  for (let from = 0; from < count; from += ROWS) {
    const rows = Array.from({ length: Math.min(ROWS, count - from) }, (_, i) => from + i)
    const target = gatherRows(targets, rows)
    correct += countCorrect(evaluate(gatherRows(inputs, rows), target).output, target)
    yield undefined
  }
  return correct / count
}

function firstRows(network: Layer, pixels: number): readonly Float32Array[] {
  const first = walk(network).find(isDense)
  if (first === undefined) return []
  return Array.from({ length: Math.min(SHOWN, first.outputs) },
    (_, i) => first.weight.value.data.slice(i * pixels, (i + 1) * pixels))
}
