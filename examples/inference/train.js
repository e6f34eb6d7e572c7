// Trains a network on which quarter of the plane a point is in and writes its checkpoint beside this file.

import { writeFileSync } from 'node:fs'
import { directFeedbackAlignment, saveTrainer, trainer } from 'feedback-alignment/dfa'
import { crossEntropy, initialize, sgd } from 'feedback-alignment/nn'
import { normalInto, randomStream, tensor } from 'feedback-alignment/tensor'
import { build } from './network.js'

const network = build()
initialize(network, 'uniform', 1)
const running = trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2 }),
  loss: crossEntropy('mean'), optimizer: sgd(0.5) })
const stream = randomStream(3, 'points')
let loss = NaN
for (let i = 0; i < 500; i++) {
  const input = tensor([64, 2], normalInto(new Float32Array(128), stream))
  const target = tensor([64, 4])
  for (let k = 0; k < 64; k++) {
    target.data[4 * k + (input.data[2 * k] > 0 ? 1 : 0) + (input.data[2 * k + 1] > 0 ? 2 : 0)] = 1
  }
  loss = running.step(input, target)
}
const file = saveTrainer(running)
writeFileSync(new URL('network.bin', import.meta.url), file)
console.log(`network.bin: ${file.length} bytes, last loss ${loss.toFixed(4)}`)
