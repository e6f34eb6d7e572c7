import { blockedKernels } from '../../tensor/index.js';
import { DIRECT_OPTIONS } from './description.js';
import { deliverThrough, directMatrices, mapped } from './direct-delivery.js';
import { RuleRefused } from '../outcomes.js';
import { requireTap } from './rule.js';
/**
 * dh_l = F_l t/B, t the target: below the last point no error is needed.
 * Equation: theory (5.11); frenkel2021 (DRTP); the sign is that of their code, and 1/B as in
 * `errorSignDirectFeedbackAlignment`.
 * Shapes: t [B, K], F_l [n_l, K]. The target is the tap's, set by the trainer with every forward pass.
 * Throws: as `directFeedbackAlignment`; RuleRefused for a tap below the output; in the backward pass Error when the tap has no target.
 */
export function directRandomTargetProjection(options = {}) {
    const { kernels = blockedKernels } = options;
    let feedback = [];
    return {
        name: 'direct-random-target-projection',
        get feedback() {
            return feedback;
        },
        install(parts) {
            const tap = requireTap(parts, 'directRandomTargetProjection');
            if (tap.width !== undefined) {
                throw new RuleRefused('directRandomTargetProjection', `the error tap must stand at the output, as wide as targets are, got one of width ${tap.width} below it`);
            }
            feedback = directMatrices('directRandomTargetProjection', parts, options);
            const scaled = mapped('directRandomTargetProjection', kernels, (t, batch) => t / batch);
            const signal = () => {
                if (tap.target !== undefined)
                    return scaled(tap.target);
                throw new Error('directRandomTargetProjection: tap.target must be set before the backward pass, got undefined');
            };
            parts.points.forEach((point, index) => {
                point.delivery = { ...deliverThrough(feedback[index], signal, kernels), usesError: false };
            });
        },
    };
}
/** Its description. */
export const directRandomTargetProjectionRule = {
    name: 'direct-random-target-projection',
    abbreviation: 'DRTP',
    equation: 'dh_l = F_l t/B',
    uses: DIRECT_OPTIONS,
    make: (options) => directRandomTargetProjection(options),
};
