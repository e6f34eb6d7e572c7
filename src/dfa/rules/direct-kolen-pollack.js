import { blockedKernels, transposedTimesInto } from '../../tensor/index.js';
import { allocateTensor } from '../../nn/index.js';
import { DIRECT_OPTIONS, withOptions } from './description.js';
import { deliverThrough, directMatrices } from './direct-delivery.js';
import { checkDecayFactor, shrink } from './kolen-pollack.js';
import { errorAt, requireTap } from './rule.js';
/**
 * dh_l = F_l e, and F_l ← (1 − λ)F_l − η Σ_B h_l eᵀ by the optimizer, W ← (1 − λ)W − η dW in the layers that carry.
 * Equation: theory (5.14); webster2021; with one hidden layer it is `kolenPollack`. Shapes: e [B, K], h_l [B, n_l],
 * F_l [n_l, K]. Given matrices are copied. F_l starts in the structure that `maps` asks for; the updates h_l eᵀ then
 * leave it. Cost: one product of 2·B·n_l·K flops per point more than direct feedback alignment.
 * Throws: as `directFeedbackAlignment`; RangeError for λ outside [0, 1).
 */
export function directKolenPollack(options = {}) {
    const { kernels = blockedKernels, decay = 1e-4 } = options;
    checkDecayFactor('directKolenPollack', 'decay', decay);
    let parameters = [];
    const feedback = () => parameters.map(({ value }) => value);
    return {
        name: 'direct-kolen-pollack',
        get feedback() {
            return feedback();
        },
        get parameters() {
            return parameters;
        },
        state: () => parameters.map(({ name, value }) => ({ name, data: value.data })),
        install(parts) {
            const tap = requireTap(parts, 'directKolenPollack');
            const drawn = directMatrices('directKolenPollack', parts, options);
            parameters = parts.points.map(({ name }, index) => {
                const { shape, data } = drawn[index];
                const value = allocateTensor(kernels, shape);
                value.data.set(data);
                return { name: `feedback/${name}`, value, gradient: allocateTensor(kernels, shape) };
            });
            parts.points.forEach((point, index) => {
                point.delivery = deliverThrough(parameters[index].value, () => errorAt(tap, 'directKolenPollack'), kernels);
            });
        },
        beforeUpdate({ parts: { points, carriers, tap } }) {
            const e = errorAt(tap, 'directKolenPollack');
            for (let l = 0; l < points.length; l++) {
                const { activation } = points[l];
                const { value, gradient } = parameters[l];
                if (activation === undefined)
                    throw new Error(`directKolenPollack: ${points[l].name} must come forward first`);
                transposedTimesInto(kernels, gradient, activation, e);
                shrink(value, decay, kernels);
            }
            for (let l = 1; l < carriers.length; l++)
                shrink(carriers[l].weight.value, decay, kernels);
        },
    };
}
/** Its description. */
export const directKolenPollackRule = {
    name: 'direct-kolen-pollack',
    abbreviation: 'DKP',
    equation: 'dh_l = F_l e, F_l learns',
    uses: /* @__PURE__ */ withOptions(DIRECT_OPTIONS, 'decay'),
    make: (options) => directKolenPollack(options),
};
