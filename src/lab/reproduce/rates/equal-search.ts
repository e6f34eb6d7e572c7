// A search of learning rates with the same budget for every rule: one list for all, and more where the best stands at an
// end of what was tried.

/** A training at one rate: its validation loss, null where it diverged. */
export interface Scored {
  readonly rate: number
  readonly loss: number | null
}

/** Which rates are tried. */
export interface SearchSpace {
  /** Ascending, in steps of one factor. */
  readonly rates: readonly number[]
  /** How often an end is moved outwards by the factor of the list, at most. */
  readonly reach: number
}

/** How rates are found, in words. */
export function searchText({ rates, reach }: SearchSpace): string {
  const list = `each rule tries the rates ${rates.join(', ')}`
  return reach === 0 || rates.length < 2 ? list
    : `${list}, and goes on by the same factor while its best rate stands at an end, up to ${reach} times`
}

/**
 * Rates to try next; none when the search is over: all of the list are known, and the best stands between others or the
 * ends have been moved as often as they may.
 */
export function ratesToTry({ rates, reach }: SearchSpace, known: readonly Scored[]): readonly number[] {
  const missing = rates.filter((rate) => !known.some((one) => one.rate === rate))
  if (missing.length > 0 || rates.length < 2) return missing
  const sorted = known.map(({ rate }) => rate).sort((a, b) => a - b)
  if (sorted.length >= rates.length + reach) return []
  const best = leastLoss(known), factor = rates[1] / rates[0]
  if (best === sorted[0]) return [tidy(best / factor)]
  return best === sorted[sorted.length - 1] ? [tidy(best * factor)] : []
}

/** The rate of least loss, the smaller of two equal ones. Throws: Error where there is none. */
export function leastLoss(known: readonly Scored[]): number {
  if (known.length === 0) throw new Error('leastLoss: known must hold a rate, got none')
  return known.reduce((a, b) => {
    const [left, right] = [a.loss ?? Infinity, b.loss ?? Infinity]
    return right < left || (right === left && b.rate < a.rate) ? b : a
  }).rate
}

/** Four digits: what is the same rate must be the same number. */
function tidy(rate: number): number {
  return Number(rate.toPrecision(4))
}
