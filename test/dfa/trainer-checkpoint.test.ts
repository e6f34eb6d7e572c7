import { expect, it } from 'vitest'
import { errorTap, feedbackPoint, kolenPollack, loadTrainer, saveTrainer, type Trainer,
  trainer } from '../../src/dfa/index.ts'
import { activation, adam, batchNorm, chain, dense, dropout, encodeCheckpoint, initialize,
  squaredError } from '../../src/nn/index.ts'
import { fromRows } from '../../src/tensor/index.ts'

const input = fromRows([[1, -2, 0.5], [0, 1, 2], [-1, 1, 0]])
const target = fromRows([[1, 0], [0, 1], [1, 1]])

/** Everything that can be remembered: moments, trained feedback, running statistics, masks. */
function start(): Trainer {
  const network = chain('model', [dense({ name: 'dense1', inputs: 3, outputs: 4 }),
    batchNorm({ name: 'norm1', channels: 4 }), activation({ name: 'activation1', kind: 'tanh' }),
    dropout({ name: 'dropout1', probability: 0.3, seed: 1 }), feedbackPoint('point1', 4),
    dense({ name: 'dense2', inputs: 4, outputs: 2 }), errorTap('tap')])
  initialize(network, 'uniform', 1)
  return trainer({
    network,
    rule: kolenPollack({ seed: 3 }),
    loss: squaredError('mean'),
    optimizer: adam({ rate: 0.01 }),
    constrainWeights: true,
  })
}

const steps = (engine: Trainer, count: number): readonly number[] =>
  Array.from({ length: count }, () => engine.step(input, target))

it('goes on to the bits that it would have had', () => {
  const whole = start()
  const losses = steps(whole, 6)
  const half = start()
  steps(half, 3)
  const file = saveTrainer(half, { epoch: 1 })
  steps(half, 2)
  const resumed = start()
  steps(resumed, 1)
  expect(loadTrainer(resumed, file)).toEqual({ epoch: 1 })
  expect(resumed.steps).toBe(3)
  expect(steps(resumed, 3)).toEqual(losses.slice(3))
})

it('refuses what is no checkpoint of this trainer and changes nothing', () => {
  const engine = start()
  steps(engine, 2)
  const before = saveTrainer(engine)
  const short = engine.state().slice(1)
  const parameters = engine.parameters.map(({ name, value }) => ({
    name: `parameter/${name}`,
    data: value.data.map(() => 7),
  }))
  const files = [encodeCheckpoint({ metadata: null, arrays: [] }),
    encodeCheckpoint({ metadata: { kind: 'trainer', steps: 1, metadata: null }, arrays: [...parameters, ...short] }),
    before.slice(0, -1)]
  for (const file of files) expect(() => loadTrainer(engine, file)).toThrow(Error)
  expect(() => loadTrainer(engine, files[0])).toThrow('loadTrainer: file must be the checkpoint of a trainer, got null')
  expect(saveTrainer(engine)).toEqual(before)
})
