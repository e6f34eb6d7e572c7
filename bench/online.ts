// How long does a step of online learning take, how much of it are its random inputs, and what does a derivative of the
// order-parameter equations cost? None depends on the tier: float64, plain loops, everywhere the same bits.

import { erf, normalInto, randomStream } from '../src/tensor/index.ts'
import { stepNormalsInto } from '../src/tensor/step-normals.ts'
import { onlineSimulation, teacherStudentFlow } from '../src/theory/index.ts'
import type { OnlineOptions } from '../src/theory/teacher-student/online.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row } from './report.ts'

const INPUTS = 500
const UNITS = 2
const FEEDBACK: readonly number[] = [0.8, -1.3]
const BASE = { inputs: INPUTS, units: UNITS, rate: 0.1, teacher: { A: [1, 1] }, feedback: FEEDBACK, seed: 1 } as const
/** Steps or derivatives in one call of what is timed. */
const REPEATS = 100

/**
 * Measures and prints. Throws: WrongResult when 20 steps are not those of the written equation, within rounding, or
 * when the mean and mean square of the inputs are more than 5 standard errors away from 0 and 1.
 */
export function benchOnline(budget: Budget): readonly Row[] {
  const print = printTable<Row>(`Online learning, N = ${INPUTS}, K = M = ${UNITS}, float64`, [{
    title: 'what',
    width: 30,
    left: true,
    value: (row) => row.case,
  }, { title: 'ns', width: 9, value: ({ ns }) => fixed(ns, 1) }, MARGIN])
  const rows: Row[] = []
  const runs: { readonly name: string; readonly each: number; readonly run: () => void }[] = []
  const x = new Float64Array(INPUTS)
  const stream = randomStream(1, 'bench/online')
  checkNormals(stream)
  let step = 0
  runs.push({
    name: 'one normal number',
    each: 10 * INPUTS,
    run: () => {
      for (let s = 0; s < 10; s++) stepNormalsInto(x, stream, step++)
    },
  })
  runs.push({ name: 'one of normalInto', each: INPUTS, run: () => normalInto(x, stream) })
  for (const activation of ['erf', 'relu'] as const) {
    for (const rule of ['dfa', 'bp'] as const) {
      checkSteps({ ...BASE, activation, rule })
      const simulation = onlineSimulation({ ...BASE, activation, rule })
      const run = (): void => simulation.run((simulation.steps() + REPEATS) / INPUTS)
      runs.push({ name: `step, ${activation}, ${rule}`, each: REPEATS, run })
    }
  }
  const { initialOrderParameters } = onlineSimulation({ ...BASE, activation: 'erf', rule: 'dfa' })
  const { A, T } = initialOrderParameters
  const flow = teacherStudentFlow({ ...BASE, activation: 'erf', rule: 'dfa', teacher: { A, T } })
  const y = flow.pack(initialOrderParameters), dy = new Float64Array(flow.size)
  runs.push({
    name: 'derivative of (Q, R, v), erf',
    each: REPEATS,
    run: () => {
      for (let s = 0; s < REPEATS; s++) flow.derivative(0, y, dy)
    },
  })
  const timings = timeAll(runs.map(({ run }) => run), budget)
  for (const [index, { name, each }] of runs.entries()) {
    const { median, rme } = timings[index]
    rows.push({ suite: 'online', case: name, shape: [INPUTS, UNITS, UNITS], threads: 1, ns: 1e9 * median / each, rme })
    print(rows[rows.length - 1])
  }
  return rows
}

function checkNormals(stream: ReturnType<typeof randomStream>): void {
  const x = stepNormalsInto(new Float64Array(100_000), stream, 0)
  let sum = 0, squares = 0
  for (const value of x) {
    sum += value
    squares += value * value
  }
  const bound = 5 / Math.sqrt(x.length)
  const mean = sum / x.length, square = squares / x.length
  assertHolds(Math.abs(mean) < bound, `online: the mean of the inputs is ${mean}, expected 0 ± ${bound}`)
  assertHolds(Math.abs(square - 1) < 2 * bound, `online: their mean square is ${square}, expected 1 ± ${2 * bound}`)
}

/** 20 steps next to the equation of refinetti2021 section 2.1, written out with the host's functions. */
function checkSteps(options: OnlineOptions): void {
  const simulation = onlineSimulation(options)
  const { weights, outputs } = simulation.state()
  const w = Array.from({ length: UNITS }, (_, k) => Array.from(weights.data.subarray(k * INPUTS, (k + 1) * INPUTS)))
  let v = Array.from(outputs)
  const teacher = normalInto(new Float64Array(UNITS * INPUTS), randomStream(options.seed, 'online/teacher'))
  const erfUnit = options.activation === 'erf'
  const g = (z: number): number => (erfUnit ? erf(z / Math.SQRT2) : Math.max(0, z))
  const slope = (z: number): number => (erfUnit ? Math.sqrt(2 / Math.PI) * Math.exp(-z * z / 2) : z > 0 ? 1 : 0)
  const stream = randomStream(options.seed, 'online/inputs')
  for (let step = 0; step < 20; step++) {
    const x = stepNormalsInto(new Float64Array(INPUTS), stream, step)
    const field = (row: ArrayLike<number>, from: number): number =>
      x.reduce((sum, value, i) => sum + value * row[from + i], 0) / Math.sqrt(INPUTS)
    const lambda = w.map((row) => field(row, 0))
    const student = lambda.reduce((sum, value, k) => sum + v[k] * g(value), 0)
    const e = student - g(field(teacher, 0)) - g(field(teacher, INPUTS))
    const f = options.rule === 'dfa' ? FEEDBACK : v
    for (const [k, row] of w.entries()) {
      for (let i = 0; i < INPUTS; i++) row[i] -= options.rate / Math.sqrt(INPUTS) * f[k] * e * slope(lambda[k]) * x[i]
    }
    v = v.map((value, k) => value - options.rate / INPUTS * e * g(lambda[k]))
  }
  simulation.run(20 / INPUTS)
  const found = simulation.state()
  const where = `online, ${options.activation}, ${options.rule}`
  const compare = (what: string, got: number, expected: number): void =>
    assertHolds(Math.abs(got - expected) <= 1e-13, `${where}: ${what} is ${got}, expected ${expected}`)
  for (const [k, row] of w.entries()) {
    compare(`v[${k}]`, found.outputs[k], v[k])
    for (const [i, value] of row.entries()) compare(`w[${k}][${i}]`, found.weights.data[k * INPUTS + i], value)
  }
}
