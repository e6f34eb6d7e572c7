import { checkPositiveFloat32, type Kernels } from '../../tensor/index.ts'
import type { RuleDescription } from './description.ts'
import type { LearningRule } from './rule.ts'
import { carrierScale, signSymmetry } from './sign-symmetry.ts'

/** Options of `uniformSignSymmetry`. */
export interface UniformSignSymmetryOptions {
  /** c·√I, the size of an entry beside the deviation of the random kinds; 1 unless given. */
  readonly scale?: number
  readonly kernels?: Kernels
}

/**
 * dh_l = [c·sign(W_{l+1})]ᵀ da_{l+1}, c = scale/√I.
 * Equation: theory (5.3); liao2016 (uSF); the scale as in moskovitz2018, the deviation of the initial weights.
 */
export function uniformSignSymmetry({ scale = 1, kernels }: UniformSignSymmetryOptions = {}): LearningRule {
  checkPositiveFloat32('uniformSignSymmetry', 'scale', scale)
  return signSymmetry('uniform-sign-symmetry', (out, layer) => out.fill(scale * carrierScale(layer)), false, kernels)
}

/** Its description. */
export const uniformSignSymmetryRule: RuleDescription = {
  name: 'uniform-sign-symmetry',
  abbreviation: 'uSF',
  equation: 'dh_l = c sign(W_{l+1})ᵀ da_{l+1}',
  uses: [],
  make: (options) => uniformSignSymmetry(options),
}
