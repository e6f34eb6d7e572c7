// What all rules have in common, whatever they deliver.

import { describe, expect, it } from 'vitest'
import {
  backpropagation, errorTap, feedbackPoint, installRule, partsOf, RULES as TABLE, type LearningRule,
} from '../../../src/dfa/index.ts'
import { activation, chain, dense, initialise, parametersOf, walk, type Layer } from '../../../src/nn/index.ts'
import { blockedKernels, referenceKernels, tensor, type Kernels } from '../../../src/tensor/index.ts'
import { denseOf, gradientsOf, network, normals } from '../networks.ts'

/** The rules of the table, ready for a backward pass without a trainer. */
const RULES: Readonly<Record<string, (kernels?: Kernels) => LearningRule>> = Object.fromEntries(
  Object.entries(TABLE).map(([name, rule]) => [name, (kernels) => rule(kernels === undefined ? {} : { kernels })]))

/** What each rule asks of three points: [input gradients, deliveries, of which the indirect rule climbs 1 + 2 + 3]. */
const WORK: Readonly<Record<string, readonly [number, number]>> = {
  backpropagation: [3, 0], 'feedback-alignment': [3, 0], 'direct-feedback-alignment': [0, 3],
  'indirect-feedback-alignment': [0, 6], 'uniform-sign-symmetry': [3, 0], 'batch-random-sign-symmetry': [3, 0],
  'fixed-random-sign-symmetry': [3, 0], 'kolen-pollack': [3, 0], 'weight-mirror': [3, 0],
  'direct-random-target-projection': [0, 3], 'error-sign-direct-feedback-alignment': [0, 3],
  'sparse-direct-feedback-alignment': [0, 3], 'direct-kolen-pollack': [0, 3], frozen: [0, 0],
}

/** Rules whose signal has 1/B of their own. */
const PER_BATCH = ['direct-random-target-projection', 'error-sign-direct-feedback-alignment']

/** Installs a rule, and a one-hot target of this many rows at the tap for those that look at it. */
function install(layer: Layer, rule: LearningRule, rows: number): void {
  installRule(layer, rule)
  const { tap, outputs } = partsOf(layer)
  if (tap === undefined) throw new Error('the networks of these tests have a tap')
  tap.target = tensor([rows, outputs], Float32Array.from({ length: rows * outputs }, (_, at) => (at % outputs === 1 ? 1 : 0)))
}

interface Call {
  readonly kind: 'forward or delivery' | 'weight gradient' | 'input gradient'
}

/** Reference kernels that record what each product was for. */
function spy(): { readonly kernels: Kernels; readonly calls: Call[] } {
  const calls: Call[] = []
  const kernels: Kernels = {
    ...referenceKernels,
    gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate) {
      calls.push({ kind: transposeA ? 'weight gradient' : transposeB ? 'forward or delivery' : 'input gradient' })
      referenceKernels.gemm(m, n, k, a, transposeA, b, transposeB, c, accumulate)
    },
  }
  return { kernels, calls }
}

describe('every rule', () => {
  it('gives the last layer the exact gradient, bit for bit', () => {
    const input = normals(4, 5, 1, 'input')
    const error = normals(4, 3, 1, 'error')
    const exact = gradientsOf(network(), input, error)
    for (const [name, rule] of Object.entries(RULES)) {
      const other = network()
      install(other, rule(), 4)
      const gradients = gradientsOf(other, input, error)
      for (const parameter of ['dense4/weight', 'dense4/bias']) {
        expect(gradients.get(parameter), `${name}: ${parameter}`).toEqual(exact.get(parameter))
      }
      if (name !== 'backpropagation') {
        expect(gradients.get('dense1/weight'), name).not.toEqual(exact.get('dense1/weight'))
      }
    }
  })

  it('does the same with points inside nested chains, at their ends and at their beginnings', () => {
    const input = normals(4, 5, 2, 'input')
    const error = normals(4, 3, 2, 'error')
    for (const [name, rule] of Object.entries(RULES)) {
      const flat = network({ sizes: [5, 7, 6, 3] })
      const [d1, d2, d3] = [
        dense({ name: 'dense1', inputs: 5, outputs: 7 }), dense({ name: 'dense2', inputs: 7, outputs: 6 }),
        dense({ name: 'dense3', inputs: 6, outputs: 3 }),
      ]
      const act = (index: number): Layer => activation({ name: `activation${index}`, kind: 'tanh' })
      const ends = chain('all', [
        chain('block1', [d1, chain('inner', [act(1), feedbackPoint('point1', 7)])]),
        chain('block2', [d2, act(2), feedbackPoint('point2', 6)]), chain('top', [d3, errorTap('tap')]),
      ])
      const beginnings = chain('all', [
        chain('block1', [d1, act(1)]), chain('block2', [feedbackPoint('point1', 7), d2, act(2)]),
        chain('top', [chain('inner', [feedbackPoint('point2', 6), d3]), errorTap('tap')]),
      ])
      install(flat, rule(), 4)
      const expected = gradientsOf(flat, input, error)
      for (const nested of [ends, beginnings]) {
        initialise(nested, 'uniform', 1)
        install(nested, rule(), 4)
        expect(gradientsOf(nested, input, error), name).toEqual(expected)
      }
    }
  })

  it('trains on a batch of one as on a row of a larger batch', () => {
    const input = normals(3, 5, 3, 'input')
    const error = normals(3, 3, 3, 'error')
    const row = (a: typeof input, i: number): typeof input =>
      ({ shape: [1, a.shape[1]], data: a.data.slice(i * a.shape[1], (i + 1) * a.shape[1]) })
    for (const [name, rule] of Object.entries(RULES)) {
      const layer = network()
      install(layer, rule(), 3)
      const whole = gradientsOf(layer, input, error)
      install(layer, rule(), 1)
      const single = [0, 1, 2].map((i) => gradientsOf(layer, row(input, i), row(error, i)))
      for (const [parameter, gradient] of whole) {
        const share = PER_BATCH.includes(name) && !parameter.startsWith('dense4/') ? 1 / 3 : 1
        const total = gradient.map((_, at) => share * single.reduce((sum, part) => sum + (part.get(parameter)?.[at] ?? NaN), 0))
        total.forEach((value, at) => expect(value, `${name}: ${parameter}[${at}]`).toBeCloseTo(gradient[at], 5))
      }
    }
  })

  it('computes input gradients only where a rule uses them', () => {
    for (const [name, rule] of Object.entries(RULES)) {
      const { kernels, calls } = spy()
      const layer = network({ kernels })
      install(layer, rule(kernels), 2)
      layer.forward(normals(2, 5, 4, 'input'))
      calls.length = 0
      layer.backward(normals(2, 3, 4, 'error'), false)
      const count = (kind: Call['kind']): number => calls.filter((call) => call.kind === kind).length
      expect([count('input gradient'), count('forward or delivery')], name).toEqual(WORK[name])
      expect(count('weight gradient'), name).toBe(4)
    }
  })

  it('gives the same bits with the reference and the blocked kernels', () => {
    for (const [name, rule] of Object.entries(RULES)) {
      const [a, b] = [referenceKernels, blockedKernels].map((kernels) => {
        const layer = network({ kernels, sizes: [5, 19, 23, 3] })
        install(layer, rule(kernels), 11)
        return gradientsOf(layer, normals(11, 5, 5, 'input'), normals(11, 3, 5, 'error'))
      })
      expect(a, name).toEqual(b)
    }
  })
})

describe('installRule', () => {
  it('takes the earlier rule out: back to backpropagation after any rule', () => {
    const input = normals(4, 5, 6, 'input')
    const error = normals(4, 3, 6, 'error')
    const exact = gradientsOf(network(), input, error)
    for (const [name, rule] of Object.entries(RULES)) {
      const layer = network()
      install(layer, rule(), 4)
      installRule(layer, backpropagation())
      expect(gradientsOf(layer, input, error), name).toEqual(exact)
      expect(denseOf(layer).every(({ transport }) => transport === undefined), name).toBe(true)
    }
  })
})

describe('partsOf', () => {
  it('lists points and dense layers in forward order, with the tap and the outputs', () => {
    const { points, dense: layers, tap, outputs } = partsOf(network())
    expect(points.map(({ name }) => name)).toEqual(['point1', 'point2', 'point3'])
    expect(layers.map(({ name }) => name)).toEqual(['dense1', 'dense2', 'dense3', 'dense4'])
    expect([tap?.name, outputs]).toEqual(['tap', 3])
  })

  it('refuses a network without dense layers and one with two taps', () => {
    expect(() => partsOf(chain('empty', []))).toThrow('partsOf: network must hold a dense layer, got none in empty')
    const two = chain('two', [dense({ name: 'd', inputs: 2, outputs: 2 }), errorTap('a'), errorTap('b')])
    expect(() => partsOf(two)).toThrow('partsOf: network must hold at most one error tap, got 2')
    expect(walk(two)).toHaveLength(4)
    expect(parametersOf(two)).toHaveLength(2)
  })
})
