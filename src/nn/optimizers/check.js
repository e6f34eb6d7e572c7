// Checks of numbers that several optimizers take: before and after the rounding that kernels give them.
import { checkFinite } from '../../tensor/index.js';
/** Throws: RangeError, TypeError unless 0 ≤ value < 1. */
export function checkFraction(where, name, value) {
    if (checkFinite(where, name, value) >= 0 && value < 1)
        return;
    throw new RangeError(`${where}: ${name} must be at least 0 and below 1, got ${value}`);
}
/** Throws: RangeError, TypeError unless 0 ≤ value < 1, in float32 too: an average with the weight 1 forgets nothing. */
export function checkFractionFloat32(where, name, value) {
    checkFraction(where, name, value);
    if (Math.fround(value) < 1)
        return;
    throw new RangeError(`${where}: ${name} must be below 1 in float32, got ${value}`);
}
/** Throws: RangeError, TypeError unless value ≥ 0, finite in float32 too. */
export function checkDecay(where, name, value) {
    if (!(checkFinite(where, name, value) >= 0)) {
        throw new RangeError(`${where}: ${name} must not be negative, got ${value}`);
    }
    checkFinite(where, `${name} in float32`, Math.fround(value));
}
