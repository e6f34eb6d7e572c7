// Learning rates as pure functions of the step, 0 for the first; so a resumed run needs nothing but its step.
import { checkFinite, checkPositive, checkPositiveFloat32, checkSize, cos } from '../../tensor/index.js';
import { checkFraction } from './check.js';
/** Throws: TypeError, RangeError unless `rate` is positive, as the float32 that steps take too, or a schedule. */
export function checkRate(where, rate) {
    if (typeof rate !== 'function')
        checkPositiveFloat32(where, 'rate', rate);
}
/** η of this step. Throws: RangeError when the schedule gives a number that is negative or not finite in float32. */
export function rateAt(where, rate, step) {
    if (typeof rate !== 'function')
        return rate;
    const eta = checkFinite(where, 'rate', rate(step));
    if (eta >= 0 && Math.fround(eta) < Infinity)
        return eta;
    throw new RangeError(`${where}: rate must ${eta < 0 ? 'not be negative' : 'be finite in float32'}, got ${eta} at step ${step}`);
}
/** A floor of the rate. Throws: TypeError, RangeError unless 0 ≤ least ≤ rate. */
function checkLeast(where, least, rate) {
    if (checkFinite(where, 'least', least) >= 0 && least <= rate)
        return;
    throw new RangeError(`${where}: least must lie between 0 and the rate ${rate}, got ${least}`);
}
/** η_t = η·γᵏ with k the number of milestones ≤ t. Throws: RangeError for milestones that do not ascend. */
export function stepRate({ rate, factor = 0.1, milestones }) {
    checkRate('stepRate', rate);
    checkPositive('stepRate', 'factor', factor);
    milestones.forEach((milestone, k) => checkSize('stepRate', `milestones[${k}]`, milestone, k === 0 ? 0 : milestones[k - 1] + 1));
    return (step) => milestones.reduce((eta, milestone) => (step >= milestone ? eta * factor : eta), rate);
}
/** η_t = η_min + ½(η − η_min)(1 + cos(π·min(t/T, 1))). Equation: loshchilov2017 (5), without restarts. */
export function cosineRate({ rate, steps, least = 0 }) {
    checkRate('cosineRate', rate);
    checkSize('cosineRate', 'steps', steps, 1);
    checkLeast('cosineRate', least, rate);
    return (step) => (step >= steps ? least : least + 0.5 * (rate - least) * (1 + cos(3.141592653589793 * step / steps)));
}
/**
 * η_t = η·min((t + 1)/w, √(w/(t + 1))): linear to the peak at t + 1 = w, then with the inverse square root.
 * Equation: vaswani2017 (3), whose factor d^−½·w^−½ is the peak η.
 */
export function inverseRootRate({ rate, warmUp }) {
    checkRate('inverseRootRate', rate);
    checkSize('inverseRootRate', 'warmUp', warmUp, 1);
    return (step) => rate * (step < warmUp ? (step + 1) / warmUp : Math.sqrt(warmUp / (step + 1)));
}
/**
 * η = max(η·γᵏ, η_min), k the number of plateaus in the losses so far: runs longer than `patience` with no better one.
 * Cost: one pass over the losses, meant for once per epoch. Why: a function of the record needs no state of its own.
 * As a schedule: `let eta = rateOf([])`, `sgd(() => eta)`, `eta = rateOf(losses)` after each epoch. NaN is no better.
 */
export function plateauRate(options) {
    const { rate, factor = 0.1, patience = 10, threshold = 1e-4, least = 0 } = options;
    checkRate('plateauRate', rate);
    checkFraction('plateauRate', 'factor', factor);
    checkSize('plateauRate', 'patience', patience);
    checkFraction('plateauRate', 'threshold', threshold);
    checkLeast('plateauRate', least, rate);
    return (losses) => {
        let eta = rate;
        let best = Infinity;
        let waited = 0;
        for (const loss of losses) {
            if (loss < best * (1 - threshold)) {
                best = loss;
                waited = 0;
            }
            else if (++waited > patience) {
                eta = Math.max(eta * factor, least);
                waited = 0;
            }
        }
        return eta;
    };
}
