// What tables of counts predict: the references that a model of language must beat.

import { checkSize, log, show } from '../tensor/index.ts'

/** Mean of −log p over the characters that are scored. Units: nats per character. */
export interface CountedText {
  /** Indices below `vocabulary`. */
  readonly training: Int32Array
  readonly scored: Int32Array
  readonly vocabulary: number
}

/**
 * −⟨log p(c)⟩ with p(c) = (n_c + 1)/(N + V), n_c counts in the training part, V the vocabulary: nothing is impossible.
 * Order: characters ascending in float64. Throws: RangeError for indices outside of the vocabulary and empty parts.
 */
export function unigramLoss({ training, scored, vocabulary }: CountedText): number {
  const counts = new Float64Array(checkVocabulary('unigramLoss', { training, scored, vocabulary }, 1))
  for (let i = 0; i < training.length; i++) counts[training[i]]++
  const total = training.length + vocabulary
  let sum = 0
  for (let i = 0; i < scored.length; i++) sum -= log((counts[scored[i]] + 1) / total)
  return sum / scored.length
}

/**
 * −⟨log p(c|b)⟩ over all pairs of neighbors b, c with p(c|b) = (n_bc + 1)/(n_b + V). Order and errors as `unigramLoss`.
 */
export function bigramLoss({ training, scored, vocabulary }: CountedText): number {
  checkVocabulary('bigramLoss', { training, scored, vocabulary }, 2)
  const counts = new Float64Array(vocabulary * vocabulary), totals = new Float64Array(vocabulary).fill(vocabulary)
  for (let i = 1; i < training.length; i++) {
    counts[training[i - 1] * vocabulary + training[i]]++
    totals[training[i - 1]]++
  }
  let sum = 0
  for (let i = 1; i < scored.length; i++) {
    sum -= log((counts[scored[i - 1] * vocabulary + scored[i]] + 1) / totals[scored[i - 1]])
  }
  return sum / (scored.length - 1)
}

function checkVocabulary(where: string, { training, scored, vocabulary }: CountedText, least: number): number {
  checkSize(where, 'vocabulary', vocabulary, 1)
  for (const [name, indices] of Object.entries({ training, scored })) {
    if (indices.length < least) {
      throw new RangeError(`${where}: ${name} must have at least ${least} characters, got ${indices.length}`)
    }
    const wrong = indices.findIndex((index) => !(index >= 0 && index < vocabulary))
    if (wrong < 0) continue
    throw new RangeError(`${where}: ${name}[${wrong}] must be below ${vocabulary}, got ${show(indices[wrong])}`)
  }
  return vocabulary
}
