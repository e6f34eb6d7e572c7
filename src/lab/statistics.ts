// What claims, tables and figures compute from values of several seeds.

/** Values of independent seeds (or draws, or runs): their mean and its standard error. */
export interface Sample {
  readonly mean: number
  /** s/√n with the n − 1 of an unbiased s; 0 for one seed, whose scatter nobody knows. */
  readonly standardError: number
  readonly seeds: number
  /** What was counted, where not seeds. */
  readonly of?: 'draws' | 'runs'
}

/** Σx/n; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** √(Σ(x − mean)²/(n − 1)); 0 for one value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const center = mean(values)
  return Math.sqrt(
    values.reduce((total, value) => total + (value - center) * (value - center), 0) / (values.length - 1),
  )
}

/** Mean and standard error of values of independent seeds. */
export function sample(values: readonly number[]): Sample {
  return { mean: mean(values), standardError: standardDeviation(values) / Math.sqrt(values.length),
    seeds: values.length }
}

/** a − b seed by seed: what the seeds have in common cancels. Throws: RangeError for lists of two lengths. */
export function pairedDifference(a: readonly number[], b: readonly number[]): Sample {
  if (a.length !== b.length) {
    throw new RangeError(`pairedDifference: b must have one value per value of a, got ${b.length} and ${a.length}`)
  }
  return sample(a.map((value, index) => value - b[index]))
}

/** r = Σa/Σb over seeds, its standard error to first order: that of the mean of a − r·b over |mean b|. Throws: RangeError. */
export function ratioOfMeans(a: readonly number[], b: readonly number[]): Sample {
  const ratio = mean(a) / mean(b)
  const { standardError, seeds } = pairedDifference(a, b.map((value) => ratio * value))
  return { mean: ratio, standardError: standardError / Math.abs(mean(b)), seeds }
}

/** The q-quantile of sorted values, between two of them by a straight line; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN
  const sorted = [...values].sort((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below] + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below])
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Σ(x − x̄)(y − ȳ)/Σ(x − x̄)², the slope of the least-squares line; NaN where all x are one. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const [cx, cy] = [mean(x), mean(y)]
  let xy = 0, xx = 0
  x.forEach((value, i) => {
    xy += (value - cx) * (y[i] - cy)
    xx += (value - cx) * (value - cx)
  })
  return xy / xx
}

/** A number as JSON can hold it: null for what is not finite. */
export function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null
}

/** The same with so many significant digits. */
export function rounded(x: number, digits: number): number | null {
  return Number.isFinite(x) ? Number(x.toPrecision(digits)) : null
}

/** The last element. */
export function last<T>(list: readonly T[]): T {
  return list[list.length - 1]
}

/** Spearman's rank correlation; ties share the mean of their ranks. NaN where one of the lists is constant or holds NaN. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  const ranks = (values: readonly number[]): readonly number[] => {
    const center = (values.length - 1) / 2
    return values.map((value) =>
      values.reduce((rank, other) => rank + (other < value ? 1 : other === value ? 0.5 : 0), -0.5) - center
    )
  }
  if ([...x, ...y].some(Number.isNaN)) return NaN
  const [a, b] = [ranks(x), ranks(y)]
  const inner = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, one, i) => sum + one * v[i], 0)
  return inner(a, b) / Math.sqrt(inner(a, a) * inner(b, b))
}
