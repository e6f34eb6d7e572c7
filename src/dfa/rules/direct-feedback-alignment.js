import { blockedKernels } from '../../tensor/index.js';
import { DIRECT_OPTIONS } from './description.js';
import { deliverThrough, directMatrices } from './direct-delivery.js';
import { errorAt, requireTap } from './rule.js';
/**
 * dh_l = F_l e at every point, F_l fixed and random; the layers above the last point keep the exact gradient.
 * Equation: theory (5.9); nokland2016. Shapes: e [B, K], F_l [n_l, K], delivered [B, n_l].
 * With F_l = (W_L ⋯ W_{l+1})ᵀ in a linear network this is backpropagation.
 * Throws: Error when the network has no tap; RangeError when given matrices do not fit the points.
 */
export function directFeedbackAlignment(options = {}) {
    const { kernels = blockedKernels } = options;
    let feedback = [];
    return {
        name: 'direct-feedback-alignment',
        get feedback() {
            return feedback;
        },
        install(parts) {
            const tap = requireTap(parts, 'directFeedbackAlignment');
            // All matrices fit before anything is changed.
            feedback = directMatrices('directFeedbackAlignment', parts, options);
            parts.points.forEach((point, index) => {
                point.delivery = deliverThrough(feedback[index], () => errorAt(tap, 'directFeedbackAlignment'), kernels);
            });
        },
    };
}
/** Its description. */
export const directFeedbackAlignmentRule = {
    name: 'direct-feedback-alignment',
    abbreviation: 'DFA',
    equation: 'dh_l = F_l e',
    uses: DIRECT_OPTIONS,
    make: (options) => directFeedbackAlignment(options),
};
