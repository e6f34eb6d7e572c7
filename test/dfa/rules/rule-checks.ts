// What every rule is held to. A rule joins by its line in RULES: what a check must know about one, it finds out from
// the network after installation; the few tables below pin down what the rules of the papers do exactly.

import { expect } from 'vitest'
import { backpropagation, errorTap, feedbackPoint, installRule, type LearningRule, type RuleOptions,
  trainer } from '../../../src/dfa/index.ts'
import { partsOf } from '../../../src/dfa/rules/rule.ts'
import { activation, adam, chain, crossEntropy, dense, initialize, type Layer, sgd } from '../../../src/nn/index.ts'
import { blockedKernels, type Kernels, referenceKernels, type Tensor, tensor } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals, valuesOf } from '../networks.ts'

/** A line of the table. */
export type MakeRule = (options: RuleOptions) => LearningRule

/** What each rule asks of three points: [input gradients, deliveries, of which the indirect rule climbs 1 + 2 + 3]. */
const WORK: Readonly<Record<string, readonly [number, number]>> = {
  backpropagation: [3, 0],
  'feedback-alignment': [3, 0],
  'direct-feedback-alignment': [0, 3],
  'indirect-feedback-alignment': [0, 6],
  'uniform-sign-symmetry': [3, 0],
  'batch-random-sign-symmetry': [3, 0],
  'fixed-random-sign-symmetry': [3, 0],
  'kolen-pollack': [3, 0],
  'weight-mirror': [3, 0],
  'direct-random-target-projection': [0, 3],
  'error-sign-direct-feedback-alignment': [0, 3],
  'sparse-direct-feedback-alignment': [0, 3],
  'direct-kolen-pollack': [0, 3],
  frozen: [0, 0],
}

/** Rules whose signal has 1/B of their own. */
const PER_BATCH = ['direct-random-target-projection', 'error-sign-direct-feedback-alignment']

/** Rules whose points look at the segments below them. */
const CLIMBING = ['indirect-feedback-alignment']

/** One-hot rows, classes in turn from `first` on. */
export function oneHot(rows: number, classes: number, first: number): Tensor {
  return tensor([rows, classes],
    Float32Array.from({ length: rows * classes },
      (_, at) => (at % classes === (Math.floor(at / classes) + first) % classes ? 1 : 0)))
}

/** All matrices that a rule holds, as copies. */
export function feedbackOf(layer: Layer, rule: LearningRule): readonly Float32Array[] {
  const { feedback } = rule as { feedback?: Tensor | readonly Tensor[] }
  const own = feedback === undefined ? [] : 'data' in feedback ? [feedback] : feedback
  const transports = partsOf(layer).carriers.flatMap(({ transport }) => (transport === undefined ? [] : [transport]))
  return [...own, ...transports].map(({ data }) => data.slice())
}

/** Every carrying layer but the first has a transport, and points pass on what it carries. */
export function isTransportRule(make: MakeRule): boolean {
  const layer = network()
  installRule(layer, make({}))
  const { carriers, points } = partsOf(layer)
  return carriers.slice(1).every(({ transport }) => transport !== undefined)
    && points.every(({ delivery }) => delivery.usesUpstream)
}

/** No point looks at the gradient from above. */
export function isDirectRule(name: string, make: MakeRule): boolean {
  const layer = network()
  installRule(layer, make({}))
  return !CLIMBING.includes(name) && partsOf(layer).points.every(({ delivery }) => !delivery.usesUpstream)
}

/** Whether matrices depend on the seed. */
export function drawsFeedback(make: MakeRule): boolean {
  const [one, other] = [1, 2].map((seed) => {
    const layer = network()
    const rule = make({ seed })
    installRule(layer, rule)
    return feedbackOf(layer, rule)
  })
  return one.some((f, at) => f.some((x, i) => x !== other[at][i]))
}

/** Installs a rule, and a one-hot target of this many rows at the tap for those that look at it. */
function install(layer: Layer, rule: LearningRule, rows: number): void {
  installRule(layer, rule)
  const { tap, outputs } = partsOf(layer)
  if (tap === undefined) throw new Error('the networks of these tests have a tap')
  tap.target = tensor([rows, outputs],
    Float32Array.from({ length: rows * outputs }, (_, at) => Number(at % outputs === 1)))
}

type Product = 'forward or delivery' | 'weight gradient' | 'input gradient'

/** Reference kernels that record what each product was for. */
function spy(): { readonly kernels: Kernels; readonly calls: Product[] } {
  const calls: Product[] = []
  const kernels: Kernels = {
    ...referenceKernels,
    gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate) {
      calls.push(transposeA ? 'weight gradient' : transposeB ? 'forward or delivery' : 'input gradient')
      referenceKernels.gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    },
  }
  return { kernels, calls }
}

function row({ shape, data }: Tensor, i: number): Tensor {
  return { shape: [1, shape[1]], data: data.slice(i * shape[1], (i + 1) * shape[1]) }
}

/** Every check, by its sentence. */
export const RULE_CHECKS: Readonly<Record<string, (name: string, make: MakeRule) => void>> = {
  'is named as the table names it'(name, make) {
    expect(make({}).name).toBe(name)
  },

  'gives the last layer the exact gradient, bit for bit'(name, make) {
    const input = normals(4, 5, 1, 'input')
    const error = normals(4, 3, 1, 'error')
    const exact = gradientsOf(network(), input, error)
    const other = network()
    install(other, make({}), 4)
    const gradients = gradientsOf(other, input, error)
    for (const parameter of ['dense4/weight', 'dense4/bias']) {
      expect(gradients.get(parameter), parameter).toEqual(exact.get(parameter))
    }
    if (name !== 'backpropagation') expect(gradients.get('dense1/weight')).not.toEqual(exact.get('dense1/weight'))
  },

  'does the same with points inside nested chains, at their ends and at their beginnings'(_name, make) {
    const input = normals(4, 5, 2, 'input')
    const error = normals(4, 3, 2, 'error')
    const flat = network({ sizes: [5, 7, 6, 3] })
    const [d1, d2, d3] = [dense({ name: 'dense1', inputs: 5, outputs: 7 }),
      dense({ name: 'dense2', inputs: 7, outputs: 6 }), dense({ name: 'dense3', inputs: 6, outputs: 3 })]
    const act = (index: number): Layer => activation({ name: `activation${index}`, kind: 'tanh' })
    const ends = chain('all', [chain('block1', [d1, chain('inner', [act(1), feedbackPoint('point1', 7)])]),
      chain('block2', [d2, act(2), feedbackPoint('point2', 6)]), chain('top', [d3, errorTap('tap')])])
    const beginnings = chain('all', [chain('block1', [d1, act(1)]),
      chain('block2', [feedbackPoint('point1', 7), d2, act(2)]),
      chain('top', [chain('inner', [feedbackPoint('point2', 6), d3]), errorTap('tap')])])
    install(flat, make({}), 4)
    const expected = gradientsOf(flat, input, error)
    for (const nested of [ends, beginnings]) {
      initialize(nested, 'uniform', 1)
      install(nested, make({}), 4)
      expect(gradientsOf(nested, input, error)).toEqual(expected)
    }
  },

  'trains on a batch of one as on a row of a larger batch, up to a 1/B of its own'(name, make) {
    const input = normals(3, 5, 3, 'input')
    const error = normals(3, 3, 3, 'error')
    const layer = network()
    install(layer, make({}), 3)
    const whole = gradientsOf(layer, input, error)
    install(layer, make({}), 1)
    const single = [0, 1, 2].map((i) => gradientsOf(layer, row(input, i), row(error, i)))
    /** The largest difference from `share` times the sum of the rows, the last layer's sum being whole. */
    const distance = (share: number): number =>
      Math.max(
        ...[...whole].flatMap(([parameter, gradient]) =>
          Array.from(gradient, (value, at) =>
            Math.abs(value - (parameter.startsWith('dense4/') ? 1 : share) * single.reduce((sum, part) =>
                  sum + (part.get(parameter)?.[at] ?? NaN), 0)))
        ),
      )
    const shares = name in WORK ? [PER_BATCH.includes(name) ? 1 / 3 : 1] : [1, 1 / 3]
    expect(Math.min(...shares.map(distance))).toBeLessThan(5e-6)
  },

  'computes input gradients only where it uses them'(name, make) {
    const { kernels, calls } = spy()
    const layer = network({ kernels })
    install(layer, make({ kernels }), 2)
    const used = partsOf(layer).points.filter(({ delivery }) => delivery.usesUpstream).length
    layer.forward(normals(2, 5, 4, 'input'))
    calls.length = 0
    layer.backward(normals(2, 3, 4, 'error'), false)
    const count = (kind: Product): number => calls.filter((call) => call === kind).length
    const deliveries = count('forward or delivery')
    expect([count('input gradient'), deliveries]).toEqual(WORK[name] ?? [used, deliveries])
    expect(count('weight gradient')).toBe(4)
  },

  'gives the same bits with the reference and the blocked kernels'(_name, make) {
    const [a, b] = [referenceKernels, blockedKernels].map((kernels) => {
      const layer = network({ kernels, sizes: [5, 19, 23, 3] })
      install(layer, make({ kernels }), 11)
      return gradientsOf(layer, normals(11, 5, 5, 'input'), normals(11, 3, 5, 'error'))
    })
    expect(a).toEqual(b)
  },

  'is taken out by the next rule: back to backpropagation'(_name, make) {
    const input = normals(4, 5, 6, 'input')
    const error = normals(4, 3, 6, 'error')
    const layer = network()
    install(layer, make({}), 4)
    installRule(layer, backpropagation())
    expect(gradientsOf(layer, input, error)).toEqual(gradientsOf(network(), input, error))
    expect(denseOf(layer).every(({ transport }) => transport === undefined)).toBe(true)
  },

  'trains without biases and on batches of one, and follows its seed'(_name, make) {
    const losses = (options: RuleOptions, bias: boolean): readonly number[] => {
      const engine = trainer({
        network: network({ bias }),
        rule: make(options),
        loss: crossEntropy('mean'),
        optimizer: sgd(0.1),
      })
      return Array.from({ length: 12 }, (_, step) => engine.step(normals(1, 5, step, 'input'), oneHot(1, 3, step)))
    }
    for (const bias of [true, false]) expect(losses({ seed: 1 }, bias)).toEqual(losses({ seed: 1 }, bias))
    if (drawsFeedback(make)) expect(losses({ seed: 1 }, true)).not.toEqual(losses({ seed: 2 }, true))
    else expect(losses({ seed: 1 }, true)).toEqual(losses({ seed: 2 }, true))
  },

  'with R = W in place of its transports, where it has some alone, is backpropagation bit for bit'(_name, make) {
    const input = normals(4, 5, 1, 'input')
    const error = normals(4, 3, 1, 'error')
    const layer = network()
    install(layer, make({}), 4)
    const { carriers, points } = partsOf(layer)
    for (const { transport, weight } of carriers) transport?.data.set(weight.value.data)
    expect(carriers.every(({ transport, weight }) => transport !== weight.value)).toBe(true)
    if (!points.every(({ delivery }) => delivery.usesUpstream)) return
    expect(gradientsOf(layer, input, error)).toEqual(gradientsOf(network(), input, error))
  },

  'gives the same gradients in whatever order the segments between points run, if it is direct'(name, make) {
    const input = normals(4, 5, 1, 'input')
    const error = normals(4, 3, 1, 'error')
    const layer = network()
    install(layer, make({}), 4)
    const { order, points, tap } = partsOf(layer)
    const expected = gradientsOf(layer, input, error)
    const gradients = (): ReadonlyMap<string, Float32Array> =>
      new Map(
        order.flatMap(({ parameters }) => parameters.map(({ name: of, gradient }) => [of, gradient.data.slice()])),
      )
    expect(gradients()).toEqual(expected)
    if (!isDirectRule(name, make)) return
    const cuts = [-1, ...points.map((point) => order.indexOf(point)), order.length - 1]
    for (const turn of [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]]) {
      layer.forward(input)
      for (const { parameters } of order) for (const { gradient } of parameters) gradient.data.fill(NaN)
      tap?.backward(error, true)
      for (const segment of turn) {
        // From the point (or the tap) down to just above the point below.
        let da: Tensor | undefined = segment === 3 ? error : undefined
        for (let at = cuts[segment + 1]; at > cuts[segment]; at--) da = order[at].backward(da, at > cuts[segment] + 1)
      }
      expect(gradients(), String(turn)).toEqual(expected)
    }
  },

  'goes on from a saved state bit for bit'(_name, make) {
    const start = (seed: number): ReturnType<typeof trainer> =>
      trainer({
        network: network({ seed }),
        rule: make({ seed: 4, decay: 0.01 }),
        loss: crossEntropy('mean'),
        optimizer: adam({ rate: 0.01 }),
        constrainWeights: true,
      })
    const run = (engine: ReturnType<typeof trainer>, until: number): readonly number[] => {
      const losses: number[] = []
      while (engine.steps < until) {
        losses.push(engine.step(normals(4, 5, engine.steps, 'input'), oneHot(4, 3, engine.steps)))
      }
      return losses
    }
    const whole = start(1), first = start(1), second = start(2)
    const losses = run(whole, 12)
    run(first, 7)
    const saved = first.state().map(({ name: of, data }) => ({ name: of, data: data.slice() }))
    const values = valuesOf(first.network)
    second.restore(7, saved)
    for (const { name: of, value } of second.parameters) value.data.set(values.get(of) ?? [])
    expect(run(second, 12)).toEqual(losses.slice(7))
    expect(valuesOf(second.network)).toEqual(valuesOf(whole.network))
    expect(second.state()).toEqual(whole.state())
  },
}
