import { randomStream } from '../../tensor/index.js';
import { carrierScale, drawMagnitudes, magnitudeFill, magnitudeKind, signSymmetry } from './sign-symmetry.js';
/**
 * dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}, M drawn anew for every batch. Equation: theory (5.4); liao2016 (brSF).
 * The draw is a function of the step, so a resumed run needs no state.
 * Cost: one random number per carrying weight and step.
 * Throws: RangeError for other kinds.
 */
export function batchRandomSignSymmetry(options = {}) {
    const { kind, seed = 0, kernels } = magnitudeKind('batchRandomSignSymmetry', options);
    const streams = new Map();
    const fill = magnitudeFill(kind);
    return signSymmetry('batch-random-sign-symmetry', (out, layer, step) => {
        let stream = streams.get(layer);
        if (stream === undefined)
            streams.set(layer, stream = randomStream(seed, `feedback/${layer.name}/batches`));
        drawMagnitudes(out, stream, Math.max(step, 0), carrierScale(layer), fill);
    }, true, kernels);
}
/** Its description. */
export const batchRandomSignSymmetryRule = {
    name: 'batch-random-sign-symmetry',
    abbreviation: 'brSF',
    equation: 'dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}, M per batch',
    uses: ['kind', 'seed'],
    make: (options) => batchRandomSignSymmetry(magnitudeKind('batchRandomSignSymmetry', options)),
};
