// What a matrix product is, before any question of speed: the arguments every tier takes and the sum it must give.

/**
 * C := round(Σₚ op(A)[i,p]·op(B)[p,j]), or C := round(C + Σₚ …) with `accumulate`.
 *
 * Shapes: op(A) [m, k], op(B) [k, n], C [m, n], row-major without gaps; op transposes when its flag is set, so that
 *   A is stored [k, m] and B [n, k] then.
 * Order: p ascending from the old C (accumulate) or from +0; each product and each sum in float64 (the product of two
 *   float32 numbers is exact there), one rounding to float32 at the end. Every tier gives exactly these bits.
 * Aliasing: C must not share memory with A or B; the callers check.
 */
export type Gemm = (m: number, n: number, k: number, a: Float32Array, transposeA: boolean, b: Float32Array,
  transposeB: boolean, c: Float32Array, accumulate: boolean) => void

/**
 * Throws a RangeError when an operand has not the length that m, n and k ask for; also how a detached buffer shows, whose
 * arrays have length 0. Vector code would otherwise read and write its neighbors.
 */
export function checkOperands(m: number, n: number, k: number, a: Float32Array, b: Float32Array,
  c: Float32Array): void
{
  if (a.length === m * k && b.length === k * n && c.length === m * n) return
  throw new RangeError(
    `matmul: operands must have ${m * k}, ${k * n} and ${m * n} elements for m, n, k = ${m}, ${n}, ${k}, `
      + `got ${a.length}, ${b.length} and ${c.length}`,
  )
}
