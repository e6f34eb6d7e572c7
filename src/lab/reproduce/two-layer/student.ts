// What the experiments on two-layer networks share: one run of a student, simulated and by its order parameters.

import { type Matrix, matrix, matrixCosine, normalInto, randomStream } from '../../../tensor/index.ts'
import { integrateAdaptive, onlineSimulation, type OrderParameters, teacherStudentFlow } from '../../../theory/index.ts'
import { type Axis, last, type Run, type RunTools, type Series } from '../index.ts'

/** One student. */
export interface StudentConfiguration {
  readonly activation: 'erf' | 'relu' | 'linear'
  readonly rule: 'dfa' | 'bp'
  /** N. */
  readonly inputs: number
  /** A [M], the teacher's output weights. */
  readonly teacher: readonly number[]
  /** F [K]; under backpropagation what v is compared with. */
  readonly feedback: readonly number[]
  readonly rate: number
  /** σ₀. */
  readonly deviation: number
  /** t = steps/N at the end. */
  readonly until: number
  /** Number of recorded times, geometric from 0.1 to the end. */
  readonly records: number
  readonly seed: number
}

/** ε_g and v at the recorded times. */
export interface StudentResult {
  readonly times: readonly number[]
  readonly errors: readonly number[]
  readonly outputs: readonly (readonly number[])[]
}

/** Geometric times from 0.1 to `until`, after 0. */
export function recordTimes({ until, records }: Pick<StudentConfiguration, 'until' | 'records'>): readonly number[] {
  return [0, ...Array.from({ length: records }, (_, index) => 0.1 * Math.pow(until / 0.1, index / (records - 1)))]
}

/** F [K] ~ N(0, 1), the same for all seeds of an experiment as in the authors' code. */
export function sharedFeedback(units: number): readonly number[] {
  return [...normalInto(new Float64Array(units), randomStream(0, 'refinetti2021/feedback'))].map((value) =>
    Number(value.toFixed(4))
  )
}

/** Simulates one student; `begun` is called with the order parameters at t = 0. */
export function simulateStudent(c: StudentConfiguration, tools: Pick<RunTools, 'progress'>,
  begun?: (initial: OrderParameters) => void): StudentResult
{
  const simulation = onlineSimulation({ activation: c.activation, rule: c.rule, inputs: c.inputs,
    units: c.feedback.length, rate: c.rate, deviation: c.deviation, seed: c.seed, teacher: { A: c.teacher },
    feedback: c.feedback })
  begun?.(simulation.initialOrderParameters)
  const times: number[] = []
  const errors: number[] = []
  const outputs: number[][] = []
  for (const wanted of recordTimes(c)) {
    // In pieces, so that a long stretch shows how far it is.
    const from = simulation.time()
    const pieces = Math.max(1, Math.ceil((wanted - from) / 20))
    for (let piece = 1; piece <= pieces; piece++) {
      simulation.run(from + ((wanted - from) * piece) / pieces)
      tools.progress(simulation.time() / c.until)
    }
    // Few inputs make long steps in t: early times may fall on the same step.
    if (times.length > 0 && simulation.time() <= last(times)) continue
    times.push(simulation.time())
    errors.push(simulation.generalizationError())
    outputs.push([...simulation.orderParameters().v])
  }
  return { times, errors, outputs }
}

/** The same student as N → ∞, from the same order parameters, at the given times. Relative tolerance 10⁻⁸. */
export function integrateStudent(c: StudentConfiguration, initial: OrderParameters,
  times: readonly number[]): StudentResult
{
  if (c.activation === 'relu') throw new Error('integrateStudent: activation must have a closed I₄, got relu')
  const flow = teacherStudentFlow({ activation: c.activation, rule: c.rule, units: c.feedback.length, rate: c.rate,
    teacher: { A: c.teacher, T: initial.T }, feedback: c.feedback })
  const { states } = integrateAdaptive(flow.derivative, flow.pack(initial), times, { relative: 1e-8, absolute: 1e-12 })
  return {
    times,
    errors: states.map((y) => flow.generalizationError(y)),
    outputs: states.map((y) => [...flow.unpack(y).v]),
  }
}

/** The order parameters of a student at w = 0, v = 0 with an orthonormal teacher. */
export function zeroStudent(units: number, teacher: readonly number[]): OrderParameters {
  const M = teacher.length
  const T = matrix(M, M)
  for (let m = 0; m < M; m++) T.data[m * M + m] = 1
  return { Q: matrix(units, units), R: matrix(units, M), T, v: new Float64Array(units), A: Float64Array.from(teacher) }
}

/** cos∠(v, F), whatever their scales; NaN for v = 0. */
export function cosineTo(feedback: readonly number[], v: readonly number[]): number {
  const row = (values: readonly number[]): Matrix => matrix(1, values.length, Float64Array.from(values))
  return matrixCosine(row(v), row(feedback))
}

/** Share of units with sign(v_k) = sign(F_k). */
export function signAgreement(feedback: readonly number[], v: readonly number[]): number {
  return v.filter((value, k) => Math.sign(value) === Math.sign(feedback[k])).length / v.length
}

/** A finished run. */
export type Student = Run<StudentConfiguration, StudentResult>

/** Sizes of one scale. */
export type StudentScale = Readonly<Record<'seeds' | 'inputs' | 'until', number>>

/** Share of units with sign(v_k) = sign(F_k) at the end. */
export function signsOf({ configuration: { feedback }, result: { outputs } }: Student): number {
  return signAgreement(feedback, last(outputs))
}

/** cos∠(v, F) at the recorded times. */
export function cosinesOf({ configuration: { feedback }, result: { outputs } }: Student): readonly number[] {
  return outputs.map((v) => cosineTo(feedback, v))
}

/** What most students have in common. */
export const STUDENT = { activation: 'erf', rule: 'dfa', teacher: [1, 1], rate: 0.1, deviation: 0.01 } as const

/** The time axis of online learning. */
export const T_AXIS: Axis = { label: 't = steps/N', scale: 'log' }

/** Values over time as a curve; a logarithmic axis has no place for t = 0. */
export function curveOf(name: string, times: readonly number[], values: readonly number[],
  look: Partial<Series> = {}): Series
{
  return { name, points: times.flatMap((t, index) => t > 0 ? [[t, values[index]] as const] : []), ...look }
}
