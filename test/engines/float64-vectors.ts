// The groups of vectors in float64: linear algebra and the theory's recursion.

import { conditionNumber, eigenvalues, exp, inverse, type Matrix, matrix, multiply, normalInto, pseudoInverse, qr,
  randomOrthogonal, randomStream, rank, svd, symmetricEigen, transpose } from '../../src/tensor/index.ts'
import { cholesky, choleskySolve } from '../../src/tensor/linalg/cholesky.ts'
import { solve } from '../../src/tensor/linalg/solve.ts'
import { alignmentFromWeights, alignmentStep, directFeedbackStep, doubleSum, earlyCondition, finalCondition, finalModes,
  gradientAlignment, grams, historyEntry, populationStep, probeErrors, relativeLoss, weightAlignments,
  weightsFromAlignment, zeroAlignment } from '../../src/theory/index.ts'
import { linearTeacher } from '../../src/data/index.ts'
import type { Digest } from './digest.ts'
import { uniform64 } from './inputs.ts'
import type { PortableGroup } from './portable-vectors.ts'

/** Matrices with a name: random, graded over 24 decades, of low rank, zero. */
function matrices(square: boolean): [string, Matrix][] {
  const found: [string, Matrix][] = []
  const shapes = [[1, 1], [2, 2], [5, 5], [12, 12], [30, 30], [7, 3], [3, 7], [25, 10], [0, 0]] as const
  for (const [m, n] of shapes) {
    if (square && m !== n) continue
    const a = matrix(m, n, uniform64(m * n, -1, 1, 31 * m + n))
    found.push([`random [${m}, ${n}]`, a])
    if (m * n < 4) continue
    found.push([`graded [${m}, ${n}]`, matrix(m, n, a.data.map((x, i) => x * exp(-55 * (i % n) / n)))])
    const thin = Math.max(1, Math.min(m, n) >> 1)
    const left = matrix(m, thin, uniform64(m * thin, -1, 1, m))
    const right = matrix(thin, n, uniform64(thin * n, -1, 1, n + 99))
    found.push([`rank ${thin} [${m}, ${n}]`, multiply(left, right)], [`zero [${m}, ${n}]`, matrix(m, n)])
  }
  return found
}

/** A group that factorizes every matrix and digests the arrays of the result. */
function factorization(square: boolean, factors: (a: Matrix) => readonly ArrayLike<number>[]): PortableGroup {
  return (out) => {
    for (const [name, a] of matrices(square)) {
      out.note(name)
      for (const factor of factors(a)) out.float64s(factor)
    }
  }
}

function symmetric(a: Matrix): Matrix {
  const t = transpose(a)
  return matrix(a.rows, a.columns, a.data.map((x, i) => x + t.data[i]))
}

function solving(out: Digest): void {
  for (const n of [1, 2, 5, 12, 30]) {
    const a = matrix(n, n, uniform64(n * n, -1, 1, n))
    const b = matrix(n, 3, uniform64(3 * n, -1, 1, n + 50))
    out.note(`solve, inverse ${n}`)
    out.float64s(solve(a, b).data)
    out.float64s(inverse(a).data)
    const definite = multiply(a, transpose(a))
    for (let i = 0; i < n; i++) definite.data[i * n + i] += 0.01
    const l = cholesky(definite)
    out.note(`cholesky ${n}`)
    out.float64s(l.data)
    out.float64s(choleskySolve(l, b).data)
  }
}

const DEPTH = 4
const WIDTHS = [6, 12, 9, 14, 5]
const RATE = 0.05

/** The recursion of alignment matrices beside the network that it stands for, thirty steps of each. */
function recursion(out: Digest): void {
  const inputs = WIDTHS[0]
  const outputs = WIDTHS[DEPTH]
  const teacher = linearTeacher(outputs, inputs, 20, 1).matrix
  const feedback = WIDTHS.slice(1, DEPTH).map((width, l) =>
    randomOrthogonal(randomStream(2, `feedback/${l}`), width, outputs)
  )
  const g = grams(feedback)
  let online = zeroAlignment(DEPTH, inputs, outputs)
  let population = online
  let weights = weightsFromAlignment(online, feedback)
  const history = []
  const stream = randomStream(3, 'engines/batches')
  for (let step = 0; step < 30; step++) {
    const x = matrix(10, inputs, normalInto(new Float64Array(10 * inputs), stream))
    const batch = { x, y: multiply(x, transpose(teacher)) }
    if (step < 8) history.push(historyEntry(online, g, batch))
    online = alignmentStep(online, g, batch, RATE)
    weights = directFeedbackStep(weights, feedback, batch, RATE)
    population = populationStep(population, g, { teacher }, RATE)
    out.note(`step ${step}`)
    for (const a of [...online, ...weights, ...population]) out.float64s(a.data)
    out.float64s([relativeLoss(population, g, { teacher })])
  }
  out.note('measures')
  for (const a of alignmentFromWeights(weights, feedback)) out.float64s(a.data)
  out.float64s(weightAlignments(population, feedback))
  const probes = probeErrors(20, outputs, 4)
  for (let layer = 1; layer < DEPTH; layer++) out.float64s([gradientAlignment(population, g, layer, probes)])
  for (let layer = 2; layer <= DEPTH; layer++) out.float64s(doubleSum(layer, history, g, RATE).data)
  for (let layer = 2; layer <= DEPTH; layer++) {
    out.float64s([earlyCondition(20, layer), finalCondition(20, layer, DEPTH), ...finalModes(1.7, layer)])
  }
}

/** Name → group. */
export const FLOAT64_GROUPS: Readonly<Record<string, PortableGroup>> = {
  'linalg/svd': factorization(false, (a) => {
    const { u, s, v } = svd(a)
    return [u.data, s, v.data]
  }),
  'linalg/qr': factorization(false, (a) => {
    const { q, r } = qr(a)
    return [q.data, r.data]
  }),
  'linalg/symmetricEigen': factorization(true, (a) => {
    const { values, vectors } = symmetricEigen(symmetric(a))
    return [values, vectors.data]
  }),
  'linalg/eigenvalues': factorization(true, (a) => {
    const { real, imaginary } = eigenvalues(a)
    return [real, imaginary]
  }),
  'linalg/pseudoInverse': factorization(false, (a) => [pseudoInverse(a).data, [rank(a), conditionNumber(a)]]),
  'linalg/solve': solving,
  'theory/recursion': recursion,
}
