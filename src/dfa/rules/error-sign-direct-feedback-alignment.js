import { blockedKernels } from '../../tensor/index.js';
import { DIRECT_OPTIONS } from './description.js';
import { deliverThrough, directMatrices, mapped } from './direct-delivery.js';
import { errorAt, requireTap } from './rule.js';
/**
 * dh_l = F_l sign(e)/B: one bit and a zero per output instead of the error.
 * Equation: theory (5.12); frenkel2021 (sDFA), without 1/B; with it a rate keeps its meaning when the batch size
 * changes and the loss is a mean. Shapes: e [B, K], F_l [n_l, K]. Throws: as `directFeedbackAlignment`.
 * Accuracy: with one-hot targets sign(e) is mostly +1, a push that never ends and saturates the units. Inputs of mean
 * zero leave it to the biases: optdigits, 64-32-32-10 tanh, 5 epochs, rate 0.1: 88 % (DFA 94 %); inputs in [−1, 1]:
 * 52 % (DFA 93 %).
 */
export function errorSignDirectFeedbackAlignment(options = {}) {
    const { kernels = blockedKernels } = options;
    let feedback = [];
    return {
        name: 'error-sign-direct-feedback-alignment',
        get feedback() {
            return feedback;
        },
        install(parts) {
            const tap = requireTap(parts, 'errorSignDirectFeedbackAlignment');
            feedback = directMatrices('errorSignDirectFeedbackAlignment', parts, options);
            const signs = mapped('errorSignDirectFeedbackAlignment', kernels, (e, batch) => Math.sign(e) / batch);
            const signal = () => signs(errorAt(tap, 'errorSignDirectFeedbackAlignment'));
            parts.points.forEach((point, index) => {
                point.delivery = deliverThrough(feedback[index], signal, kernels);
            });
        },
    };
}
/** Its description. */
export const errorSignDirectFeedbackAlignmentRule = {
    name: 'error-sign-direct-feedback-alignment',
    abbreviation: 'sDFA',
    equation: 'dh_l = F_l sign(e)/B',
    uses: DIRECT_OPTIONS,
    make: (options) => errorSignDirectFeedbackAlignment(options),
};
