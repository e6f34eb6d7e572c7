// A two-layer student that learns online from a two-layer teacher by direct feedback: the order-parameter equations and
// a simulation of the network side by side.

import { typeset } from '../../src/lab/report/format.ts'
import { type Matrix, matrix, normalInto, pow, randomStream } from '../../src/tensor/index.ts'
import { initialGeneralizationError, integrateFixed, onlineSimulation, type OrderParameters, successProbability,
  teacherStudentFlow } from '../../src/theory/index.ts'
import { list, range, slider, type ValuesOf } from './controls.ts'
import { fingerprintOf, type Progress, type Simulation } from './simulation.ts'

/** Teacher units M, all with output weight 1. */
export const TEACHERS = 2
const PER_DECADE = 24

const sign = (k: number) =>
  list(`Feedback F${'₁₂₃₄'[k - 1]}`, ['+1', '-1'], '+1', { show: (value) => value.replace('-', '−'),
    matters: ({ units }) => k <= Number(units) })

export const CONTROLS = {
  activation: list('Activation', ['erf', 'relu', 'linear'], 'erf', { show: (name) => name === 'relu' ? 'ReLU' : name }),
  units: slider('Student units K', [2, 3, 4], 2),
  f1: sign(1),
  f2: sign(2),
  f3: sign(3),
  f4: sign(4),
  inputs: slider('Inputs N of the simulation', [50, 100, 200, 500, 1000], 500),
  rate: slider('Learning rate η', [0.05, 0.1, 0.2, 0.5, 1], 0.5),
  until: slider('Time, samples per input', [30, 100, 300, 1000, 3000], 300),
  seed: slider('Seed', range(1, 20, 1), 1),
}

export type MemorizeValues = ValuesOf<typeof CONTROLS>

/** At one time. */
export interface StudentMoment {
  readonly time: number
  /** ε_g. */
  readonly error: number
  /** cos∠(v, F). */
  readonly alignment: number
  readonly outputs: readonly number[]
  /** Cosine of each student unit with the teacher unit nearest to it in angle, up to sign. */
  readonly recovered: readonly number[]
}

export interface MemorizeView extends Progress {
  readonly simulated: readonly StudentMoment[]
  /** Empty for ReLU, whose equations are not closed. */
  readonly predicted: readonly StudentMoment[]
  readonly feedback: readonly number[]
  /** ε_g of a student that says nothing: theory (3.22), for the teacher at hand. */
  readonly initialError: number
  /** Share of random signs under which ReLU units can learn: theory (3.30). */
  readonly chance: number
}

function momentOf(time: number, error: number, { Q, R, T, v }: OrderParameters, F: readonly number[]): StudentMoment {
  let vf = 0, vv = 0
  for (let k = 0; k < F.length; k++) {
    vf += v[k] * F[k]
    vv += v[k] * v[k]
  }
  const cosine = (k: number, m: number): number =>
    R.data[k * T.rows + m] / Math.sqrt(Q.data[k * (F.length + 1)] * T.data[m * (T.rows + 1)])
  const recovered = F.map((_, k) => {
    const all = Array.from({ length: T.rows }, (_, m) => cosine(k, m))
    return all.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a)
  })
  return { time, error, alignment: vf / Math.sqrt(vv * F.length), outputs: [...v], recovered }
}

/** Rows of length √N, orthogonal: T = I, so that equations and every N have the same teacher. */
function teacherRows(inputs: number, seed: number): Matrix {
  const rows = matrix(TEACHERS, inputs)
  normalInto(rows.data, randomStream(seed, 'page/teacher'))
  for (let m = 0; m < TEACHERS; m++) {
    const row = rows.data.subarray(m * inputs, (m + 1) * inputs)
    for (let below = 0; below < m; below++) {
      const other = rows.data.subarray(below * inputs, (below + 1) * inputs)
      let inner = 0
      for (let i = 0; i < inputs; i++) inner += row[i] * other[i]
      for (let i = 0; i < inputs; i++) row[i] -= inner / inputs * other[i]
    }
    let square = 0
    for (let i = 0; i < inputs; i++) square += row[i] * row[i]
    const factor = Math.sqrt(inputs / square)
    for (let i = 0; i < inputs; i++) row[i] *= factor
  }
  return rows
}

/** Up to time `until`: theory (3.3) simulated, (3.9), (3.11), (3.12) integrated in steps of at most 1/4. */
export function* memorize(values: MemorizeValues): Simulation<MemorizeView> {
  const { activation, units, inputs, rate, seed, until } = values
  const F = [values.f1, values.f2, values.f3, values.f4].slice(0, units).map(Number)
  const A = Array.from({ length: TEACHERS }, () => 1)
  const simulation = onlineSimulation({ activation, rule: 'dfa', inputs, units, rate, feedback: F, seed,
    teacher: { A, weights: teacherRows(inputs, seed) }, deviation: 0.05 })
  yield undefined
  const start = simulation.initialOrderParameters
  const flow = activation === 'relu' ? undefined
    : teacherStudentFlow({ activation, rule: 'dfa', units, rate, feedback: F, teacher: { A, T: start.T } })
  let y = flow?.pack(start)
  const simulated: StudentMoment[] = []
  const predicted: StudentMoment[] = []
  const fixed = { feedback: F, chance: successProbability(units, TEACHERS),
    initialError: initialGeneralizationError(activation, TEACHERS) }
  const view = (): MemorizeView => {
    const { weights, outputs } = simulation.state()
    return { where: `time ${simulation.time()}, ${typeset(String(simulation.steps()))} samples`,
      fingerprint: fingerprintOf([weights.data, outputs, y ?? new Float64Array(0)]), simulated: simulated.slice(),
      predicted: predicted.slice(), ...fixed }
  }
  let time = 0
  const record = (): void => {
    simulated.push(momentOf(time, simulation.generalizationError(), simulation.orderParameters(), F))
    if (flow !== undefined && y !== undefined) {
      predicted.push(momentOf(time, flow.generalizationError(y), flow.unpack(y), F))
    }
  }
  // Multiples of 1/50: whole numbers of samples for every N on offer.
  for (let k = 0; time < until; k++) {
    const mark = Math.min(until, Math.max(time + 0.02, Math.ceil(5 * pow(10, k / PER_DECADE)) / 50))
    while (time < mark) {
      const to = Math.min(mark, Math.round(50 * (time + 0.5)) / 50)
      simulation.run(to)
      if (flow !== undefined && y !== undefined) {
        yield undefined
        y = integrateFixed(flow.derivative, y, [time, to], { step: Math.min(0.25, 0.05 / rate) }).states[1]
      }
      time = to
      yield undefined
    }
    record()
    if (time < until) yield view()
  }
  return view()
}
