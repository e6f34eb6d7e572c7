// Answers POST {"x": [a, b]} with the class of exclusive or. The network is trained when the first request comes: three
// thousand tiny steps, the same bits in every isolate.

import { argmax, crossEntropy, directFeedbackAlignment, initialize, mlp, predict, sgd, tensor,
  trainer } from 'feedback-alignment'

let network

function trained() {
  const made = mlp({ sizes: [2, 16, 2], activation: 'tanh' })
  initialize(made, 'uniform', 1)
  const { step } = trainer({ network: made, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2 }),
    loss: crossEntropy('mean'), optimizer: sgd(0.5) })
  const inputs = tensor([4, 2], Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1))
  const targets = tensor([4, 2], Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0))
  for (let i = 0; i < 3000; i++) step(inputs, targets)
  return made
}

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('POST {"x": [a, b]}', { status: 405 })
    let x
    try {
      x = (await request.json()).x
    } catch {
      return new Response('the body must be JSON', { status: 400 })
    }
    if (!Array.isArray(x) || x.length !== 2 || !x.every(Number.isFinite)) {
      return new Response('x must be two numbers', { status: 400 })
    }
    network ??= trained()
    const output = predict(network, tensor([1, 2], Float32Array.from(x)))
    return Response.json({ class: argmax(output)[0], output: [...output.data] })
  },
}
