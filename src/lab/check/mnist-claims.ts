// The theory on real data: a 784-100-100-100-10 linear network trained on MNIST by the float32 engine from zero weights.

import { geometricSpectrum, labeledImages, oneHot, parseIdx, pcaWhitening, secondMoment } from '../../data/index.ts'
import { addScaled, type Kernels, matmul, type Matrix, matrix, multiply, permutation, randomStream, scaled,
  singularValues, type Tensor, tensor, transpose } from '../../tensor/index.ts'
import { alignmentFromWeights, type AlignmentMatrices, alignmentStep, conditionOnRank, earlyCondition, finalCondition,
  gradientAlignment, grams, probeErrors, relativeDifference, strongAlignment, weightsFromAlignment,
  zeroAlignment } from '../../theory/index.ts'
import { type Claim, claimsOf, undecided } from '../claims/claim.ts'
import { readData } from '../files.ts'
import { pairedDifference, sample } from '../statistics.ts'
import { UsageError } from '../options.ts'
import type { Progress } from '../progress.ts'
import type { Configuration } from './configuration.ts'
import { linearTrainer, sizesOf, weightsOf } from './engine-claims.ts'
import { drawFeedback, toMatrix } from './matrices.ts'

const DEPTH = 4
const WIDTH = 100
const CLASSES = 10
const BATCH = 100
const RATE = 0.02
/** Directions kept by whitening, and the mean squared length of every input, raw or whitened, so that one rate fits all. */
const DIRECTIONS = 100
const TARGET_CONDITION = 10

/** Inputs and targets of one condition, with what the theory reads off them. */
interface Condition {
  readonly name: string
  readonly x: Tensor
  readonly y: Tensor
  /** κ of Σ_yx = ⟨y xᵀ⟩ over its rank: the theory's prediction is a function of this number. */
  readonly crossCondition: number
  /** Rank of Σ_yx: 9 with centered inputs, because the ten targets sum to one. */
  readonly rank: number
}

/** One record of a run. */
export interface MnistMoment {
  readonly step: number
  readonly loss: number
  readonly conditionNumbers: readonly number[]
  /** tr A_l/(√r ‖A_l‖): weight alignment over its largest value √(r/n_L) for a task of rank r. */
  readonly weightAlignment: readonly number[]
  readonly probeGradientAlignment: number
}

/** One run on real data. */
export interface MnistRun {
  readonly condition: string
  readonly crossCondition: number
  readonly rank: number
  readonly seed: number
  /** The last recorded moment at which the running loss was still above 99 % of the first; null if there was none. */
  readonly early: MnistMoment | null
  readonly curve: readonly MnistMoment[]
  readonly final: MnistMoment
  readonly identityError: number
  readonly recoveryError: number
}

/** Claims and the runs behind them. */
export interface MnistResult {
  readonly claims: readonly Claim[]
  readonly runs: readonly MnistRun[]
}

/** Trains under every condition and seed, and judges. */
export function mnistClaims(data: MnistData, c: Configuration, kernels: Kernels, progress: Progress): MnistResult {
  progress.update('MNIST: reading and whitening')
  const conditions = loadConditions(data, c.quick ? 5000 : 20_000)
  const steps = c.quick ? 150 : 800
  const runs: MnistRun[] = []
  for (const condition of conditions) {
    for (let seed = c.seed; seed < c.seed + c.seeds; seed++) {
      runs.push(
        train(condition, seed, steps, kernels, (step, loss) =>
          progress.update(`MNIST, ${condition.name}, seed ${seed}: step ${step} of ${steps}, loss ${loss.toFixed(3)}`)),
      )
    }
  }
  return { claims: mnistJudgment(runs, c.quick), runs }
}

function loadConditions({ images, labels }: MnistData, count: number): readonly Condition[] {
  const n = images.shape[1]
  count = Math.min(count, images.shape[0])
  const pixels = tensor([count, n], images.data.slice(0, count * n))
  const { mean, deviation } = pixelStatistics(pixels)
  // Raw: one mean and one deviation for all pixels, as in the paper's code, then the common mean squared length.
  const scale = Math.sqrt(DIRECTIONS / n) / deviation
  const x = tensor([count, n], pixels.data.map((v) => (v - mean) * scale))
  const y = centered(oneHot(labels.subarray(0, count), CLASSES))
  const white = whiten(pixels)
  const spectrum = geometricSpectrum(CLASSES, TARGET_CONDITION)
  const skewed = tensor(y.shape, y.data.map((v, i) => v * spectrum[i % CLASSES]))
  const make = (name: string, inputs: Tensor, targets: Tensor): Condition => {
    const cross = scaled(1 / count, toMatrix(matmul(targets, inputs, { transposeA: true })))
    // Centered targets sum to zero over the classes: nine directions, the tenth singular value is rounding.
    const rank = CLASSES - 1
    const s = singularValues(cross)
    return { name, x: inputs, y: targets, crossCondition: s[0] / s[rank - 1], rank }
  }
  return [make('raw, one-hot', x, y), make('whitened, one-hot', white, y),
    make('whitened, ill-conditioned targets', white, skewed)]
}

/** Training images as bytes 0 … 255 and their labels. */
export interface MnistData {
  readonly images: Tensor
  readonly labels: Uint8Array
}

/** Reads mnist/ of a data directory. Throws: UsageError for missing or damaged files. */
export function readMnist(directory: string): MnistData {
  const folder = `${directory}/mnist`
  const imageBytes = readData(folder, 'train-images-idx3-ubyte')
  const labelBytes = readData(folder, 'train-labels-idx1-ubyte')
  try {
    const { images, labels } = labeledImages(parseIdx(imageBytes, 'train-images-idx3-ubyte'),
      parseIdx(labelBytes, 'train-labels-idx1-ubyte'), 'MNIST')
    if (images.shape[0] < BATCH) throw new Error(`MNIST must hold at least ${BATCH} images, got ${images.shape[0]}`)
    oneHot(labels, CLASSES)
    return { images, labels }
  } catch (cause) {
    throw new UsageError(`${folder}: ${(cause as Error).message}`)
  }
}

function pixelStatistics({ data }: Tensor): { readonly mean: number; readonly deviation: number } {
  let total = 0
  let squares = 0
  for (const v of data) {
    total += v
    squares += v * v
  }
  const mean = total / data.length
  const deviation = Math.sqrt(squares / data.length - mean * mean)
  if (!(deviation > 0)) throw new UsageError('MNIST: images must not all be of one color')
  return { mean, deviation }
}

/** Rows minus the mean row: y − ⟨y⟩. */
function centered(y: Tensor): Tensor {
  const mean = columnMeans(y)
  return tensor(y.shape, y.data.map((v, i) => v - mean[i % mean.length]))
}

function columnMeans({ shape, data }: Tensor): Float64Array {
  const mean = new Float64Array(shape[1])
  for (let i = 0; i < data.length; i++) mean[i % mean.length] += data[i]
  return mean.map((v) => v / shape[0])
}

/** Λ^(−½) Vᵀ (x − ⟨x⟩) on the leading directions; ⟨x xᵀ⟩ = I there and 0 elsewhere, so ⟨‖x‖²⟩ = DIRECTIONS. */
function whiten(pixels: Tensor): Tensor {
  const n = pixels.shape[1]
  const mean = columnMeans(pixels)
  const m = matrix(n, 1, mean)
  // Covariance as second moment minus outer product of means: the raw pixels are sparse, the centered ones are not.
  const covariance = addScaled(secondMoment(pixels), -1, multiply(m, transpose(m)))
  const { transform, rank } = pcaWhitening(covariance, DIRECTIONS, 1e-6)
  if (rank < DIRECTIONS) {
    throw new UsageError(`MNIST: images must vary in at least ${DIRECTIONS} directions, got ${rank}`)
  }
  return matmul(tensor(pixels.shape, pixels.data.map((v, i) => v - mean[i % n])), transform, { transposeB: true })
}

function train(condition: Condition, seed: number, steps: number, kernels: Kernels,
  onProgress: (step: number, loss: number) => void): MnistRun
{
  const { x, y, rank } = condition
  const [count, inputs] = x.shape
  const feedback = drawFeedback('orthogonal', DEPTH, WIDTH, CLASSES, seed)
  const exact = feedback.map(toMatrix)
  const g = grams(exact)
  const engine = linearTrainer(sizesOf(DEPTH, inputs, WIDTH, CLASSES), feedback, RATE, kernels)
  const order = randomStream(seed, 'check/mnist-order')
  const probes = probeErrors(2000, CLASSES, seed)
  const bx = tensor([BATCH, inputs])
  const by = tensor([BATCH, CLASSES])
  let a: AlignmentMatrices = zeroAlignment(DEPTH, inputs, CLASSES)
  let queue = permutation(order, count)
  let next = 0
  let smooth = NaN
  let start = NaN
  let early: MnistMoment | null = null
  let learning = false
  let recoveryError = 0
  let identityError = 0
  const curve: MnistMoment[] = []
  const measure = (step: number): MnistMoment => {
    const weights = weightsOf(engine)
    weightsFromAlignment(a, exact).forEach((w, l) => {
      identityError = Math.max(identityError, relativeDifference(weights[l], w))
    })
    // What is plotted and judged comes from the engine's weights alone; the recursion only confirms it.
    const recovered = alignmentFromWeights(weights, exact)
    recovered.forEach((al, l) => {
      recoveryError = Math.max(recoveryError, relativeDifference(al, a[l]))
    })
    return { step, loss: smooth, conditionNumbers: recovered.slice(1).map((al) => conditionOnRank(al, rank)),
      weightAlignment: recovered.slice(1).map((al) => strongAlignment(al) * Math.sqrt(CLASSES / rank)),
      probeGradientAlignment: gradientAlignment(recovered, g, 1, projected(probes, rank)) }
  }
  let nextPoint = DEPTH
  for (let step = 1; step <= steps; step++) {
    if (next + BATCH > count) {
      queue = permutation(order, count)
      next = 0
    }
    for (let row = 0; row < BATCH; row++) {
      const from = queue[next++]
      bx.data.set(x.data.subarray(from * inputs, (from + 1) * inputs), row * inputs)
      by.data.set(y.data.subarray(from * CLASSES, (from + 1) * CLASSES), row * CLASSES)
    }
    const loss = engine.step(bx, by)
    a = alignmentStep(a, g, { x: toMatrix(bx), y: toMatrix(by) }, RATE)
    // A running mean over about twenty batches: single losses scatter by more than one per cent.
    smooth = step === 1 ? loss : smooth + (loss - smooth) / Math.min(step, 20)
    if (step === 1) start = loss
    if (smooth < 0.99 * start && step > 20) learning = true
    if (step >= nextPoint) {
      const moment = measure(step)
      curve.push(moment)
      if (!learning) early = moment
      nextPoint = Math.max(step + 1, nextPoint * 1.25)
    }
    if (step % 10 === 0) onProgress(step, smooth)
  }
  const final = measure(steps)
  curve.push(final)
  return { condition: condition.name, crossCondition: condition.crossCondition, rank, seed, early, curve, final,
    identityError, recoveryError }
}

/** Probes without their component along (1, …, 1), which centered errors never have. */
function projected(probes: Matrix, rank: number): Matrix {
  if (rank === probes.columns) return probes
  const data = probes.data.slice()
  const n = probes.columns
  for (let i = 0; i < probes.rows; i++) {
    let total = 0
    for (let j = 0; j < n; j++) total += data[i * n + j]
    for (let j = 0; j < n; j++) data[i * n + j] -= total / n
  }
  return matrix(probes.rows, n, data)
}

/** What the runs say. */
export function mnistJudgment(runs: readonly MnistRun[], quick: boolean): readonly Claim[] {
  const claim = claimsOf({ source: 'refinetti2021; theory (2.29)', method: 'float32 engine' })
  const [raw, white, skewed] = [...new Set(runs.map(({ condition }) => condition))].map((name) =>
    runs.filter(({ condition }) => condition === name)
  )
  // κ of a product of minibatch sums is biased upwards by their noise: a hundred batches are not enough to test it.
  const early = (one: Claim): Claim => (quick ? undecided(one, '--quick sees too few batches') : one)
  const above = (id: string, what: string, other: readonly MnistRun[], value: (run: MnistRun) => number): Claim =>
    claim.above(`mnist-${id}`, `MNIST, ${what}, whitened one-hot less the other, paired by seed`,
      pairedDifference(white.map(value), other.map(value)), 0, 'sign')
  const orderings = (id: string, what: string, value: (run: MnistRun) => number): readonly Claim[] =>
    ([['raw', 'raw inputs', raw], ['skewed', 'ill-conditioned targets', skewed]] as const).map(([key, name, other]) =>
      above(`${id}-${key}`,
        `${what} against ${name} (κ(Σ_yx) ${white[0].crossCondition.toFixed(1)} and `
          + `${other[0].crossCondition.toFixed(1)})`, other, value)
    )
  return [
    claim.atMost('mnist-weak-identity',
      `MNIST, 784-100-100-100-10: engine weights against F_l A_l F_{l−1}ᵀ along ${runs.length} runs of `
        + `${white[0].final.step} steps`, Math.max(...runs.map(({ identityError }) => identityError)), 1e-4,
      'rounding of float32'),
    claim.atMost('mnist-recovered',
      'MNIST: A_l recovered from the engine’s weights against the recursion on the same batches, all layers',
      Math.max(...runs.map(({ recoveryError }) => recoveryError)), 1e-4, 'rounding of float32'),
    ...([['one-hot', white], ['skewed', skewed]] as const).map(([key, list]) =>
      early(
        claim.relative(`mnist-early-${key}`,
          `MNIST, ${list[0].condition}: κ(A₂) while the loss is above 99 % = κ(Σ_yx)²`, sample(list.map((run) =>
            run.early?.conditionNumbers[0] ?? NaN
          )), earlyCondition(list[0].crossCondition, 2), 0.25, 'noise of the batches'),
      )
    ),
    ...orderings('wa2-early', 'early WA₂', (run) => run.early?.weightAlignment[0] ?? NaN),
    ...orderings('ga1-early', 'early probe GA₁', (run) => run.early?.probeGradientAlignment ?? NaN),
    ...(quick ? []
      : [
        claim.relative('mnist-final-condition',
          `MNIST, whitened, one-hot, after ${white[0].final.step} steps: κ(A_l) = κ(Σ_yx)^(2^(l−1)/(2^L−1)), `
            + 'layers 2–4', [0, 1, 2].map((index) => sample(white.map((run) => run.final.conditionNumbers[index]))),
          [2, 3, 4].map((layer) => finalCondition(white[0].crossCondition, layer, DEPTH)), 0.1, 'finite time, noise'),
        above('wa4-final', 'end of training, WA₄ against ill-conditioned targets', skewed, (run) =>
          run.final.weightAlignment[2]),
      ]),
  ]
}
