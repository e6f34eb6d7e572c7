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

/** Batch sizes and sample shapes alternate without another allocation, and each finds its own tensors again. */
export function expectPlannedBuffers(build: (kernels: Kernels) => Layer, ...samples: (readonly number[])[]): void {
  const { kernels, allocations } = notingKernels()
  const layer = build(kernels)
  const step = (shape: readonly number[]): readonly unknown[] => {
    const y = layer.forward(tensor(shape))
    const dx = layer.backward(tensor(y.shape), true)
    expect([y.shape, dx?.shape]).toEqual([layer.outputShape(shape), shape])
    return [y, dx]
  }
  const shapes = [3, 2].flatMap((batch) => samples.map((sample) => [batch, ...sample]))
  const seen = shapes.map(step)
  const count = allocations.length
  expect(count).toBeGreaterThan(0)
  for (let i = 0; i < 3; i++) {
    for (const [which, shape] of shapes.entries()) {
      step(shape).forEach((again, part) => expect(again, `[${shape.join(', ')}]`).toBe(seen[which][part]))
    }
  }
  expect(allocations.length).toBe(count)
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
