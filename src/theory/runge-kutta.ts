// Ordinary differential equations on a flat float64 state with equal steps: methods whose cost is known beforehand.

import { checkFinite, checkPositive, choose, show } from '../tensor/index.ts'

/** dy := f(t, y), elements in any order, nothing else written. */
export type Derivative = (t: number, y: Float64Array, dy: Float64Array) => void

/** A solution at the requested times. */
export interface Trajectory {
  readonly times: Float64Array
  /** The state at each of the times. */
  readonly states: readonly Float64Array[]
  /** Steps that were kept. */
  readonly steps: number
  /** Steps whose error was too large and which were taken again, shorter; 0 for equal steps. */
  readonly rejected: number
  /** Calls of the derivative. */
  readonly evaluations: number
}

/** Options of `integrateFixed`. */
export interface FixedStepOptions {
  /** Greatest step; every interval between two times is divided into equal steps no longer than this. */
  readonly step: number
  /** Fourth order (`rk4`, the default) or the midpoint method of second order (`rk2`). */
  readonly method?: 'rk2' | 'rk4'
}

/**
 * y(times[j]) of dy/dt = f(t, y), y(times[0]) = initial, with equal steps that land on every time exactly.
 * Equation: rk4: y + h/6·(k₁ + 2k₂ + 2k₃ + k₄), k₂ and k₃ at t + h/2 (Kutta 1901); rk2: y + h·f(t + h/2, y + h/2·k₁).
 * Accuracy: error of a smooth solution proportional to h⁴ or h². Cost: 4 or 2 derivatives a step; no allocation in it.
 * Throws: TypeError, RangeError for wrong arguments; Error when a state is not finite.
 */
export function integrateFixed(derivative: Derivative, initial: Float64Array, times: ArrayLike<number>,
  options: FixedStepOptions): Trajectory
{
  const where = 'integrateFixed'
  const greatest = checkPositive(where, 'step', options.step)
  const { method = 'rk4' } = options
  const { make, evaluations } = choose(where, 'method', method, METHODS)
  const at = checkTimes(where, times)
  const y = checkState(where, initial).slice()
  const advance = make(derivative, y.length)
  const states = [y.slice()]
  let steps = 0
  for (let j = 1; j < at.length; j++) {
    const from = at[j - 1]
    const count = Math.ceil((at[j] - from) / greatest)
    const h = (at[j] - from) / count
    for (let s = 0; s < count; s++) advance(from + s * h, h, y)
    steps += count
    checkFiniteState(where, y, at[j])
    states.push(y.slice())
  }
  return { times: at, states, steps, rejected: 0, evaluations: steps * evaluations }
}

type Advance = (t: number, h: number, y: Float64Array) => void

/** How a method is made for a derivative and a size, and the derivatives it takes a step. */
interface Method {
  readonly make: (derivative: Derivative, size: number) => Advance
  readonly evaluations: number
}

const METHODS: Readonly<Record<'rk2' | 'rk4', Method>> = {
  rk2: { make: secondOrder, evaluations: 2 },
  rk4: { make: fourthOrder, evaluations: 4 },
}

function secondOrder(derivative: Derivative, size: number): Advance {
  const k = new Float64Array(size), inner = new Float64Array(size)
  return (t, h, y) => {
    derivative(t, y, k)
    for (let i = 0; i < size; i++) inner[i] = y[i] + h / 2 * k[i]
    derivative(t + h / 2, inner, k)
    for (let i = 0; i < size; i++) y[i] += h * k[i]
  }
}

function fourthOrder(derivative: Derivative, size: number): Advance {
  const k1 = new Float64Array(size), k2 = new Float64Array(size)
  const k3 = new Float64Array(size), k4 = new Float64Array(size)
  const inner = new Float64Array(size)
  return (t, h, y) => {
    derivative(t, y, k1)
    for (let i = 0; i < size; i++) inner[i] = y[i] + h / 2 * k1[i]
    derivative(t + h / 2, inner, k2)
    for (let i = 0; i < size; i++) inner[i] = y[i] + h / 2 * k2[i]
    derivative(t + h / 2, inner, k3)
    for (let i = 0; i < size; i++) inner[i] = y[i] + h * k3[i]
    derivative(t + h, inner, k4)
    for (let i = 0; i < size; i++) y[i] += h / 6 * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i])
  }
}

/** The times as float64. Throws: TypeError, RangeError unless there is one at least and they are finite and rising. */
export function checkTimes(where: string, times: ArrayLike<number>): Float64Array {
  if (times.length === 0) throw new RangeError(`${where}: times must hold the initial time, got none`)
  for (let j = 0; j < times.length; j++) {
    checkFinite(where, `times[${j}]`, times[j])
    if (j > 0 && !(times[j] > times[j - 1])) {
      throw new RangeError(`${where}: times[${j}] must be after times[${j - 1}] = ${times[j - 1]}, got ${times[j]}`)
    }
  }
  return Float64Array.from(times)
}

/** Throws: TypeError unless the state is a Float64Array, RangeError unless it is finite. */
export function checkState(where: string, initial: Float64Array): Float64Array {
  if (!(initial instanceof Float64Array)) {
    throw new TypeError(`${where}: initial must be a Float64Array, got ${show(initial)}`)
  }
  for (let i = 0; i < initial.length; i++) checkFinite(where, `initial[${i}]`, initial[i])
  return initial
}

/** Throws: Error naming the first element of a state, or of a derivative, that is not finite. */
export function checkFiniteState(where: string, y: Float64Array, t: number, name = 'y'): void {
  const i = y.findIndex((value) => !Number.isFinite(value))
  if (i >= 0) throw new Error(`${where}: ${name}[${i}] must stay finite, got ${y[i]} at t = ${t}`)
}
