import { describe, expect, it } from 'vitest'
import { directKolenPollack, kolenPollack, type LearningRule, type Trainer, trainer } from '../../../src/dfa/index.ts'
import { crossEntropy, sgd } from '../../../src/nn/index.ts'
import { fromRows, type Tensor, tensor } from '../../../src/tensor/index.ts'
import { denseOf, network, normals, plainCosine, valuesOf } from '../networks.ts'

const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
const make = (rule: LearningRule, sizes: readonly number[]): Trainer =>
  trainer({ network: network({ sizes }), rule, loss: crossEntropy('mean'), optimizer: sgd(0.2) })
const step = (engine: Trainer): number => engine.step(normals(4, 5, engine.steps, 'input'), target)

function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  return tensor([columns, rows],
    Float32Array.from(data, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)]))
}

describe('directKolenPollack', () => {
  it('with one hidden layer and F = Rᵀ is kolenPollack bit for bit', () => {
    const reference = make(kolenPollack({ decay: 0.01, seed: 2 }), [5, 7, 3])
    const r = denseOf(reference.network)[1].transport ?? tensor([3, 7])
    const rule = directKolenPollack({ decay: 0.01, matrices: [transposed(r)] })
    const engine = make(rule, [5, 7, 3])
    for (let t = 0; t < 30; t++) expect(step(engine), `step ${t}`).toBe(step(reference))
    expect(valuesOf(engine.network)).toEqual(valuesOf(reference.network))
    expect(transposed(rule.feedback[0]).data).toEqual(r.data)
  })

  it('turns F of the last point towards W_Lᵀ', () => {
    const rule = directKolenPollack({ decay: 0.02 })
    const engine = make(rule, [5, 7, 6, 3])
    const alignment = (): number =>
      plainCosine(rule.feedback[1].data, transposed(denseOf(engine.network)[2].weight.value).data)
    let before = alignment()
    expect(before).toBeLessThan(0.6)
    for (let t = 1; t <= 150; t++) {
      engine.step(normals(4, 5, 0, 'input'), target)
      if (t % 30 !== 0) continue
      expect(alignment(), `step ${t}`).toBeGreaterThan(before)
      before = alignment()
    }
    expect(before).toBeGreaterThan(0.95)
  })

  it('leaves the twin of a frozen last weight alone, and its other feedback learning', () => {
    const layer = network({ sizes: [5, 7, 6, 3] })
    const rule = directKolenPollack({ decay: 0.1 })
    const engine = trainer({ network: layer, rule, loss: crossEntropy('mean'), optimizer: sgd(0.2),
      frozen: [denseOf(layer)[2]] })
    const before = rule.feedback.map(({ data }) => data.slice()), weights = valuesOf(layer)
    for (let t = 0; t < 3; t++) step(engine)
    expect(rule.feedback[1].data).toEqual(before[1])
    expect(rule.feedback[0].data).not.toEqual(before[0])
    expect(valuesOf(layer).get('dense3/weight')).toEqual(weights.get('dense3/weight'))
    expect(rule.parameters?.map(({ name }) => name)).toEqual(['feedback/point1'])
  })

  it('copies given matrices, and refuses a decay outside [0, 1)', () => {
    const given = [tensor([7, 3]), tensor([6, 3])]
    const engine = make(directKolenPollack({ matrices: given }), [5, 7, 6, 3])
    for (let t = 0; t < 3; t++) step(engine)
    for (const { data } of given) expect(data.every((x) => x === 0)).toBe(true)
    expect(() => directKolenPollack({ decay: 1 })).toThrow(
      'directKolenPollack: decay must be at least 0 and below 1, got 1',
    )
  })
})
