import { DIRECT_OPTIONS, withoutOptions } from './description.js';
import { directFeedbackAlignment } from './direct-feedback-alignment.js';
/**
 * dh_l = F_l e, F_l with k non-zero entries per hidden unit (`nonZero`, 1 unless given), fixed and random.
 * Equation: theory (5.13); crafton2019. Throws: as `directFeedbackAlignment`; RangeError for k below 1 or above K.
 */
export function sparseDirectFeedbackAlignment(options = {}) {
    const direct = directFeedbackAlignment({ ...options, kind: 'sparse' });
    return {
        name: 'sparse-direct-feedback-alignment',
        get feedback() {
            return direct.feedback;
        },
        install: direct.install,
    };
}
/** Its description. */
export const sparseDirectFeedbackAlignmentRule = {
    name: 'sparse-direct-feedback-alignment',
    abbreviation: 'SSDFA',
    equation: 'dh_l = F_l e, F_l sparse',
    // Its kind is its name.
    uses: /* @__PURE__ */ withoutOptions(DIRECT_OPTIONS, 'kind', 'rank', 'shapes'),
    make: (options) => sparseDirectFeedbackAlignment(options),
};
