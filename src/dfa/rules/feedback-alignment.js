import { TRANSPORT_OPTIONS } from './description.js';
import { randomTransport } from './transport.js';
/**
 * dh_l = R_{l+1} da_{l+1}, with R fixed and random in the shape of W_{l+1}ᵀ (stored like W, [O, I]).
 * Equation: theory (5.2); lillicrap2016. R = W gives backpropagation.
 */
export function feedbackAlignment(options = {}) {
    return {
        name: 'feedback-alignment',
        install({ carriers }) {
            // The first layer carries nothing: below it are only the inputs.
            const matrices = carriers.slice(1).map((layer) => randomTransport('feedbackAlignment', layer, options));
            carriers.slice(1).forEach((layer, index) => {
                layer.transport = matrices[index];
            });
        },
    };
}
/** Its description. */
export const feedbackAlignmentRule = {
    name: 'feedback-alignment',
    abbreviation: 'FA',
    equation: 'dh_l = R_{l+1} da_{l+1}',
    uses: TRANSPORT_OPTIONS,
    make: (options) => feedbackAlignment(options),
};
