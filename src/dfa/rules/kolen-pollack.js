import { blockedKernels } from '../../tensor/index.js';
import { allocateTensor } from '../../nn/index.js';
import { TRANSPORT_OPTIONS, withOptions } from './description.js';
import { randomTransport } from './transport.js';
/**
 * dh_l = R_{l+1} da_{l+1}; W ← (1 − λ)W − η dW and R ← (1 − λ)R − η dW, so W − R ← (1 − λ)(W − R).
 * Equation: theory (5.6); kolen1994, akrout2019, with R stored like W. R is a parameter with the gradient of W, so that
 * any optimizer gives both the same step; W − R shrinks by its decoupled decay too. What tells W from R undoes that: a
 * coupled decay under Adam, and weight normalization, which scales W alone.
 * Throws: RangeError for λ outside [0, 1).
 */
export function kolenPollack(options = {}) {
    const { decay = 1e-4, kernels = blockedKernels } = options;
    checkDecayFactor('kolenPollack', 'decay', decay);
    let parameters = [];
    return {
        name: 'kolen-pollack',
        get parameters() {
            return parameters;
        },
        state: () => parameters.map(({ name, value }) => ({ name, data: value.data })),
        install({ carriers }) {
            parameters = carriers.slice(1).map((layer) => {
                const value = allocateTensor(kernels, layer.weight.value.shape);
                value.data.set(randomTransport('kolenPollack', layer, options).data);
                return { name: `feedback/${layer.name}`, value, gradient: layer.weight.gradient };
            });
            carriers.slice(1).forEach((layer, index) => {
                layer.transport = parameters[index].value;
            });
        },
        beforeUpdate({ parts: { carriers } }) {
            for (let l = 1; l < carriers.length; l++) {
                shrink(carriers[l].weight.value, decay, kernels);
                shrink(parameters[l - 1].value, decay, kernels);
            }
        },
    };
}
/** x ← (1 − λ)·x, 1 − λ rounded to float32 once. */
export function shrink({ data }, decay, kernels) {
    if (decay > 0)
        kernels.elementwise.scaleInto(data, 1 - decay, data);
}
/** Throws: RangeError unless 0 ≤ λ < 1 and λ is 0 or 1 − λ is below 1 in float32: else nothing would ever be lost. */
export function checkDecayFactor(rule, name, decay) {
    if (!(decay >= 0 && decay < 1))
        throw new RangeError(`${rule}: ${name} must be at least 0 and below 1, got ${decay}`);
    if (decay > 0 && Math.fround(1 - decay) === 1) {
        throw new RangeError(`${rule}: ${name} must be 0 or tell 1 − ${name} from 1 in float32, got ${decay}`);
    }
}
/** Its description. */
export const kolenPollackRule = {
    name: 'kolen-pollack',
    abbreviation: 'KP',
    equation: 'dh_l = R_{l+1} da_{l+1}, R learns as W',
    uses: /* @__PURE__ */ withOptions(TRANSPORT_OPTIONS, 'decay'),
    make: (options) => kolenPollack(options),
};
