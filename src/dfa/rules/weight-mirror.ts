import { blockedKernels, checkFinite, checkPositiveFloat32, checkSize, choose, type Kernels, type RandomStream,
  randomStream, sigmoid, stepNormalsInto, type Tensor, timesTransposedInto,
  transposedTimesInto } from '../../tensor/index.ts'
import { allocateTensor, type NamedArray } from '../../nn/index.ts'
import { type RuleDescription, TRANSPORT_OPTIONS, withOptions } from './description.ts'
import { checkDecayFactor } from './kolen-pollack.ts'
import type { Carrier, LearningRule } from './rule.ts'
import { fanIn, randomTransport, type TransportOptions } from './transport.ts'

/** Options of `weightMirror`. */
export interface WeightMirrorOptions extends TransportOptions {
  /** η_m of the mirror's average; 0.02 unless given. */
  readonly mirrorRate?: number
  /** λ_m; η_m·s² unless given, which makes R tend to W itself. */
  readonly mirrorDecay?: number
  /** s, the deviation of the noise; 1 unless given. */
  readonly deviation?: number
  /** M, samples of noise per mirror phase; 64 unless given. */
  readonly samples?: number
  /**
   * What is correlated with ξ: Wξ, or as in the authors' code σ(Wξ + b), b the layer's bias if it has one, uncentered;
   * `linear` unless given.
   */
  readonly response?: 'linear' | 'sigmoid'
  /** Training steps from one mirror phase to the next; 1 unless given. */
  readonly every?: number
  /** Mirror phases before the first training step; none unless given (akrout2019: an epoch of them). */
  readonly first?: number
  readonly kernels?: Kernels
}

/** The noise of phases before the first step is that of steps which no training reaches. */
const FIRST = 0x8000_0000

/** What one layer's mirror works with. */
interface Mirror {
  readonly layer: Carrier
  readonly stream: RandomStream
  readonly transport: Tensor
  /** The noise in float64, as it is drawn. */
  readonly draws: Float64Array
  /** [M, I], [M, O] and [O, I], I the terms of one output's sum. */
  readonly noise: Tensor
  readonly response: Tensor
  readonly correlation: Tensor
}

/**
 * dh_l = R_{l+1} da_{l+1}; mirror phases: R ← (1 − λ_m)R + η_m ⟨(Wξ)ξᵀ⟩, ξ ~ N(0, s²), mean s²W; R stored like W.
 * Equation: theory (5.7); akrout2019. Here the response is that of the weight alone: their φ(Wξ + b) tilts the mean by
 * φ′ (exact only where φ is linear), and b adds noise without signal.
 * A convolution is mirrored by its kernel as a matrix [O, I], I = C/groups·kH·kW: ξ are patches of independent noise,
 * [M, I], the same for every group, and Wξ is what the layer makes of them at one position, bias left out. Patches cut
 * from noise images would share pixels, which only adds variance: fewer independent ξ for the same images.
 * Differences from the authors' code: the response is σ(Wξ + b) there (`response`), uncentered, and nothing is lost: the lines that
 * would hold the norm of R change a copy, so that R grows, R = R⁰ + c Σ_t W^t, at a rate of learning of 0.05 against 0.2
 * under backpropagation. Here λ_m holds it, and R is W at any time rather than a mean over the past.
 * Stability: R is W as it was 1/λ_m phases ago, 50 with the defaults. Where learning turns W faster than that, R lags
 * in angle and length, the step is too long, and W grows without a bound, while accuracy may look fine: MNIST,
 * 784-500-10, momentum 0.9, batch 64, 5 epochs: at a rate of 0.064 the angle is 40° after 30 steps, |R|/|W| 0.45, and
 * |W| 1.5·10⁴ at the end, about the same with 468 phases `first`; test 97.6 % (backpropagation 98.3). With η_m = 0.2,
 * M = 640 (the same noise, a tenth of the lag) it is 16°, |W| 10.8 and 98.2 %; at a rate of 0.016 with the defaults
 * 16°, 6.7 and 98.1 % (backpropagation 98.0).
 * Accuracy: at rest R = (η_m s²/λ_m)(W + noise), of relative size √(λ_m·I/(2M)), theory (5.8): I = 512 and the
 * defaults, 0.28 or 16°.
 * Cost: two products of 2·M·I·O flops and M·I normal draws per carrying layer and phase.
 * The noise is a function of the step; R is state. Phases before training come with step 0.
 * Throws: RangeError for options out of range.
 */
export function weightMirror(options: WeightMirrorOptions = {}): LearningRule {
  const { mirrorRate = 0.02, deviation = 1, samples = 64, every = 1, first = 0, seed = 0, kernels = blockedKernels } =
    options
  checkPositiveFloat32('weightMirror', 'mirrorRate', mirrorRate)
  checkPositiveFloat32('weightMirror', 'deviation', deviation)
  checkSize('weightMirror', 'samples', samples, 1)
  checkSize('weightMirror', 'every', every, 1)
  checkSize('weightMirror', 'first', first, 0)
  const respond = choose('weightMirror', 'response', options.response ?? 'linear', RESPONSES)
  const decay = checkFinite('weightMirror', 'mirrorDecay', options.mirrorDecay ?? mirrorRate * deviation * deviation)
  checkDecayFactor('weightMirror', 'mirrorDecay', decay)
  let mirrors: readonly Mirror[] = []
  /** One mirror phase of every layer, with the noise of `at`. */
  const phase = (at: number): void => {
    for (let l = 0; l < mirrors.length; l++) {
      const { layer, stream, transport, draws, noise, response, correlation } = mirrors[l]
      const r = transport.data
      stepNormalsInto(draws, stream, at)
      for (let i = 0; i < draws.length; i++) noise.data[i] = deviation * draws[i]
      timesTransposedInto(kernels, response, noise, layer.weight.value)
      respond(response, layer)
      transposedTimesInto(kernels, correlation, response, noise)
      kernels.elementwise.scaleInto(r, 1 - decay, r)
      kernels.elementwise.addScaledInto(r, r, mirrorRate / samples, correlation.data)
    }
  }
  return {
    name: 'weight-mirror',
    state: (): readonly NamedArray[] =>
      mirrors.map(({ layer, transport }) => ({ name: `feedback/${layer.name}`, data: transport.data })),
    install({ carriers }) {
      mirrors = carriers.slice(1).map((layer) => {
        const { shape } = layer.weight.value
        const inputs = fanIn(layer), outputs = shape[0]
        const transport = allocateTensor(kernels, shape)
        transport.data.set(randomTransport('weightMirror', layer, options).data)
        return {
          layer,
          transport,
          stream: randomStream(seed, `mirror/${layer.name}`),
          draws: new Float64Array(samples * inputs),
          noise: allocateTensor(kernels, [samples, inputs]),
          response: allocateTensor(kernels, [samples, outputs]),
          correlation: allocateTensor(kernels, [outputs, inputs]),
        }
      })
      for (const { layer, transport } of mirrors) layer.transport = transport
    },
    beforeStep({ step }) {
      if (step === 0) { for (let i = 0; i < first; i++) phase(FIRST + i) }
      if (step % every === 0) phase(step)
    },
  }
}

/** y := y or σ(y + b). Shapes: y [M, O]. */
const RESPONSES: Readonly<Record<'linear' | 'sigmoid', (response: Tensor, layer: Carrier) => void>> = {
  linear() {},
  sigmoid({ shape: [, outputs], data }, { parameters: [, bias] }) {
    const b = bias?.value.data ?? NO_BIAS
    for (let i = 0; i < data.length; i++) data[i] = sigmoid(data[i] + (b[i % outputs] ?? 0))
  },
}

const NO_BIAS = new Float32Array(0)

/** Its description. */
export const weightMirrorRule: RuleDescription = {
  name: 'weight-mirror',
  abbreviation: 'WM',
  equation: 'dh_l = R_{l+1} da_{l+1}, R mirrors W',
  uses: /* @__PURE__ */ withOptions(TRANSPORT_OPTIONS, 'mirrorRate', 'samples', 'first'),
  make: (options) => weightMirror(options),
}
