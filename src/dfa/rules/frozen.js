import { deliverNothing } from '../feedback-point.js';
/**
 * dh_l = 0: only the layers above the last point learn. Equation: theory (5.15). The control that says how much of a
 * result is due to the top layer alone ("shallow" in refinetti2021). Parameters below the last point keep their bits.
 */
export function frozen() {
    return {
        name: 'frozen',
        install({ points }) {
            for (const point of points)
                point.delivery = deliverNothing;
        },
    };
}
/** Its description. */
export const frozenRule = {
    name: 'frozen',
    abbreviation: 'shallow',
    equation: 'dh_l = 0',
    uses: [],
    make: () => frozen(),
};
