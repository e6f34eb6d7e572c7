// Training from a generator: each batch is made, used and forgotten. Half way the trainer becomes the bytes of a file, and
// a new one goes on from them to the same bits.

import { directFeedbackAlignment, loadTrainer, mlp, saveTrainer, trainer } from 'feedback-alignment/dfa'
import { adam, initialize, squaredError } from 'feedback-alignment/nn'
import { normalInto, randomStream, sin, tensor } from 'feedback-alignment/tensor'

/** Batches without end, from any place: batch number k is a function of k alone. @param {number} from */
function* batches(from) {
  for (let k = from;; k++) {
    const input = tensor([32, 2], normalInto(new Float32Array(64), randomStream(1, `batch/${k}`)))
    const target = tensor([32, 1])
    for (let i = 0; i < 32; i++) target.data[i] = sin(2 * input.data[2 * i]) * input.data[2 * i + 1]
    yield { input, target }
  }
}

function build() {
  const network = mlp({ sizes: [2, 64, 64, 1], activation: 'tanh' })
  initialize(network, 'uniform', 2)
  return trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 3 }), loss: squaredError('mean'),
    optimizer: adam({ rate: 0.003 }) })
}

/** @param {import('feedback-alignment/dfa').Trainer} running @param {number} steps */
function run(running, steps) {
  let loss = NaN
  let sum = 0
  for (const { input, target } of batches(running.steps)) {
    loss = running.step(input, target)
    sum += loss
    if (running.steps % 250 === 0) {
      console.log(`step ${running.steps}: mean loss ${(sum / 250).toFixed(4)}`)
      sum = 0
    }
    if (running.steps >= steps) return loss
  }
  return loss
}

const first = build()
run(first, 500)
const file = saveTrainer(first)
const whole = run(first, 1000)
console.log(`saved at step 500: ${file.length} bytes; a new trainer goes on`)
const second = build()
loadTrainer(second, file)
const resumed = run(second, 1000)
console.log(resumed === whole ? 'the same bits' : 'other bits')
