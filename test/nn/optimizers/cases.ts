// What the tests of all optimizers share.

import { expect } from 'vitest'
import type { Optimizer, Parameter } from '../../../src/nn/index.ts'
import { blockedKernels, type Kernels, normalInto, randomStream, selectKernels,
  tensor } from '../../../src/tensor/index.ts'

/** A parameter of one row in the memory of the kernels. */
export function parameter(name: string, values: readonly number[], kernels: Kernels = blockedKernels): Parameter {
  const value = kernels.allocate(values.length)
  value.set(values)
  return {
    name,
    value: tensor([values.length], value),
    gradient: tensor([values.length], kernels.allocate(values.length)),
  }
}

/** w after each step, the gradient a function of the step and of w: one number of a parameter. */
export function trajectory(optimizer: Optimizer, start: number, steps: number,
  gradient: (t: number, w: number) => number): readonly number[]
{
  const p = parameter('p', [start])
  return Array.from({ length: steps }, (_, t) => {
    p.gradient.data[0] = gradient(t, p.value.data[0])
    optimizer.step([p])
    return p.value.data[0]
  })
}

/** Largest distance of two trajectories, relative to 1. */
export function farthest(x: readonly number[], y: readonly number[]): number {
  expect(x).toHaveLength(y.length)
  return x.reduce((most, value, t) => Math.max(most, Math.abs(value - y[t])), 0)
}

/** Steps on two parameters with seeded gradients from `from` to `to`; the same gradients in the same steps every time. */
export function drive(optimizer: Optimizer, parameters: readonly Parameter[], from: number, to: number): void {
  for (let t = from; t < to; t++) {
    for (const { name, gradient } of parameters) normalInto(gradient.data, randomStream(t, `gradient/${name}`))
    optimizer.step(parameters)
  }
}

/** Two parameters, longer than any vector and no multiple of one. */
export function pair(kernels: Kernels = blockedKernels): readonly Parameter[] {
  return ['a', 'b'].map((name, index) =>
    parameter(name, [...normalInto(new Float32Array(1037 - 900 * index), randomStream(1, name))], kernels)
  )
}

/** Values and states of forty steps as copies, in words. */
function bitsAfter(make: (kernels: Kernels) => Optimizer, kernels: Kernels): readonly Uint32Array[] {
  const optimizer = make(kernels)
  const parameters = pair(kernels)
  drive(optimizer, parameters, 0, 40)
  return [...parameters.map(({ value }) => value.data), ...optimizer.state().map(({ data }) => data)].map((data) =>
    new Uint32Array(data.slice().buffer)
  )
}

/** Vectors and TypeScript give the same bits. */
export function expectSameBits(make: (kernels: Kernels) => Optimizer): void {
  const { kernels, explain } = selectKernels({ tier: 'simd' })
  expect(kernels.tier, explain()).toBe('simd')
  expect(bitsAfter(make, kernels)).toEqual(bitsAfter(make, blockedKernels))
}

/** Twelve steps are seven, a copy of the state in a new optimizer, and five. */
export function expectResumption(make: () => Optimizer, names: readonly string[]): void {
  const whole = pair(), halves = pair()
  const one = make()
  drive(one, whole, 0, 12)
  const first = make()
  drive(first, halves, 0, 7)
  const saved = first.state().map(({ name, data }) => ({ name, data: data.slice() }))
  const second = make()
  second.prepare(halves)
  expect(second.state().map(({ name, data }) => `${name} ${data.length}`)).toEqual(names)
  second.restore(7, saved)
  expect(second.steps).toBe(7)
  expect(second.rate).toBe(first.rate)
  drive(second, halves, 7, 12)
  halves.forEach(({ value }, index) => expect(value.data).toEqual(whole[index].value.data))
  expect(second.state()).toEqual(one.state())
  // Without the state the bits differ: the test can fail.
  if (names.length > 0) {
    const forgetful = make(), again = pair()
    drive(make(), again, 0, 7)
    drive(forgetful, again, 7, 12)
    expect(again[0].value.data).not.toEqual(whole[0].value.data)
  }
}
