// Generated clicks whose probabilities are known: what no model can do better than can be computed.

import { checkSize, exp, log1p, normalInto, permutation, type RandomStream, randomStream, sigmoid, tanh, type Tensor,
  tensor, uniformInto } from '../tensor/index.ts'

/** Sizes of `clickTeacher`. */
export interface ClickOptions {
  readonly rows: number
  readonly seed: number
  /** 10 unless given. */
  readonly fields?: number
  /** Categories of a field; 16 unless given. */
  readonly categories?: number
}

/** Rows with their logits. */
export interface Clicks {
  /** Categories, [N, F]. */
  readonly input: Tensor
  /** Drawn with probability 1/(1 + e^−logit), [N, 1]. */
  readonly target: Tensor
  /** [N] */
  readonly logits: Float64Array
  readonly vocabularies: readonly number[]
}

/** Entries of a latent vector. */
const LATENT = 3
const PAIRS = 12

/**
 * Clicks with interactions of fields. Category k of a field has probability ∝ 1/√(k + 1), a weight a ~ N(0, 1) and a
 * latent vector z ~ N(0, I₃). With S(·) standardized over the rows,
 * logit = 2.5·S(0.6·S(Σ_f a_f) + S(tanh S(Σ_p z_fᵀ M_p z_g) + ½·tanh(Σ_c z_fc z_gc z_hc))) − 1.1
 * over 12 pairs of fields with M_p ~ N(0, 1) each, and one triple. Every draw is from a stream `clicks/…` of `seed`.
 * Shapes: see `Clicks`. Throws: RangeError for fewer than 2 rows or categories, or 3 fields.
 */
export function clickTeacher({ rows, seed, fields = 10, categories = 16 }: ClickOptions): Clicks {
  const where = 'clickTeacher'
  checkSize(where, 'rows', rows, 2)
  checkSize(where, 'fields', fields, 3)
  checkSize(where, 'categories', categories, 2)
  const stream = (name: string): RandomStream => randomStream(seed, `clicks/${name}`)
  const normals = (name: string, length: number): Float64Array => normalInto(new Float64Array(length), stream(name))
  const input = drawnCategories(stream('categories'), rows, fields, categories)
  const weights = normals('weights', fields * categories)
  const latent = normals('latent', fields * categories * LATENT)
  const forms = normals('forms', PAIRS * LATENT * LATENT)
  const places = stream('pairs')
  const pairs = Array.from({ length: PAIRS }, () => permutation(places, fields).slice(0, 2))
  const [first, second, third] = permutation(stream('triple'), fields)
  const row = (at: number, f: number): number => f * categories + input.data[at * fields + f]
  const over = (value: (at: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, at) => value(at))
  const linear = standardized(over((at) => {
    let sum = 0
    for (let f = 0; f < fields; f++) sum += weights[row(at, f)]
    return sum
  }))
  const bilinear = standardized(over((at) => {
    let sum = 0
    pairs.forEach(([f, g], p) => {
      const left = row(at, f) * LATENT, right = row(at, g) * LATENT, form = p * LATENT * LATENT
      for (let i = 0; i < LATENT; i++) {
        for (let j = 0; j < LATENT; j++) sum += latent[left + i] * forms[form + i * LATENT + j] * latent[right + j]
      }
    })
    return sum
  }))
  const triple = over((at) => {
    let sum = 0
    const a = row(at, first) * LATENT, b = row(at, second) * LATENT, c = row(at, third) * LATENT
    for (let i = 0; i < LATENT; i++) sum += latent[a + i] * latent[b + i] * latent[c + i]
    return sum
  })
  const together = standardized(over((at) => tanh(bilinear[at]) + 0.5 * tanh(triple[at])))
  const logits = standardized(over((at) => 0.6 * linear[at] + together[at])).map((v) => 2.5 * v - 1.1)
  const chances = uniformInto(new Float64Array(rows), stream('labels'), 0, 1)
  return {
    input,
    target: tensor([rows, 1], Float32Array.from(logits, (logit, at) => Number(chances[at] < sigmoid(logit)))),
    logits,
    vocabularies: Array.from({ length: fields }, () => categories),
  }
}

/** Category k with probability ∝ 1/√(k + 1), by the inverse of its distribution. */
function drawnCategories(stream: RandomStream, rows: number, fields: number, categories: number): Tensor {
  const ends: number[] = []
  let total = 0
  for (let k = 1; k <= categories; k++) {
    total += 1 / Math.sqrt(k)
    ends.push(total)
  }
  const draws = uniformInto(new Float64Array(rows * fields), stream, 0, total)
  return tensor([rows, fields], Float32Array.from(draws, (u) => {
    let k = 0
    while (k < categories - 1 && u >= ends[k]) k++
    return k
  }))
}

/** (x − mean)/√variance, the variance over all. */
function standardized(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length
  const variance = x.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / x.length
  return x.map((v) => (v - mean) / Math.sqrt(variance))
}

/** What the true probabilities reach, on the average over labels. */
export interface BayesScore {
  readonly auc: number
  /** Nats per row. */
  readonly logLoss: number
}

/**
 * AUC = Σ_ij p_i(1 − p_j)[s_i > s_j] / (Σp·Σ(1 − p)), ties a half: of rows drawn by their probabilities, in the mean of
 * numerator and denominator; log loss = mean entropy. Order: ascending logits, float64. Throws: RangeError for no rows.
 */
export function bayesScore(logits: Float64Array): BayesScore {
  checkSize('bayesScore', 'rows', logits.length, 1)
  const sorted = logits.slice().sort()
  let below = 0, won = 0, positives = 0, loss = 0
  for (let from = 0, end = 0; from < sorted.length; from = end) {
    while (end < sorted.length && sorted[end] === sorted[from]) end++
    const s = sorted[from], p = sigmoid(s), count = end - from
    won += count * p * (below + count * (1 - p) / 2)
    below += count * (1 - p)
    positives += count * p
    loss += count * (Math.max(s, 0) + log1p(exp(-Math.abs(s))) - p * s)
  }
  return { auc: won / (positives * below), logLoss: loss / logits.length }
}
