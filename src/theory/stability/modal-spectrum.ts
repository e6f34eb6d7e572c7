// Alignment matrices decide stability, too: the error operator of a network trained by direct feedback alignment from
// zero weights, in terms of A_l alone, and its spectrum at convergence from the teacher's.

import { identity, multiply, pow, transpose } from '../../tensor/index.ts'
import { type AlignmentMatrices, endToEnd, type Grams } from '../alignment-matrices.ts'
import { finalModes } from '../conditioning.ts'
import { backwardProduct } from '../gradient-alignment.ts'
import type { LayerTerm } from './error-operator.ts'

/**
 * M_l = P_lᵀ G_l, N_l = C_{l−1}ᵀ G_{l−1} C_{l−1}: the terms of the error operator, at every time, whatever the widths.
 * Equation: theory (6.29).
 */
export function alignmentTerms(a: AlignmentMatrices, g: Grams): readonly LayerTerm[] {
  const maps = endToEnd(a, g)
  return a.map((al, l) => ({
    above: l === a.length - 1 ? identity(al.rows) : multiply(transpose(backwardProduct(a, g, l + 1)), g[l]),
    below: l === 0 ? identity(al.columns) : multiply(transpose(maps[l - 1]), multiply(g[l - 1], maps[l - 1])),
  }))
}

/** α_1 … α_L of one mode of the teacher. */
export type Modes = readonly number[]

/**
 * λ_ij = Σ_l c_{l−1,j}² Π_{k>l} α_{k,i}, c_l = α_1 ⋯ α_l: how fast an error between output mode i and input mode j
 * decays, orthogonal feedback and whitened inputs; `input` undefined for a direction that the teacher does not use.
 * Equation: theory (6.30).
 */
export function modalRate(output: Modes, input: Modes | undefined): number {
  const depth = output.length
  let above = 1
  const products = Array.from({ length: depth }, () => 1)
  for (let l = depth - 1; l >= 1; l--) products[l - 1] = above *= output[l]
  let below = 1
  let total = products[0]
  for (let l = 1; l < depth && input !== undefined; l++) {
    below *= input[l - 1]
    total += below * below * products[l]
  }
  return total
}

/** The λ_ij of given modes, falling, with those of `unused` further input directions. Equation: theory (6.30). */
export function modalSpectrum(modes: readonly Modes[], unused: number): Float64Array {
  const inputs = [...modes, ...Array.from({ length: unused }, () => undefined)]
  return Float64Array.from(modes.flatMap((output) => inputs.map((input) => modalRate(output, input)))).sort().reverse()
}

/** The spectrum at convergence from the teacher's singular values alone. Equation: theory (6.31). */
export function finalSpectrum(spectrum: ArrayLike<number>, depth: number, inputs: number): Float64Array {
  const modes = Array.from(spectrum, (s) => finalModes(s, depth))
  return modalSpectrum(modes, inputs - modes.length)
}

/**
 * 2^(L−1) (2^L − 1) (s/2^L)^((2^L−2)/(2^L−1)), the rate of a mode of singular value s at convergence, and (2^L − 1) times
 * less where the input direction is not used. Equation: theory (6.32).
 */
export function finalRate(s: number, depth: number, isUsed = true): number {
  const powers = pow(2, depth) - 1
  return pow(2, depth - 1) * (isUsed ? powers : 1) * pow(s / pow(2, depth), (powers - 1) / powers)
}

/**
 * κ_T^((2^L−2)/(2^L−1)), the ratio of the extreme rates at convergence over the directions that the teacher uses, which is
 * κ(P_1) = Π_{l≥2} κ(A_l); (2^L − 1) times that where it leaves input directions unused. Equation: theory (6.33).
 */
export function finalRateRatio(targetCondition: number, depth: number, isUsed = true): number {
  const powers = pow(2, depth) - 1
  return pow(targetCondition, (powers - 1) / powers) * (isUsed ? 1 : powers)
}
