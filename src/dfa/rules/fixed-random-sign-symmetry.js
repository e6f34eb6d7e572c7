import { carrierScale, drawMagnitudes, magnitudeFill, magnitudeKind, signSymmetry } from './sign-symmetry.js';
import { transportStream } from './transport.js';
/**
 * dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}, M drawn once. Equation: theory (5.5); liao2016 (frSF).
 * Throws: RangeError for other kinds.
 */
export function fixedRandomSignSymmetry(options = {}) {
    const { kind, seed = 0, kernels } = magnitudeKind('fixedRandomSignSymmetry', options);
    const fill = magnitudeFill(kind);
    return signSymmetry('fixed-random-sign-symmetry', (out, layer) => drawMagnitudes(out, transportStream(seed, layer), 0, carrierScale(layer), fill), false, kernels);
}
/** Its description. */
export const fixedRandomSignSymmetryRule = {
    name: 'fixed-random-sign-symmetry',
    abbreviation: 'frSF',
    equation: 'dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}',
    uses: ['kind', 'seed'],
    make: (options) => fixedRandomSignSymmetry(magnitudeKind('fixedRandomSignSymmetry', options)),
};
