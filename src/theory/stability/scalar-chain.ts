// The smallest network that can be stable or not: ŷ = w_2 w_1 x, one number each. Its flow runs on parabolas and is a
// gradient flow along each of them, though not in the plane.

/** A scalar chain under feedback: target τ, feedback f. */
export interface ScalarChain {
  readonly target: number
  readonly feedback: number
}

/** C = f w_2 − ½ w_1², constant along every path. Equation: theory (6.20). */
export function chainConstant({ feedback }: ScalarChain, w1: number, w2: number): number {
  return feedback * w2 - w1 * w1 / 2
}

/** p(w_1) = ½ w_1³ + C w_1 − f τ, with ẇ_1 = −p(w_1) on the parabola of C. Equation: theory (6.21). */
export function chainForce({ target, feedback }: ScalarChain, constant: number, w1: number): number {
  return w1 * (w1 * w1 / 2 + constant) - feedback * target
}

/** w_1² + f τ/w_1 = p′(w_1), the rate at which an error decays at the fixed point (w_1, τ/w_1). Equation: theory (6.22). */
export function chainRate({ target, feedback }: ScalarChain, w1: number): number {
  return w1 * w1 + feedback * target / w1
}

/**
 * Where a path ends that leaves the fixed point w upwards or downwards: the other roots of p on its parabola,
 * v = ½(−w ± √(w² − 8fτ/w)), of which the next one in that direction; undefined where there is none. Equation:
 * theory (6.23).
 */
export function chainEnd({ target, feedback }: ScalarChain, w1: number, upwards: boolean): number | undefined {
  const square = w1 * w1 - 8 * feedback * target / w1
  if (square < 0) return undefined
  const root = Math.sqrt(square)
  const ends = [(-w1 - root) / 2, (-w1 + root) / 2].filter((v) => (upwards ? v > w1 : v < w1))
  return ends.length === 0 ? undefined : upwards ? Math.min(...ends) : Math.max(...ends)
}
