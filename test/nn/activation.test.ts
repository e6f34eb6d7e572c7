import { describe, expect, it } from 'vitest'
import { activation, type ActivationName, ACTIVATIONS } from '../../src/nn/index.ts'
import { LEAKY_SLOPE } from '../../src/tensor/activations.ts'
import { scalarElementwise } from '../../src/tensor/kernels/elementwise.ts'
import { referenceKernels, tensor } from '../../src/tensor/index.ts'
import { firstDifference, hostile, xorshift } from '../tensor/bits.ts'
import { expectPlannedBuffers } from './layer-laws.ts'

const KINDS = Object.keys(ACTIVATIONS) as ActivationName[]

/** g(a) and g′(a)·dh of single numbers. */
function apply(kind: ActivationName, a: readonly number[],
  dh: readonly number[] = a.map(() => 1)): { h: number[]; da: number[] }
{
  const layer = activation({ name: 'g', kind })
  const h = layer.forward(tensor([a.length], Float32Array.from(a)))
  const da = layer.backward(tensor([a.length], Float32Array.from(dh)), true)
  return { h: [...h.data], da: da === undefined ? [] : [...da.data] }
}

describe('relu', () => {
  it('is max(a, 0): −0 becomes +0, a NaN of either sign stays a NaN, whichever sign an engine gives it', () => {
    expect(apply('relu', [2, -2, 0, -0, Infinity, -Infinity, 2 ** -149, -(2 ** -149)]).h).toEqual([2, 0, 0, 0, Infinity,
      0, 2 ** -149, 0])
    const nan = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00000).buffer)
    const h = new Float32Array(2)
    ACTIVATIONS.relu.apply(scalarElementwise, h, nan)
    expect([...h]).toEqual([NaN, NaN])
  })

  it('has slope 1 above zero and 0 from zero on down, and multiplies nothing', () => {
    expect(apply('relu', [2, -2, 0, -0, Infinity, -Infinity, 2 ** -149]).da).toEqual([1, 0, 0, 0, 1, 0, 1])
    expect(apply('relu', [1, 1, 1, -1, -1], [-0, NaN, -Infinity, NaN, Infinity]).da).toEqual([-0, NaN, -Infinity, 0, 0])
  })

  it('equals its definition on 10,000 hostile numbers, reading views that start inside a buffer', () => {
    const a = hostile(xorshift(1), 10_001, 50).subarray(1)
    const dh = hostile(xorshift(2), 10_001, 50).subarray(1)
    const h = new Float32Array(10_002).subarray(2), da = new Float32Array(10_003).subarray(3)
    ACTIVATIONS.relu.apply(scalarElementwise, h, a)
    // The sign of NaN is not observable by comparison; those elements are left to the test above.
    expect(firstDifference(h.map((v, i) => (a[i] === a[i] ? v : 0)), a.map((v) => (v > 0 ? v : 0)))).toBe('')
    ACTIVATIONS.relu.derive(scalarElementwise, da, dh, a, h)
    expect(firstDifference(da.map((v, i) => (a[i] === a[i] ? v : 0)), dh.map((v, i) => (a[i] > 0 ? v : 0)))).toBe('')
  })
})

describe('the other activations', () => {
  it('leaky relu keeps a hundredth below zero', () => {
    expect(LEAKY_SLOPE).toBe(Math.fround(0.01))
    const { h, da } = apply('leaky-relu', [2, -2, 0, Infinity, -Infinity, NaN], [3, 3, 3, 3, 3, 3])
    expect(h).toEqual([2, Math.fround(-2 * LEAKY_SLOPE), 0, Infinity, -Infinity, NaN])
    const low = Math.fround(3 * LEAKY_SLOPE)
    expect(da).toEqual([3, low, low, 3, low, low])
  })

  it('leaky relu has the slope it is given, and no other kind has one', () => {
    const layer = activation({ name: 'g', kind: 'leaky-relu', slope: 0.5 })
    expect([...layer.forward(tensor([3], Float32Array.of(-2, 2, 0))).data]).toEqual([-1, 2, 0])
    expect([...layer.backward(tensor([3], Float32Array.of(3, 3, 3)), true)?.data ?? []]).toEqual([1.5, 3, 1.5])
    expect(apply('leaky-relu', [-1]).h).toEqual([-LEAKY_SLOPE])
    expect(() => activation({ name: 'g', kind: 'tanh', slope: 0.5 })).toThrow(
      new RangeError('activation: slope must be left out for tanh, got 0.5'),
    )
  })

  it('elu has the limit −1 and no kink at 0', () => {
    expect(apply('elu', [-Infinity, -1e-30, 0, 2, NaN])).toEqual({ h: [-1, Math.fround(-1e-30), 0, 2, NaN],
      da: [0, 1, 1, 1, NaN] })
  })

  it('even ones are even, with odd slopes', () => {
    const a = [0.3, 1, 5, 0, Infinity]
    for (const kind of ['absolute', 'bump'] as const) {
      const right = apply(kind, a), left = apply(kind, a.map((x) => -x))
      expect(left.h, kind).toEqual(right.h)
      expect(left.da.map((x) => -x + 0), kind).toEqual(right.da.map((x) => x + 0))
    }
    expect(apply('absolute', [-2, 2, -0, 0])).toEqual({ h: [2, 2, 0, 0], da: [-1, 1, -0, 0] })
    expect(apply('bump', [0, Infinity])).toEqual({ h: [1, 0], da: [-0, 0] })
  })

  it('plan their buffers by the whole shape', () => {
    expectPlannedBuffers((kernels) => activation({ name: 'g', kind: 'tanh', kernels }), [3], [4], [2, 3], [3, 2])
  })

  it('saturate without NaN', () => {
    for (const kind of ['tanh', 'erf'] as const) {
      expect(apply(kind, [Infinity, -Infinity, 1e30, -1e30, 0])).toEqual({
        h: [1, -1, 1, -1, 0],
        da: [0, 0, 0, 0, kind === 'tanh' ? 1 : Math.fround(Math.sqrt(2 / Math.PI))],
      })
    }
    expect(apply('sigmoid', [Infinity, -Infinity, 1e30, -1e30, 0])).toEqual({
      h: [1, 0, 1, 0, 0.5],
      da: [0, 0, 0, 0, 0.25],
    })
  })

  it('pass NaN on', () => {
    for (const kind of KINDS) expect(apply(kind, [NaN]).h, kind).toEqual([NaN])
  })

  it('linear copies bits', () => {
    const a = hostile(xorshift(3), 100, 10)
    expect(firstDifference(Float32Array.from(apply('linear', [...a], [...a]).da), a)).toBe('')
    expect(firstDifference(Float32Array.from(apply('linear', [...a]).h), a)).toBe('')
  })

  it('take out as any argument', () => {
    const a = Float32Array.from({ length: 50 }, (_, i) => (i - 25) / 7)
    const dh = Float32Array.from({ length: 50 }, (_, i) => Math.cos(i))
    for (const kind of KINDS) {
      const { apply: g, derive } = ACTIVATIONS[kind]
      const h = new Float32Array(50), da = new Float32Array(50)
      g(scalarElementwise, h, a)
      derive(scalarElementwise, da, dh, a, h)
      const inPlace = a.slice()
      g(scalarElementwise, inPlace, inPlace)
      expect(firstDifference(inPlace, h), kind).toBe('')
      for (const which of [0, 1, 2]) {
        const args = [dh.slice(), a.slice(), h.slice()] as const
        derive(scalarElementwise, args[which], ...args)
        expect(firstDifference(args[which], da), `${kind}, argument ${which}`).toBe('')
      }
    }
  })
})

describe('activation', () => {
  it('keeps the shape and the input', () => {
    const layer = activation({ name: 'g', kind: 'tanh' })
    const a = tensor([2, 3, 4], Float32Array.from({ length: 24 }, (_, i) => i / 10))
    const before = a.data.slice()
    expect(layer.forward(a).shape).toEqual([2, 3, 4])
    expect(layer.outputShape([7, 8])).toEqual([7, 8])
    expect(a.data).toEqual(before)
    expect([layer.parameters, layer.children, layer.usesOutputGradient, layer.name]).toEqual([[], [], true, 'g'])
  })

  it('neither returns nor computes the input gradient that nobody wants', () => {
    const layer = activation({ name: 'g', kind: 'tanh' })
    const a = tensor([1, 2], Float32Array.of(1, 2)), dh = tensor([1, 2], Float32Array.of(1, 1))
    layer.forward(a)
    const da = layer.backward(dh, true)
    da?.data.fill(7)
    expect(layer.backward(dh, false)).toBeUndefined()
    expect(layer.backward(undefined, false)).toBeUndefined()
    expect(da?.data).toEqual(Float32Array.of(7, 7))
  })

  it('plans its buffers once per batch size', () => {
    let allocations = 0
    const kernels = { ...referenceKernels, allocate: (length: number) => (allocations++, new Float32Array(length)) }
    const layer = activation({ name: 'g', kind: 'relu', kernels })
    const step = (
      batch: number,
    ): unknown[] => [layer.forward(tensor([batch, 3])), layer.backward(tensor([batch, 3]), true)]
    const [four, one] = [step(4), step(1)]
    expect(allocations).toBe(2)
    for (let i = 0; i < 3; i++) {
      step(4).forEach((buffer, at) => expect(buffer).toBe(four[at]))
      step(1).forEach((buffer, at) => expect(buffer).toBe(one[at]))
    }
    expect(allocations).toBe(2)
  })

  it('lists the known kinds when it gets another', () => {
    for (const [kind, text] of [['swish', '"swish"'], ['toString', '"toString"'], [undefined, 'undefined'], ['ReLU',
      '"ReLU"']])
    {
      expect(() => activation({ name: 'g', kind: kind as never })).toThrow(
        new RangeError(
          `activation: kind must be one of linear, tanh, relu, leaky-relu, sigmoid, erf, elu, absolute, bump, got ${text}`,
        ),
      )
    }
  })

  it('says that forward must come first and that the gradient must be given', () => {
    const layer = activation({ name: 'g', kind: 'erf' })
    for (const want of [true, false]) {
      expect(() => layer.backward(tensor([1]), want)).toThrow(new Error('g.backward: forward must come first'))
    }
    layer.forward(tensor([1]))
    expect(() => layer.backward(undefined, true)).toThrow(
      new Error('g.backward: outputGradient must be given, got undefined'),
    )
  })

  // Known defects: buffers are kept by batch size alone, and shapes from above are not looked at. Turn into `it` with
  // the repair.
  it('plans anew when the axes behind the batch change', () => {
    const layer = activation({ name: 'g', kind: 'relu' })
    layer.forward(tensor([2, 3]))
    expect(layer.forward(tensor([2, 4]))).toEqual(tensor([2, 4]))
  })

  it('names the shape of an output gradient that does not fit', () => {
    const layer = activation({ name: 'g', kind: 'tanh' })
    layer.forward(tensor([2, 3]))
    expect(() => layer.backward(tensor([1, 3]), true)).toThrow(RangeError)
  })
})
