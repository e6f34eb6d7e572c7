// The networks of launay2019, each block in the order of the authors' code.

import { errorTap, feedbackPoint } from '../../../dfa/index.ts'
import { activation, type ActivationName, batchNorm, chain, conv2d, dense, dropout, flatten, type Layer,
  pooling } from '../../../nn/index.ts'
import { choose, type Kernels } from '../../../tensor/index.ts'

/** What fixes a network beside its data and its initial weights. */
export interface NetworkSpec {
  /** `FC`: dense layers; `CONV`: 5×5 convolutions with 3×3 pooling of stride 2, one dense layer, the output. */
  readonly kind: 'FC' | 'CONV'
  /** Hidden widths; of CONV the channels, then the width of the dense layer. */
  readonly widths: readonly number[]
  readonly activation: ActivationName
  /** Of leaky relu; null for its usual one and for other functions. */
  readonly slope: number | null
  /** `one`: 1 in the place of g′, in the rule's signals and in the exact ones they are compared with. */
  readonly derivative: 'own' | 'one'
  /** Probabilities: of inputs, and of the outputs of hidden dense layers. */
  readonly inputDropout: number
  readonly dropout: number
  /** After every activation. */
  readonly batchNorm: boolean
}

/** 3072-800-800-800-10 with tanh and nothing else, on CIFAR-10. */
export const FC: NetworkSpec = {
  kind: 'FC',
  widths: [800, 800, 800],
  activation: 'tanh',
  slope: null,
  derivative: 'own',
  inputDropout: 0,
  dropout: 0,
  batchNorm: false,
}

/** 32, 64, 64 channels, 128 units. */
export const CONV: NetworkSpec = { ...FC, kind: 'CONV', widths: [32, 64, 64, 128] }

/** What a network is for. */
interface Frame {
  readonly sample: readonly number[]
  readonly classes: number
  readonly seed: number
  readonly kernels: Kernels
}

type Body = (spec: NetworkSpec, frame: Frame, block: Block) => readonly Layer[]
type Block = (name: string, kind: 'dense' | 'maps', channels: number) => readonly Layer[]

/**
 * Feedback points stand at the end of each block: behind activation, batch norm and pooling.
 * Inputs: vectors for FC, maps for CONV.
 */
export function practiceNetwork(spec: NetworkSpec, frame: Frame): Layer {
  const { seed, kernels } = frame
  const leaveOut = (name: string, probability: number): readonly Layer[] =>
    probability === 0 ? [] : [dropout({ name, probability, seed, kernels })]
  const nonlinear = (name: string): Layer => {
    const own = spec.slope === null ? {} : { slope: spec.slope }
    const layer = activation({ name, kind: spec.activation, ...own, kernels })
    return spec.derivative === 'own' ? layer : { ...layer, backward: (gradient) => gradient }
  }
  // What follows the weights of a block, in the order of the authors' code.
  const block: Block = (name, kind,
    channels) => [...leaveOut(`dropout${name}`, kind === 'dense' ? spec.dropout : 0), nonlinear(`activation${name}`),
    ...(spec.batchNorm ? [batchNorm({ name: `norm${name}`, channels, kernels })] : [])]
  return chain('practice', [...leaveOut('dropout0', spec.inputDropout),
    ...choose('practiceNetwork', 'kind', spec.kind, BODIES)(spec, frame, block), errorTap('tap')])
}

const BODIES: Readonly<Record<NetworkSpec['kind'], Body>> = {
  FC: ({ widths }, { sample, classes, kernels }, block) =>
    denseLayers(sample.reduce((size, axis) => size * axis, 1), widths, 1, classes, kernels, block),
  CONV({ widths }, { sample, classes, kernels }, block) {
    const convolutions = widths.slice(0, -1)
    const layers: Layer[] = []
    let shape: readonly number[] = sample
    convolutions.forEach((outputChannels, l) => {
      const name = String(l + 1)
      const made = [
        conv2d({ name: `conv${name}`, inputChannels: shape[0], outputChannels, kernelSize: 5, padding: 2, kernels }),
        ...block(name, 'maps', outputChannels),
        pooling({ name: `pool${name}`, kind: 'max', window: 3, stride: 2, kernels }),
      ]
      shape = made.reduce<readonly number[]>((from, layer) => layer.outputShape(from), [1, ...shape]).slice(1)
      layers.push(...made, feedbackPoint(`point${name}`, shape, kernels))
    })
    const features = shape.reduce((size, axis) => size * axis, 1)
    return [...layers, flatten({ name: 'flatten' }),
      ...denseLayers(features, widths.slice(-1), convolutions.length + 1, classes, kernels, block)]
  },
}

function denseLayers(inputs: number, widths: readonly number[], first: number, classes: number, kernels: Kernels,
  block: Block): readonly Layer[]
{
  const hidden = widths.flatMap((outputs, l): readonly Layer[] => {
    const name = String(first + l)
    return [dense({ name: `dense${name}`, inputs: l === 0 ? inputs : widths[l - 1], outputs, kernels }),
      ...block(name, 'dense', outputs), feedbackPoint(`point${name}`, outputs, kernels)]
  })
  const last = dense({ name: 'output', inputs: widths[widths.length - 1] ?? inputs, outputs: classes, kernels })
  return [...hidden, last]
}
