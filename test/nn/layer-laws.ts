// What holds for every layer, beside its gradients: buffers are planned, misuse is named, an empty batch passes.

import { expect } from 'vitest'
import type { Layer } from '../../src/nn/index.ts'
import { type Kernels, referenceKernels, type Tensor, tensor } from '../../src/tensor/index.ts'
import { ordinary, xorshift } from '../tensor/bits.ts'

/** Kernels that note the products (m×n×k) and the lengths they are asked for. */
export function notingKernels(): { kernels: Kernels; products: string[]; allocations: number[] } {
  const products: string[] = []
  const allocations: number[] = []
  const kernels: Kernels = {
    ...referenceKernels,
    gemm(...args) {
      products.push(args.slice(0, 3).join('×'))
      referenceKernels.gemm(...args)
    },
    allocate(length) {
      allocations.push(length)
      return referenceKernels.allocate(length)
    },
  }
  return { kernels, products, allocations }
}

/** A tensor of ordinary numbers. */
export function randomTensor(seed: number, shape: readonly number[]): Tensor {
  return tensor(shape, ordinary(xorshift(seed), shape.reduce((a, b) => a * b, 1)))
}

/** A forward and a backward pass of zeros. */
function passes(layer: Layer, shape: readonly number[]): readonly (Tensor | undefined)[] {
  const y = layer.forward(tensor(shape))
  return [y, layer.backward(tensor(y.shape), true)]
}

/** Elements asked of the tier while these shapes come one after another. */
function asked(build: (kernels: Kernels) => Layer, shapes: readonly (readonly number[])[]): number {
  const { kernels, allocations } = notingKernels()
  const layer = build(kernels)
  allocations.length = 0
  for (const shape of shapes) passes(layer, shape)
  return allocations.reduce((total, length) => total + length, 0)
}

/** Ascending shapes cost four times the memory of the last at most, descending ones no more than the first. */
export function expectBoundedMemory(build: (kernels: Kernels) => Layer,
  ascending: readonly (readonly number[])[]): void
{
  const largest = asked(build, ascending.slice(-1))
  expect(largest).toBeGreaterThan(0)
  expect(asked(build, ascending)).toBeLessThanOrEqual(4 * largest)
  expect(asked(build, [...ascending].reverse())).toBe(largest)
}

/** Batch sizes and sample shapes alternate without another allocation, and each finds its own tensors again. */
export function expectPlannedBuffers(build: (kernels: Kernels) => Layer, ...samples: (readonly number[])[]): void {
  const { kernels, allocations } = notingKernels()
  const layer = build(kernels)
  const step = (shape: readonly number[]): readonly unknown[] => {
    const [y, dx] = passes(layer, shape)
    expect([y?.shape, dx?.shape]).toEqual([layer.outputShape(shape), shape])
    return [y, dx]
  }
  const shapes = [3, 2].flatMap((batch) => samples.map((sample) => [batch, ...sample]))
  // What a larger shape outgrows is planned anew once.
  shapes.forEach(step)
  const seen = shapes.map(step)
  const count = allocations.length
  expect(count).toBeGreaterThan(0)
  for (let i = 0; i < 3; i++) {
    for (const [which, shape] of shapes.entries()) {
      step(shape).forEach((again, part) => expect(again, `[${shape.join(', ')}]`).toBe(seen[which][part]))
    }
  }
  expect(allocations.length).toBe(count)
  expectBoundedMemory(build, Array.from({ length: 40 }, (_, i) => [i + 1, ...samples[0]]))
}

/** An input with fewer or more elements than its shape says is refused before anything is changed. */
export function expectFilledInput(layer: Layer, input: Tensor): void {
  const kind = layer.forward(input)
  const before = [...kind.data]
  const size = input.data.length
  for (const length of [size - 1, 0, size + 1]) {
    expect(() => layer.forward({ shape: input.shape, data: new Float32Array(length) })).toThrow(
      new RegExp(`: input must have ${size} elements for shape \\[${input.shape.join(', ')}\\], got ${length}$`),
    )
  }
  expect([...kind.data]).toEqual(before)
}

/** Backward before forward, without a gradient and with one of another shape; and no input gradient when unwanted. */
export function expectNamedMisuse(layer: Layer, input: Tensor): void {
  expect(() => layer.backward(undefined, true)).toThrow(new Error(`${layer.name}.backward: forward must come first`))
  const { shape } = layer.forward(input)
  expect(() => layer.backward(undefined, true)).toThrow(
    new Error(`${layer.name}.backward: outputGradient must be given, got undefined`),
  )
  const other = [shape[0] + 1, ...shape.slice(1)]
  expect(() => layer.backward(tensor(other), true)).toThrow(
    new RangeError(
      `${layer.name}.backward: outputGradient must have shape [${shape.join(', ')}], got [${other.join(', ')}]`,
    ),
  )
  expect(layer.backward(tensor(shape), false)).toBeUndefined()
}

/** An empty batch gives an empty output, an empty input gradient and parameter gradients of zero. */
export function expectEmptyBatch(layer: Layer, sample: readonly number[]): void {
  for (const { gradient } of layer.parameters) gradient.data.fill(5)
  const y = layer.forward(tensor([0, ...sample]))
  expect(y.shape).toEqual(layer.outputShape([0, ...sample]))
  expect(layer.backward(tensor(y.shape), true)).toEqual(tensor([0, ...sample]))
  for (const { name, gradient } of layer.parameters) expect(gradient, name).toEqual(tensor(gradient.shape))
}
