import { describe, expect, it } from 'vitest'
import { backpropagation, kolenPollack, type LearningRule, type Trainer, trainer,
  transportAlignment } from '../../../src/dfa/index.ts'
import { adam, adamW, crossEntropy, momentumSgd, type Optimizer, sgd } from '../../../src/nn/index.ts'
import { fromRows } from '../../../src/tensor/index.ts'
import { denseOf, network, normals, valuesOf } from '../networks.ts'

const target = fromRows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])
const make = (rule: LearningRule, optimizer: Optimizer): Trainer =>
  trainer({ network: network(), rule, loss: crossEntropy('mean'), optimizer })
const step = (engine: Trainer): number => engine.step(normals(4, 5, engine.steps, 'input'), target)

/** |W − R| of each layer that carries. */
function distances(engine: Trainer): readonly number[] {
  return denseOf(engine.network).slice(1).map(({ weight, transport }) =>
    Math.sqrt(
      weight.value.data.reduce(
        (sum, w, i) => sum + (w - (transport?.data[i] ?? NaN)) * (w - (transport?.data[i] ?? NaN)),
        0,
      ),
    )
  )
}

const OPTIMIZERS: readonly (readonly [string, () => Optimizer])[] = [['sgd', () => sgd(0.2)], ['momentum',
  () => momentumSgd({ rate: 0.05, nesterov: true })], ['adam', () => adam({ rate: 0.01 })]]

describe('kolenPollack', () => {
  it.each(OPTIMIZERS)('under %s shrinks W − R by 1 − λ in every step', (_name, optimizer) => {
    for (const decay of [0.01, 0.1]) {
      const engine = make(kolenPollack({ decay }), optimizer())
      const start = distances(engine)
      for (let t = 1; t <= 30; t++) {
        step(engine)
        // float32 rounding of W and R: a few 1e-8 per step each.
        distances(engine).forEach((distance, l) =>
          expect(Math.abs(distance - start[l] * Math.pow(1 - decay, t)), `λ ${decay}, step ${t}`).toBeLessThan(2e-6)
        )
      }
    }
  })

  it('shrinks it by the decoupled decay of the optimizer as well', () => {
    const engine = make(kolenPollack({ decay: 0 }), adamW({ rate: 0.1, decoupledDecay: 0.5 }))
    const start = distances(engine)
    for (let t = 0; t < 20; t++) step(engine)
    distances(engine).forEach((distance, l) => expect(distance / start[l]).toBeCloseTo(Math.pow(0.95, 20), 4))
  })

  it('turns R towards W while a batch is learnt when λ > 0; without decay keeps their distance', () => {
    const engine = make(kolenPollack({ decay: 0.02 }), sgd(0.2))
    let before = transportAlignment(engine.network)
    expect(before).toHaveLength(3)
    // Not in every single step: decay and gradient may shorten W sideways. W − R is what shrinks always.
    for (let t = 1; t <= 120; t++) {
      engine.step(normals(4, 5, 0, 'input'), target)
      if (t % 30 !== 0) continue
      const now = transportAlignment(engine.network)
      now.forEach(({ name, cosine }, l) => expect(cosine, `${name}, step ${t}`).toBeGreaterThan(before[l].cosine))
      before = now
    }
    for (const { name, cosine } of before) expect(cosine, name).toBeGreaterThan(0.95)
    const still = make(kolenPollack({ decay: 0 }), sgd(0.2))
    const start = distances(still)
    for (let t = 0; t < 60; t++) step(still)
    distances(still).forEach((distance, l) => expect(Math.abs(distance - start[l])).toBeLessThan(2e-6))
  })

  it.each(OPTIMIZERS)('under %s started at R = W without decay is backpropagation bit for bit', (_name, optimizer) => {
    const exact = make(backpropagation(), optimizer())
    const rule = kolenPollack({ decay: 0 })
    const learned = make(rule, optimizer())
    for (const { weight, transport } of denseOf(learned.network)) transport?.data.set(weight.value.data)
    for (let t = 0; t < 30; t++) expect(step(learned), `step ${t}`).toBe(step(exact))
    expect(valuesOf(learned.network)).toEqual(valuesOf(exact.network))
    expect(rule.state?.().map(({ name }) => name)).toEqual(['feedback/dense2', 'feedback/dense3', 'feedback/dense4'])
  })

  it('lets every weight decay, or those that carry alone, no bias; by λ or by λ·η', () => {
    const lost = (options: Parameters<typeof kolenPollack>[0]): ReadonlyMap<string, number> => {
      const [plain, decaying] = [kolenPollack({ decay: 0 }), kolenPollack(options)].map((rule) => make(rule, sgd(0.25)))
      for (const engine of [plain, decaying]) step(engine)
      const start = valuesOf(network()), other = valuesOf(decaying.network)
      return new Map(
        [...valuesOf(plain.network)].map(([name, w]) => [name, Math.round(1000 * w.reduce((sum, x, i) =>
          sum + x - (other.get(name)?.[i] ?? NaN), 0) / (start.get(name)?.reduce((sum, x) =>
            sum + x, 0) || 1)) / 1000]
        ),
      )
    }
    expect([...lost({ decay: 0.2 })].filter(([, part]) => part !== 0)).toEqual(
      [1, 2, 3, 4].map((l) => [`dense${l}/weight`, 0.2]),
    )
    expect([...lost({ decay: 0.2, decayed: 'carrying' })].filter(([, part]) => part !== 0)).toEqual(
      [2, 3, 4].map((l) => [`dense${l}/weight`, 0.2]),
    )
    expect(lost({ decay: 0.2, decayTimesRate: true }).get('dense2/weight')).toBe(0.05)
    expect(() => kolenPollack({ decayed: 'none' as never })).toThrow(
      'kolenPollack: decayed must be one of all, carrying',
    )
    expect(() => step(make(kolenPollack({ decay: 0.5, decayTimesRate: true }), sgd(2)))).toThrow(
      'kolenPollack: decay·rate must be below 1, got 0.5·2',
    )
  })

  it('leaves a frozen weight and its twin alone, and the others learning', () => {
    const layer = network()
    const rule = kolenPollack({ decay: 0.1 })
    const engine = trainer({ network: layer, rule, loss: crossEntropy('mean'), optimizer: sgd(0.2),
      frozen: [denseOf(layer)[2]] })
    const carried = (): readonly (readonly number[])[] =>
      denseOf(layer).slice(1).map(({ transport }) => [...transport?.data ?? []])
    const before = valuesOf(layer), twins = carried()
    for (let t = 0; t < 3; t++) step(engine)
    expect(valuesOf(layer).get('dense3/weight')).toEqual(before.get('dense3/weight'))
    expect(carried()[1]).toEqual(twins[1])
    for (const l of [0, 2]) expect(carried()[l]).not.toEqual(twins[l])
    expect(rule.state?.().map(({ name }) => name)).toEqual(['feedback/dense2', 'feedback/dense4'])
  })

  it('refuses a decay outside [0, 1)', () => {
    for (const decay of [-0.1, 1, NaN]) {
      expect(() => kolenPollack({ decay })).toThrow(`kolenPollack: decay must be at least 0 and below 1, got ${decay}`)
      expect(() => kolenPollack({ decay: 1e-9 })).toThrow(
        'decay must be 0 or tell 1 − decay from 1 in float32, got 1e-9',
      )
    }
  })
})
