import { checkFloat32, checkLength, checkSize } from './check.js';
import { exp } from './functions/exp.js';
import { log } from './functions/log.js';
/**
 * e := s·(p·Σt − t) with p = softmax(y); returns −s·Σ_ik t log p. Shapes: e, y, t [rows, classes], targets t ≥ 0.
 * Order: every sum in float64 and ascending, rows outside, classes inside; each e rounded once. Terms with t = 0 are
 * left out of the loss. Aliasing: e may be y. Throws: TypeError, RangeError.
 * Why: the largest y of a row is subtracted first, so that no exponential overflows.
 */
export function crossEntropyInto(e, y, t, rows, classes, scale) {
    checkFloat32('crossEntropyInto', 'e', e);
    checkFloat32('crossEntropyInto', 'y', y);
    checkFloat32('crossEntropyInto', 't', t);
    checkSize('crossEntropyInto', 'rows', rows);
    checkSize('crossEntropyInto', 'classes', classes);
    checkLength('crossEntropyInto', 'e', e, rows * classes);
    checkLength('crossEntropyInto', 'y', y, rows * classes);
    checkLength('crossEntropyInto', 't', t, rows * classes);
    let total = 0;
    for (let from = 0; from < e.length; from += classes) {
        const to = from + classes;
        let largest = -Infinity;
        for (let k = from; k < to; k++)
            largest = Math.max(largest, y[k]);
        let partition = 0;
        let weight = 0;
        for (let k = from; k < to; k++) {
            partition += exp(y[k] - largest);
            weight += t[k];
        }
        const logPartition = log(partition);
        for (let k = from; k < to; k++) {
            if (t[k] !== 0)
                total += t[k] * (logPartition - (y[k] - largest));
            e[k] = scale * (weight * (exp(y[k] - largest) / partition) - t[k]);
        }
    }
    return scale * total;
}
