import { describe, expect, it } from 'vitest'
import { directFeedbackAlignment, errorTap, feedbackPoint, frozen, installRule, type LearningRule, RULES, trainer,
  TrainingStopped } from '../../src/dfa/index.ts'
import { partsOf } from '../../src/dfa/rules/rule.ts'
import { installDirect, segmentsOf, segmentTrainer } from '../../src/dfa/segments.ts'
import { adam, adamW, batchNorm, chain, crossEntropy, dense, dropout, initialize, type Layer, momentumSgd,
  type Optimizer, residual, sgd, squaredError } from '../../src/nn/index.ts'
import { selectKernels, type Tensor } from '../../src/tensor/index.ts'
import { network, normals, valuesOf } from './networks.ts'

const INDEPENDENT = ['direct-feedback-alignment', 'error-sign-direct-feedback-alignment',
  'direct-random-target-projection', 'sparse-direct-feedback-alignment', 'frozen']

/** All orders of 0 … n − 1. */
function permutations(n: number): readonly (readonly number[])[] {
  if (n === 0) return [[]]
  return permutations(n - 1).flatMap((shorter) =>
    Array.from({ length: n }, (_, at) => [...shorter.slice(0, at), n - 1, ...shorter.slice(at)])
  )
}

const STEPS = 4
const input = normals(8, 5, 1, 'segments/input')
const target = normals(8, 3, 1, 'segments/target')

/** Losses and final parameters of the ordinary trainer. */
function expected(net: Layer, rule: LearningRule,
  optimizer: Optimizer): { losses: number[]; values: ReadonlyMap<string, Float32Array> }
{
  const { step } = trainer({ network: net, rule, loss: squaredError('mean'), optimizer })
  return { losses: Array.from({ length: STEPS }, () => step(input, target)), values: valuesOf(net) }
}

describe('segmentTrainer', () => {
  for (const name of INDEPENDENT) {
    it(`has the bits of the trainer in all 24 orders of four segments: ${name}`, () => {
      const want = expected(network(), RULES[name]({ seed: 3 }), momentumSgd({ rate: 0.05, coupledDecay: 0.01 }))
      const orders = permutations(4)
      expect(orders).toHaveLength(24)
      for (const order of orders) {
        const net = network()
        const { step } = segmentTrainer({
          network: net,
          rule: RULES[name]({ seed: 3 }),
          loss: squaredError('mean'),
          optimizer: () => momentumSgd({ rate: 0.05, coupledDecay: 0.01 }),
        })
        const losses = Array.from({ length: STEPS }, () => step(input, target, order))
        expect(losses, `order ${order.join(' ')}`).toEqual(want.losses)
        expect(valuesOf(net), `order ${order.join(' ')}`).toEqual(want.values)
      }
    })
  }

  it.each([['adam', () => adam()], ['adamW', () => adamW()], ['sgd', () => sgd((step) => 0.1 / (1 + step))]] as const)(
    'has the bits of the trainer with another order at every step: %s',
    (_name, make) => {
      const want = expected(network(), directFeedbackAlignment(), make())
      const net = network()
      const rule = directFeedbackAlignment()
      const engine = segmentTrainer({ network: net, rule, loss: squaredError('mean'), optimizer: make })
      const losses = Array.from({ length: STEPS }, (_, s) => engine.step(input, target, permutations(4)[5 * s + 1]))
      expect(losses).toEqual(want.losses)
      expect(valuesOf(net)).toEqual(want.values)
      expect(engine.steps).toBe(STEPS)
    },
  )

  it('has the bits of the trainer on vector kernels', () => {
    const { kernels } = selectKernels({ tier: 'simd', accumulation: 'float32' })
    const run = (make: (net: Layer) => (x: Tensor, t: Tensor) => number): unknown => {
      const net = network({ kernels })
      const step = make(net)
      return [Array.from({ length: STEPS }, () => step(input, target)), valuesOf(net)]
    }
    const shared = { loss: crossEntropy('mean', kernels), kernels }
    const rule = (): LearningRule => directFeedbackAlignment({ kernels })
    const optimizer = (): Optimizer => sgd(0.1, kernels)
    const want = run((net) => trainer({ ...shared, network: net, rule: rule(), optimizer: optimizer() }).step)
    expect(run((net) => segmentTrainer({ ...shared, network: net, rule: rule(), optimizer }).step)).toEqual(want)
  })

  it('trains layers that remember, residual layers inside a segment, and layers above the tap', () => {
    const build = (): Layer => {
      const made = chain('rich', [dense({ name: 'a', inputs: 5, outputs: 6 }), batchNorm({ name: 'norm', channels: 6 }),
        feedbackPoint('p', 6), residual({ name: 'around', inner: dense({ name: 'b', inputs: 6, outputs: 6 }) }),
        dropout({ name: 'drop', probability: 0.4, seed: 5 }), feedbackPoint('q', 6),
        dense({ name: 'c', inputs: 6, outputs: 3 }), errorTap('tap'), dense({ name: 'd', inputs: 3, outputs: 3 })])
      initialize(made, 'uniform', 4)
      return made
    }
    const want = expected(build(), directFeedbackAlignment(), sgd(0.1))
    for (const order of permutations(3)) {
      const net = build()
      const rule = directFeedbackAlignment()
      const { step } = segmentTrainer({ network: net, rule, loss: squaredError('mean'), optimizer: () => sgd(0.1) })
      const losses = Array.from({ length: STEPS }, () => step(input, target, order))
      expect(losses, `order ${order.join(' ')}`).toEqual(want.losses)
      expect(valuesOf(net)).toEqual(want.values)
    }
  })

  it('trains without a tap under a rule that needs none', () => {
    const build = (): Layer => {
      const made = chain('tapless', [dense({ name: 'a', inputs: 5, outputs: 6 }), feedbackPoint('p', 6),
        dense({ name: 'b', inputs: 6, outputs: 3 })])
      initialize(made, 'uniform', 4)
      return made
    }
    const want = expected(build(), frozen(), sgd(0.1))
    const net = build()
    const rule = frozen()
    const { step } = segmentTrainer({ network: net, rule, loss: squaredError('mean'), optimizer: () => sgd(0.1) })
    expect(Array.from({ length: STEPS }, () => step(input, target, [0, 1]))).toEqual(want.losses)
    expect(valuesOf(net)).toEqual(want.values)
  })

  it('refuses orders that are no permutation, and one optimizer for all segments', () => {
    const rule = directFeedbackAlignment()
    const net = network()
    const { step } = segmentTrainer({ network: net, rule, loss: squaredError(), optimizer: () => sgd(0.1) })
    const before = valuesOf(net)
    for (const order of [[], [0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [0, 1, 2, 3, 3]]) {
      expect(() => step(input, target, order)).toThrow('segmentTrainer: order must be a permutation of 0 to 3, got [')
    }
    const one = sgd(0.1)
    expect(() => segmentTrainer({ network: net, rule, loss: squaredError(), optimizer: () => one })).toThrow(
      'segmentTrainer: optimizer must make a new optimizer for each segment, got one twice',
    )
    expect(valuesOf(net)).toEqual(before)
  })

  it('leaves what layers remember as it was when the loss is not finite', () => {
    const norm = batchNorm({ name: 'norm', channels: 6 })
    const net = chain('net', [dense({ name: 'a', inputs: 5, outputs: 6 }), norm, feedbackPoint('p', 6),
      dense({ name: 'b', inputs: 6, outputs: 3 }), errorTap('tap')])
    initialize(net, 'uniform', 1)
    const rule = directFeedbackAlignment()
    const engine = segmentTrainer({ network: net, rule, loss: squaredError(), optimizer: () => sgd(0.1) })
    engine.step(input, target)
    const before = [...norm.runningMean.data, ...norm.runningVariance.data]
    const bad = { shape: input.shape, data: input.data.map(() => NaN) }
    expect(() => engine.step(bad, target)).toThrow(TrainingStopped)
    expect([...norm.runningMean.data, ...norm.runningVariance.data]).toEqual(before)
  })

  it('stops before any update when the loss is not finite, before its own segment when a gradient is not', () => {
    const net = network()
    const matrices = [7, 6, 6].map((width, l) => ({
      shape: [width, 3],
      data: new Float32Array(3 * width).fill(l === 1 ? 3e38 : 0.1),
    }))
    const engine = segmentTrainer({
      network: net,
      rule: directFeedbackAlignment({ matrices }),
      loss: squaredError('sum'),
      optimizer: () => sgd(0.1),
    })
    const before = valuesOf(net)
    expect(() => engine.step(normals(8, 5, 1, 'x'), { shape: [8, 3], data: new Float32Array(24).fill(NaN) })).toThrow(
      'training stopped at step 0: loss is NaN',
    )
    expect(valuesOf(net)).toEqual(before)
    expect(() => engine.step(input, target, [0, 1, 2, 3])).toThrow(
      'training stopped at step 0: gradient of dense2/weight is not finite',
    )
    const after = valuesOf(net)
    const moved = [...after].filter(([name, values]) => before.get(name)?.some((value, i) => value !== values[i])).map((
      [name],
    ) => name)
    expect(moved).toEqual(['dense1/weight', 'dense1/bias'])
    expect(engine.steps).toBe(0)
  })
})

describe('installDirect', () => {
  const REFUSED: Readonly<Record<string, string>> = {
    backpropagation: 'uses the gradient from above at point1',
    'feedback-alignment': 'asks for layers (carriers)',
    'indirect-feedback-alignment': 'asks for layers (order)',
    'uniform-sign-symmetry': 'has beforeStep',
    'batch-random-sign-symmetry': 'has beforeStep',
    'fixed-random-sign-symmetry': 'has beforeStep',
    'kolen-pollack': 'has beforeUpdate',
    'weight-mirror': 'has beforeStep',
    'direct-kolen-pollack': 'has beforeUpdate',
  }

  it('knows of every rule whether its segments depend on each other', () => {
    expect([...Object.keys(REFUSED), ...INDEPENDENT].sort()).toEqual(Object.keys(RULES).sort())
  })

  it.each(Object.entries(REFUSED))('refuses %s, which %s, and changes no delivery', (name, reason) => {
    const net = network()
    installRule(net, directFeedbackAlignment())
    const deliveries = partsOf(net).points.map(({ delivery }) => delivery)
    const rule = RULES[name]({})
    expect(() => segmentTrainer({ network: net, rule, loss: squaredError(), optimizer: () => sgd(0.1) })).toThrow(
      `installDirect: rule must leave segments independent of each other, got ${name}, which ${reason}`,
    )
    expect(partsOf(net).points.map(({ delivery }) => delivery)).toEqual(deliveries)
  })

  it('refuses because the order would show: indirect feedback alignment, updated upwards, has other bits', () => {
    // What the refusal is for: the same update segment by segment, without the check.
    const run = (upwards: boolean): ReadonlyMap<string, Float32Array> => {
      const net = network()
      installRule(net, RULES['indirect-feedback-alignment']({}))
      const { segments, crown } = segmentsOf(net)
      const error = normals(8, 3, 2, 'error')
      net.forward(input)
      const e = crown.backward(error, true)
      const order = upwards ? [0, 1, 2, 3] : [3, 2, 1, 0]
      for (const index of order) {
        segments[index].backward(index === 3 ? e : undefined)
        sgd(0.1).step(segments[index].parameters)
      }
      return valuesOf(net)
    }
    expect(run(true)).not.toEqual(run(false))
  })
})

describe('segmentsOf', () => {
  it('cuts an mlp into one segment per weight matrix, in forward order', () => {
    const { segments, crown, tap } = segmentsOf(network())
    expect(segments.map(({ layers }) => layers.map(({ name }) => name))).toEqual([['dense1', 'activation1', 'point1'], [
      'dense2',
      'activation2',
      'point2',
    ], ['dense3', 'activation3', 'point3'], ['dense4']])
    expect(crown.children.map(({ name }) => name)).toEqual(['tap'])
    expect(tap?.name).toBe('tap')
    expect(segments.map(({ point }) => point?.name)).toEqual(['point1', 'point2', 'point3', undefined])
  })

  it('refuses points and taps inside other layers, and a tap below a point', () => {
    const inner = chain('inner', [dense({ name: 'a', inputs: 2, outputs: 2 }), feedbackPoint('p', 2)])
    expect(() => segmentsOf(chain('outer', [inner, errorTap('tap')]))).toThrow(
      'segmentsOf: points and tap must stand directly in a chain, got p inside another layer',
    )
    expect(() => segmentsOf(dense({ name: 'a', inputs: 2, outputs: 2 }))).toThrow('got parameters in a itself')
    expect(() => segmentsOf(chain('c', [errorTap('tap'), feedbackPoint('p', 2)]))).toThrow(
      'segmentsOf: the error tap must lie above every feedback point, got p above it',
    )
  })
})

it('installs the deliveries that installRule would', () => {
  const deliveredBy = (install: (net: Layer, rule: LearningRule) => void): readonly (Float32Array | undefined)[] => {
    const net = network()
    install(net, directFeedbackAlignment())
    net.forward(input)
    net.backward(normals(8, 3, 2, 'error'), false)
    return partsOf(net).points.map(({ delivered }) => delivered?.data.slice())
  }
  const want = deliveredBy(installRule)
  expect(want.every((signal) => signal?.some((value) => value !== 0))).toBe(true)
  expect(deliveredBy((net, rule) => installDirect(partsOf(net), rule))).toEqual(want)
})
