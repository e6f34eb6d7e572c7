import { directFeedbackAlignment, initialize, mlp, normalInto, randomStream, selectKernels, sgd, squaredError, tensor,
  trainer } from '/feedback-alignment/index.js'

// The fastest kernels that the policy allows: under default-src 'self' those in plain JavaScript.
const { kernels } = selectKernels()
document.getElementById('kernels').value = kernels.tier
const network = mlp({ sizes: [20, 50, 50, 3], activation: 'tanh', kernels })
initialize(network, 'uniform', 1)
const { step } = trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2, kernels }),
  loss: squaredError('mean'), optimizer: sgd(0.1), kernels })
const input = tensor([64, 20], normalInto(new Float32Array(64 * 20), randomStream(3, 'inputs')))
const target = tensor([64, 3], normalInto(new Float32Array(64 * 3), randomStream(3, 'targets')))

let steps = 0
function slice() {
  // A few milliseconds at a time: the page stays alive.
  const until = performance.now() + 4
  let loss = NaN
  while (steps < 500 && performance.now() < until) {
    loss = step(input, target)
    steps++
  }
  document.getElementById('loss').value = `${loss.toFixed(6)} after ${steps} steps`
  if (steps < 500) requestAnimationFrame(slice)
  else document.body.dataset.done = 'yes'
}
slice()
