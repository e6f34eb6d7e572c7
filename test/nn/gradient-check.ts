// Central differences of a float64 twin, and the distance of an analytic gradient from them. The engine rounds to
// float32, so that its own difference quotients would carry errors of 10⁻³; a twin written in float64 has 10⁻¹⁰.

/** ∂objective/∂args[which] by (f(x + h) − f(x − h)) / 2h, one element at a time. */
export function centralDifferences(objective: (args: readonly Float64Array[]) => number, args: readonly Float64Array[],
  which: number, step = 1e-5): Float64Array
{
  const moved = args.map((x) => x.slice())
  return args[which].map((x, i) => {
    moved[which][i] = x + step
    const above = objective(moved)
    moved[which][i] = x - step
    const below = objective(moved)
    moved[which][i] = x
    return (above - below) / (2 * step)
  })
}

/**
 * max |aᵢ − nᵢ| / max(|nᵢ|, ‖n‖∞/10): relative to the element, unless it is far smaller than the largest one, where
 * float32 intermediate values leave an absolute error. Infinity for NaN and for another number of elements.
 */
export function gradientError(analytic: ArrayLike<number>, numeric: ArrayLike<number>): number {
  if (analytic.length !== numeric.length) return Infinity
  let largest = 0
  for (let i = 0; i < numeric.length; i++) largest = Math.max(largest, Math.abs(numeric[i]))
  let most = 0
  for (let i = 0; i < numeric.length; i++) {
    const error = Math.abs(analytic[i] - numeric[i])
    if (Number.isNaN(error)) return Infinity
    if (error > 0) most = Math.max(most, error / Math.max(Math.abs(numeric[i]), largest / 10))
  }
  return most
}

/**
 * What a gradient of the engine may differ from its twin's. The worst of the table is 1.5·10⁻⁶, in a chain of tanh:
 * 1 − h² near saturation magnifies the float32 rounding of h.
 */
export const GRADIENT_TOLERANCE = 1e-5
