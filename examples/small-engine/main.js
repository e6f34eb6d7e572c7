// Trains a small network where there is nothing but the language: no module loader, no console, no WebAssembly.

import { directFeedbackAlignment, initialize, mlp, normalInto, randomStream, referenceKernels, sgd, squaredError,
  tensor, trainer } from 'feedback-alignment'

// Three loops: no packed panels, which are 1.5 MB of the heap; the same bits.
const kernels = referenceKernels
const network = mlp({ sizes: [20, 16, 4], activation: 'tanh', kernels })
initialize(network, 'uniform', 1)
const { step } = trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2, kernels }),
  loss: squaredError('mean'), optimizer: sgd(0.1), kernels })
const input = tensor([8, 20], normalInto(new Float32Array(160), randomStream(3, 'inputs')))
const target = tensor([8, 4], normalInto(new Float32Array(32), randomStream(3, 'targets')))
for (let i = 0; i <= 200; i++) {
  const loss = step(input, target)
  if (i % 100 === 0) print(`step ${i}: loss ${loss}`)
}
