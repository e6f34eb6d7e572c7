// The fully connected network of all four papers.
import { blockedKernels, checkSize } from '../tensor/index.js';
import { activation, chain, dense } from '../nn/index.js';
import { errorTap } from './error-tap.js';
import { feedbackPoint } from './feedback-point.js';
/**
 * a_l = W_l h_{l−1} (+ b_l), h_l = g(a_l) for l < L with a feedback point after each h_l, output a_L with the error tap.
 * Layers are named dense1, activation1, point1, …, denseL, tap. Parameters start at zero; see `initialize`.
 * Equation: theory (1.1).
 * Throws: RangeError for fewer than two sizes or sizes below 1.
 */
export function mlp({ sizes, activation: kind, slope, bias = true, kernels = blockedKernels }) {
    const own = slope === undefined ? {} : { slope };
    if (sizes.length < 2) {
        throw new RangeError(`mlp: sizes must hold at least inputs and outputs, got [${sizes.join(', ')}]`);
    }
    sizes.forEach((size, index) => checkSize('mlp', `sizes[${index}]`, size, 1));
    const depth = sizes.length - 1;
    const layers = [];
    for (let l = 1; l <= depth; l++) {
        layers.push(dense({ name: `dense${l}`, inputs: sizes[l - 1], outputs: sizes[l], bias, kernels }));
        if (l === depth)
            break;
        if (kind !== 'linear')
            layers.push(activation({ name: `activation${l}`, kind, ...own, kernels }));
        layers.push(feedbackPoint(`point${l}`, sizes[l], kernels));
    }
    layers.push(errorTap('tap'));
    return chain('mlp', layers);
}
