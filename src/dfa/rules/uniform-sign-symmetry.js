import { checkPositiveFloat32 } from '../../tensor/index.js';
import { carrierScale, signSymmetry } from './sign-symmetry.js';
/**
 * dh_l = [c·sign(W_{l+1})]ᵀ da_{l+1}, c = scale/√I.
 * Equation: theory (5.3); liao2016 (uSF); the scale as in moskovitz2018, the deviation of the initial weights.
 */
export function uniformSignSymmetry({ scale = 1, kernels } = {}) {
    checkPositiveFloat32('uniformSignSymmetry', 'scale', scale);
    return signSymmetry('uniform-sign-symmetry', (out, layer) => out.fill(scale * carrierScale(layer)), false, kernels);
}
/** Its description. */
export const uniformSignSymmetryRule = {
    name: 'uniform-sign-symmetry',
    abbreviation: 'uSF',
    equation: 'dh_l = c sign(W_{l+1})ᵀ da_{l+1}',
    uses: [],
    make: (options) => uniformSignSymmetry(options),
};
