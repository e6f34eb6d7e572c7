import { describe, expect, it } from 'vitest'
import { backpropagation, directFeedbackAlignment, feedbackAlignment, type LearningRule, RULES, type Trainer,
  trainer } from '../../src/dfa/index.ts'
import { adam, chain, dense, initialize, type Layer, momentumSgd, type NamedArray, type Optimizer, sgd,
  squaredError } from '../../src/nn/index.ts'
import { denseOf, network, normals, valuesOf } from './networks.ts'

type Values = ReadonlyMap<string, Float32Array>

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd(0.05),
  momentum: () => momentumSgd({ rate: 0.05 }),
  adam: () => adam({ rate: 0.01 }),
}
const NAMES = Object.keys(OPTIMIZERS)
const RULES_IN_TURN: readonly (() => LearningRule)[] = [() => backpropagation(),
  () => directFeedbackAlignment({ seed: 2 }), () => backpropagation()]

const begin = (rule: LearningRule, optimizer: Optimizer, more: Partial<Parameters<typeof trainer>[0]> = {}): Trainer =>
  trainer({ network: network(), rule, loss: squaredError('mean'), optimizer, ...more })

/** Steps up to `until`; batches are a function of the step. */
function go(engine: Trainer, until: number, from = 0): readonly number[] {
  const losses: number[] = []
  while (engine.steps < until) {
    const at = engine.steps + from
    losses.push(engine.step(normals(6, 5, at, 'input'), normals(6, 3, at, 'target')))
  }
  return losses
}
function setValues({ parameters }: Trainer, values: Values): void {
  for (const { name, value } of parameters) value.data.set(values.get(name) ?? [])
}
const copyOf = (state: readonly NamedArray[]): readonly NamedArray[] =>
  state.map(({ name, data }) => ({ name, data: data.slice() }))

describe('trainer.switchRule', () => {
  it.each(NAMES)('BP → DFA → BP has the bits of three trainers that hand on weights and moments, %s', (name) => {
    const one = begin(RULES_IN_TURN[0](), OPTIMIZERS[name]())
    const losses = [...go(one, 4)]
    one.switchRule(RULES_IN_TURN[1]())
    losses.push(...go(one, 8))
    one.switchRule(RULES_IN_TURN[2]())
    losses.push(...go(one, 12))
    const expected: number[] = []
    let state: readonly NamedArray[] | undefined
    let values: Values = valuesOf(network())
    RULES_IN_TURN.forEach((rule, index) => {
      const part = begin(rule(), OPTIMIZERS[name]())
      setValues(part, values)
      if (state !== undefined) part.restore(4 * index, state)
      expected.push(...go(part, 4 * index + 4))
      values = valuesOf(part.network)
      state = copyOf(part.state())
    })
    expect(losses).toEqual(expected)
    expect(valuesOf(one.network)).toEqual(values)
    expect(one.state()).toEqual(state)
    // The rules do differ: what is compared is no accident.
    expect(losses).not.toEqual(go(begin(backpropagation(), OPTIMIZERS[name]()), 12))
  })

  it.each(NAMES)('starts from nothing with a new optimizer, as a new trainer does, and resumes so, %s', (name) => {
    const one = begin(backpropagation(), OPTIMIZERS[name]())
    go(one, 4)
    const values = valuesOf(one.network)
    one.switchRule(feedbackAlignment({ seed: 2 }), { optimizer: OPTIMIZERS[name]() })
    const fresh = begin(feedbackAlignment({ seed: 2 }), OPTIMIZERS[name]())
    setValues(fresh, values)
    expect(go(one, 7)).toEqual(go(fresh, 3, 4))
    expect(valuesOf(one.network)).toEqual(valuesOf(fresh.network))
    const saved = copyOf(one.state())
    expect(saved.at(-1)).toEqual({ name: 'switch/begun', data: Float64Array.of(4) })
    const resumed = begin(feedbackAlignment({ seed: 2 }), OPTIMIZERS[name]())
    setValues(resumed, valuesOf(one.network))
    resumed.restore(7, saved)
    expect(go(resumed, 10)).toEqual(go(one, 10))
    expect(valuesOf(resumed.network)).toEqual(valuesOf(one.network))
    expect(resumed.state()).toEqual(one.state())
    for (const steps of [8, -1, 0.5, NaN]) {
      const wrong = saved.map((array) =>
        array.name === 'switch/begun' ? { ...array, data: Float64Array.of(steps) } : array
      )
      expect(() => resumed.restore(7, wrong)).toThrow(
        'trainer.restore: switch/begun must hold one number of steps up to 7',
      )
    }
    expect(resumed.steps).toBe(10)
  })

  it('takes the old rule out: transports, deliveries, hooks, trained feedback and its moments', () => {
    const calls: number[] = []
    const mirror = RULES['weight-mirror']({})
    const one = begin({ ...mirror, afterStep: ({ step }) => calls.push(step) }, momentumSgd({ rate: 0.05 }))
    go(one, 2)
    for (const name of ['direct-kolen-pollack', 'kolen-pollack', 'kolen-pollack', 'backpropagation']) {
      one.switchRule(RULES[name]({}))
      go(one, one.steps + 2)
      const kept = begin(RULES[name]({}), momentumSgd({ rate: 0.05 }))
      expect(one.state().map((array) => array.name), name).toEqual(kept.state().map((array) => array.name))
    }
    expect(calls).toEqual([0, 1])
    expect(denseOf(one.network).map(({ transport }) => transport)).toEqual([undefined, undefined, undefined, undefined])
    const before = valuesOf(one.network)
    const alone = begin(backpropagation(), momentumSgd({ rate: 0.05 }))
    setValues(alone, before)
    alone.restore(one.steps, copyOf(one.state()))
    expect(go(one, 14)).toEqual(go(alone, 14))
  })

  it('keeps weight norms: those of the first weights, whatever the rule', () => {
    const one = begin(backpropagation(), sgd(0.5), { constrainWeights: true })
    go(one, 3)
    const norms = (): readonly NamedArray[] => copyOf(one.state().filter(({ name }) => name.startsWith('norm/')))
    const before = norms()
    one.switchRule(feedbackAlignment(), { optimizer: sgd(0.1) })
    go(one, 6)
    expect(before).toHaveLength(4)
    expect(norms()).toEqual(before)
  })

  it('is refused within a step, and the step is what it would have been', () => {
    const attempts: string[] = []
    let one: Trainer | undefined
    const attempt = (): void => {
      try {
        one?.switchRule(feedbackAlignment())
      } catch (cause) {
        attempts.push((cause as Error).message)
      }
    }
    const rule: LearningRule = {
      ...directFeedbackAlignment(),
      beforeStep: attempt,
      beforeUpdate: attempt,
      afterStep: attempt,
    }
    one = begin(rule, sgd(0.05), { observe: attempt })
    expect(go(one, 2)).toEqual(go(begin(directFeedbackAlignment(), sgd(0.05)), 2))
    expect(attempts).toHaveLength(8)
    expect(new Set(attempts)).toEqual(
      new Set(['trainer.switchRule: step must be finished, got a call within step 0',
        'trainer.switchRule: step must be finished, got a call within step 1']),
    )
    // A step that fails is over, too.
    expect(() => one?.step(normals(6, 4, 0, 'input'), normals(6, 3, 0, 'target'))).toThrow()
    one.switchRule(feedbackAlignment())
    expect(denseOf(one.network)[1].transport).toBeDefined()
  })

  it('leaves the former rule in its place when the new one or its optimizer is refused', () => {
    const untapped: Layer = chain('net', [dense({ name: 'd1', inputs: 5, outputs: 4 }),
      dense({ name: 'd2', inputs: 4, outputs: 3 })])
    initialize(untapped, 'uniform', 1)
    const make = (): Trainer => begin(feedbackAlignment(), momentumSgd({ rate: 0.05 }), { network: untapped })
    const one = make()
    const [, { transport }] = denseOf(untapped)
    expect(() => one.switchRule(directFeedbackAlignment(), { optimizer: sgd(1) })).toThrow('must hold an error tap')
    const used = sgd(1)
    begin(backpropagation(), used).step(normals(6, 5, 0, 'input'), normals(6, 3, 0, 'target'))
    expect(() => one.switchRule(backpropagation(), { optimizer: used })).toThrow(
      'trainer.switchRule: optimizer must be new, got one after 1 steps',
    )
    const full: Optimizer = {
      ...sgd(1),
      prepare() {
        throw new Error('no room')
      },
    }
    expect(() => one.switchRule(backpropagation(), { optimizer: full })).toThrow('no room')
    // A rule that is refused when half of it is there.
    const half: LearningRule = {
      name: 'half',
      install({ carriers }) {
        carriers[1].transport = undefined
        throw new Error('half')
      },
    }
    expect(() => one.switchRule(half)).toThrow('half')
    expect(denseOf(untapped)[1].transport).toBe(transport)
    expect(one.state().map(({ name }) => name)).toContain('optimizer/d1/weight/velocity')
    expect(one.state().map(({ name }) => name)).not.toContain('switch/begun')
    initialize(untapped, 'uniform', 1)
    const losses = go(one, 3)
    initialize(untapped, 'uniform', 1)
    expect(losses).toEqual(go(make(), 3))
  })
})
