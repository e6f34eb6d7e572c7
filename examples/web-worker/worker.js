import { directFeedbackAlignment, initialize, mlp, normalInto, randomStream, saveTrainer, sgd, squaredError, tensor,
  trainer } from '/feedback-alignment/index.js'

let stopped = false

onmessage = async ({ data }) => {
  if (data === 'stop') {
    stopped = true
    return
  }
  const { steps, seed } = data
  const network = mlp({ sizes: [20, 50, 50, 3], activation: 'tanh' })
  initialize(network, 'uniform', seed)
  const running = trainer({ network, rule: directFeedbackAlignment({ kind: 'gaussian', seed: 2 }),
    loss: squaredError('mean'), optimizer: sgd(0.1) })
  const input = tensor([64, 20], normalInto(new Float32Array(64 * 20), randomStream(3, 'inputs')))
  const target = tensor([64, 3], normalInto(new Float32Array(64 * 3), randomStream(3, 'targets')))
  let loss = NaN
  while (running.steps < steps && !stopped) {
    loss = running.step(input, target)
    if (running.steps % 50 > 0) continue
    postMessage({ step: running.steps, loss, done: false })
    // Messages are heard between tasks only.
    await new Promise((resolve) => setTimeout(resolve))
  }
  const checkpoint = saveTrainer(running)
  // Given, not copied.
  postMessage({ step: running.steps, loss, done: true, checkpoint }, [checkpoint.buffer])
}
