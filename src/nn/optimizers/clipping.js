// Bounds on gradients before an optimizer's step.
import { blockedKernels, checkPositiveFloat32 } from '../../tensor/index.js';
/** |dw| = √Σ dw² over all gradients as one vector. Order: float64, `dot` per parameter, parameters in order. */
export function gradientNorm(parameters, kernels = blockedKernels) {
    let squares = 0;
    for (let i = 0; i < parameters.length; i++) {
        const { data } = parameters[i].gradient;
        squares += kernels.elementwise.dot(data, data);
    }
    return Math.sqrt(squares);
}
/**
 * dw ← dw·min(1, c/|dw|), |dw| the norm of all gradients as one vector. Gradients within the bound keep their bits.
 * Equation: pascanu2013 algorithm 1. Throws: RangeError for a bound that is not positive in float32.
 */
export function clipByNorm(bound, kernels = blockedKernels) {
    checkPositiveFloat32('clipByNorm', 'bound', bound);
    return (parameters) => {
        const norm = gradientNorm(parameters, kernels);
        if (!(norm > bound))
            return;
        for (let i = 0; i < parameters.length; i++) {
            const { data } = parameters[i].gradient;
            kernels.elementwise.scaleInto(data, bound / norm, data);
        }
    };
}
/**
 * dw ← min(max(dw, −c), c), element by element; c rounded to float32, NaN kept.
 * Throws: RangeError for a bound that is not positive in float32.
 */
export function clipByValue(bound) {
    checkPositiveFloat32('clipByValue', 'bound', bound);
    const most = Math.fround(bound);
    return (parameters) => {
        for (let i = 0; i < parameters.length; i++) {
            const { data } = parameters[i].gradient;
            for (let j = 0; j < data.length; j++) {
                if (data[j] > most)
                    data[j] = most;
                else if (data[j] < -most)
                    data[j] = -most;
            }
        }
    };
}
