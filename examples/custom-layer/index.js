// y = x·sigmoid(βx) with one trained β for all units, and a check of both gradients by central differences.

import { backpropagation, errorTap, trainer } from 'feedback-alignment/dfa'
import { chain, dense, initialize, planned, required, sgd, squaredError } from 'feedback-alignment/nn'
import { blockedKernels, normalInto, randomStream, sigmoid, tensor } from 'feedback-alignment/tensor'

/**
 * @param {{ name: string, kernels?: import('feedback-alignment/tensor').Kernels }} options
 * @returns {import('feedback-alignment/nn').Layer}
 */
export function swish({ name, kernels = blockedKernels }) {
  const beta = { name: `${name}/beta`, value: tensor([1], Float32Array.of(1)), gradient: tensor([1]) }
  const buffers = planned(`swish ${name}`, kernels, (shape, space) => ({
    output: space.tensor(shape),
    inputGradient: space.tensor(shape),
  }))
  /** @type {import('feedback-alignment/tensor').Tensor | undefined} */
  let input
  return {
    name,
    parameters: [beta],
    children: [],
    usesOutputGradient: true,
    outputShape: (shape) => shape,
    forward(x) {
      const { output } = buffers(x)
      input = x
      for (let i = 0; i < x.data.length; i++) output.data[i] = x.data[i] * sigmoid(beta.value.data[0] * x.data[i])
      return output
    },
    backward(outputGradient, wantInput) {
      if (input === undefined) throw new Error(`${name}.backward: forward must come first`)
      const { inputGradient } = buffers(input)
      const dy = required(name, outputGradient, input.shape).data
      const x = input.data
      const b = beta.value.data[0]
      let total = 0
      for (let i = 0; i < x.length; i++) {
        const s = sigmoid(b * x[i])
        total += dy[i] * x[i] * x[i] * s * (1 - s)
        inputGradient.data[i] = dy[i] * (s + b * x[i] * s * (1 - s))
      }
      beta.gradient.data[0] = total
      return wantInput ? inputGradient : undefined
    },
  }
}

const x = tensor([8, 4], normalInto(new Float32Array(32), randomStream(1, 'inputs')))
const weights = normalInto(new Float32Array(32), randomStream(1, 'weights'))
const layer = swish({ name: 'swish' })
const scalar = () => layer.forward(x).data.reduce((sum, y, i) => sum + y * weights[i], 0)
scalar()
const dx = layer.backward(tensor([8, 4], weights), true)?.data.slice() ?? new Float32Array(0)
const [dBeta] = layer.parameters[0].gradient.data
/** @param {Float32Array} data @param {number} i */
function difference(data, i) {
  const h = 1e-2
  const kept = data[i]
  data[i] = kept + h
  const above = scalar()
  data[i] = kept - h
  const below = scalar()
  data[i] = kept
  return (above - below) / (2 * h)
}
const worst = Math.max(Math.abs(difference(layer.parameters[0].value.data, 0) - dBeta),
  ...Array.from(dx, (d, i) => Math.abs(difference(x.data, i) - d)))
console.log(`largest difference from central differences: ${worst < 1e-3 ? 'below 0.001' : worst}`)

const network = chain('net', [dense({ name: 'first', inputs: 4, outputs: 16 }), swish({ name: 'act' }),
  dense({ name: 'last', inputs: 16, outputs: 2 }), errorTap('tap')])
initialize(network, 'uniform', 2)
const { step } = trainer({ network, rule: backpropagation(), loss: squaredError('mean'), optimizer: sgd(0.1) })
const targets = tensor([8, 2], normalInto(new Float32Array(16), randomStream(3, 'targets')))
for (let i = 0; i <= 300; i++) {
  const loss = step(x, targets)
  if (i % 100 === 0) console.log(`step ${i}: loss ${loss.toFixed(4)}`)
}
