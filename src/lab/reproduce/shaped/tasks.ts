// Tasks with a wide spectrum: a teacher of many outputs, and images whose classes are not equally frequent.

import { fitStandardization, gatherRows, geometricSpectrum, standardizeInto } from '../../../data/index.ts'
import { normalInto, permutation, randomOrthogonal, randomStream, tanh, type Tensor,
  tensor } from '../../../tensor/index.ts'
import { type DatasetName, readDataset, SHAPES, type Split } from '../../training/datasets.ts'
import { classCounts, classRows } from '../conditioning/data.ts'
import { areaAverage } from '../images/area-average.ts'

/** A task without its seed. */
export interface ShapedData {
  /** `regression` is the teacher y = U diag(σ) z(x); the others are labeled. */
  readonly dataset: 'regression' | Extract<DatasetName, 'mnist' | 'cifar10' | 'teacher'>
  readonly samples: number
  /** ρ: the first class has ρ times the samples of the last, geometrically; of the regression, s_1/s_K. */
  readonly spread: number
}

/** Samples, and how much of what is rare is missed. */
export interface ShapedSplits {
  readonly training: Split
  /** As the training samples are distributed. */
  readonly validation: Split
  /** Labeled: classes as frequent as in the file of test samples, that is equally. */
  readonly test: Split
  readonly isLabeled: boolean
  /** Share of wrong answers, or unexplained variance, over all samples and in the three rarest classes or weakest modes. */
  readonly misses: (output: Tensor, target: Tensor) => { readonly all: number; readonly rare: number }
}

/** How many classes or modes are called rare. */
export const RARE = 3
const OUTPUTS = 10
const TEST = 2000

/** Side of the images after area averaging; 0 where there are none. */
const SIDES: Readonly<Record<Exclude<ShapedData['dataset'], 'regression'>, number>> = {
  mnist: 14,
  cifar10: 8,
  teacher: 0,
}

/** The data of a task; the seed draws samples of the regression, and which classes are rare. */
export function shapedData(c: ShapedData, seed: number, directory: string | undefined): ShapedSplits {
  return c.dataset === 'regression' ? regression(c, seed) : labeled(c, c.dataset, seed, directory)
}

/** A quarter as many samples again, for choices. */
const held = (samples: number): number => Math.round(samples / 4)

/**
 * x ~ N(0, I_20), z_k = tanh(2 v_kᵀx)/c with orthonormal v_k: ten independent features of variance one; s geometric.
 * The linear part of z_k is a common multiple of v_kᵀx, so that Σ_yx has the spectrum s, and the rest has to be learnt.
 */
function regression({ samples, spread }: ShapedData, seed: number): ShapedSplits {
  const inputs = 20
  const spectrum = geometricSpectrum(OUTPUTS, spread)
  const u = randomOrthogonal(randomStream(seed, 'shaped/left'), OUTPUTS, OUTPUTS).data
  const v = randomOrthogonal(randomStream(seed, 'shaped/right'), inputs, OUTPUTS).data
  const split = (name: string, count: number): Split => {
    const x = normalInto(new Float32Array(count * inputs), randomStream(seed, `shaped/${name}`))
    const y = tensor([count, OUTPUTS])
    for (let row = 0; row < count; row++) {
      for (let k = 0; k < OUTPUTS; k++) {
        let sum = 0
        for (let j = 0; j < inputs; j++) sum += v[j * OUTPUTS + k] * x[row * inputs + j]
        const z = spectrum[k] * tanh(2 * sum) / DEVIATION
        for (let i = 0; i < OUTPUTS; i++) y.data[row * OUTPUTS + i] += u[i * OUTPUTS + k] * z
      }
    }
    return { inputs: tensor([count, inputs], x), targets: y }
  }
  const missed = (output: Tensor, target: Tensor, weights: Float64Array, modes: number): number => {
    let difference = 0
    let power = 0
    for (let row = 0; row < target.data.length; row += OUTPUTS) {
      for (let k = 0; k < modes; k++) {
        let e = 0
        let t = 0
        for (let i = 0; i < OUTPUTS; i++) {
          const w = weights[i * modes + k]
          e += w * (output.data[row + i] - target.data[row + i])
          t += w * target.data[row + i]
        }
        difference += e * e
        power += t * t
      }
    }
    return difference / power
  }
  const weak = Float64Array.from({ length: OUTPUTS * RARE },
    (_, at) => u[Math.floor(at / RARE) * OUTPUTS + OUTPUTS - RARE + at % RARE])
  return {
    training: split('training', samples),
    validation: split('validation', held(samples)),
    test: split('test', TEST),
    isLabeled: false,
    misses: (output, target) => ({ all: missed(output, target, u, OUTPUTS), rare: missed(output, target, weak, RARE) }),
  }
}

/** √⟨tanh²(2x)⟩, x ~ N(0, 1). */
const DEVIATION = 0.79703

// Runs come sorted by task: one pool is enough.
let kept: { readonly key: string; readonly pool: Split; readonly test: Split } | undefined

function labeled({ samples, spread }: ShapedData, dataset: Exclude<ShapedData['dataset'], 'regression'>, seed: number,
  directory: string | undefined): ShapedSplits
{
  const { pool, test: examined } = poolOf(dataset, directory)
  // Frequent first: which classes these are is drawn, so that no class is rare in every seed.
  const order = permutation(randomStream(seed, 'shaped/classes'), OUTPUTS)
  const byFrequency = classCounts(samples + held(samples), spread)
  const counts = Array.from({ length: OUTPUTS }, (_, label) => byFrequency[order.indexOf(label)])
  const rows = classRows(pool.targets, counts)
  const shuffled = permutation(randomStream(seed, 'shaped/rows'), rows.length).map((at) => rows[at])
  const [training, validation] = [shuffled.subarray(0, samples), shuffled.subarray(samples)].map((chosen) => ({
    inputs: gatherRows(pool.inputs, chosen),
    targets: gatherRows(pool.targets, chosen),
  }))
  const test = { inputs: tensor(examined.inputs.shape, examined.inputs.data.slice()), targets: examined.targets }
  const figures = fitStandardization(training.inputs)
  for (const { inputs } of [training, validation, test]) standardizeInto(inputs, inputs, figures)
  const isRare = Array.from({ length: OUTPUTS }, (_, label) => order.indexOf(label) >= OUTPUTS - RARE)
  return {
    training,
    validation,
    test,
    isLabeled: true,
    misses(output, target) {
      const [wrong, seen] = [[0, 0], [0, 0]]
      for (let row = 0; row < target.data.length; row += OUTPUTS) {
        const scores = output.data.subarray(row, row + OUTPUTS)
        const label = target.data.subarray(row, row + OUTPUTS).indexOf(1)
        const index = isRare[label] ? 1 : 0
        seen[index]++
        if (scores.some((score, k) => k !== label && score >= scores[label])) wrong[index]++
      }
      return { all: (wrong[0] + wrong[1]) / (seen[0] + seen[1]), rare: wrong[1] / seen[1] }
    },
  }
}

function poolOf(dataset: Exclude<ShapedData['dataset'], 'regression'>,
  directory: string | undefined): { readonly pool: Split; readonly test: Split }
{
  const key = JSON.stringify([dataset, directory])
  if (kept?.key === key) return kept
  const read = readDataset(dataset, directory, { trainingSamples: 0, validationSamples: 0, standardize: 'none' })
  const [channels, from] = SHAPES[dataset].sample
  const smaller = ({ inputs, targets }: Split, count: number): Split => {
    const rows = Uint32Array.from({ length: Math.min(count, inputs.shape[0]) }, (_, i) => i)
    const images = gatherRows(inputs, rows)
    return {
      inputs: SIDES[dataset] === 0 ? images : areaAverage(images, channels, from, SIDES[dataset]),
      targets: gatherRows(targets, rows),
    }
  }
  kept = { key, pool: smaller(read.training, POOL), test: smaller(read.test, TEST) }
  return kept
}

/** Samples of a file from which classes are drawn. */
const POOL = 30_000
