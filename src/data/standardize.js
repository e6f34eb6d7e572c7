// Inputs of mean 0 and deviation 1, by the figures of the training set.
import { checkFinite, checkSize, show, tensor } from '../tensor/index.js';
/**
 * μ_c = Σ x / n, σ_c = √(Σ (x − μ_c)² / n) over all rows and all places of channel c; `channels` 1 is the global form.
 * Shapes: x [N, …], a row being `channels` equal blocks, channel first. Fit on the training set, apply to every split.
 * Order: two passes, each one float64 sum per channel, rows ascending, places of a row ascending. A channel that holds
 *   one value throughout gives σ = 0 exactly up to 2²⁹ elements, because every sum of it and its mean are then exact.
 * Throws: RangeError for no elements, rows that `channels` does not divide, values that are not finite.
 */
export function fitStandardization(x, channels = 1) {
    checkSize('fitStandardization', 'channels', channels, 1);
    const [rows, block] = blocks('fitStandardization', x, channels);
    const n = rows * block;
    if (n === 0)
        throw new RangeError(`fitStandardization: x must not be empty, got shape ${show(x.shape)}`);
    const mean = [];
    const deviation = [];
    for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let row = 0; row < rows; row++) {
            const from = (row * channels + c) * block;
            for (let i = from; i < from + block; i++)
                sum += x.data[i];
        }
        if (!Number.isFinite(sum)) {
            throw new RangeError(`fitStandardization: x must be finite, got a sum of ${sum} in channel ${c}`);
        }
        const center = sum / n;
        let squares = 0;
        for (let row = 0; row < rows; row++) {
            const from = (row * channels + c) * block;
            for (let i = from; i < from + block; i++)
                squares += (x.data[i] - center) * (x.data[i] - center);
        }
        mean.push(center);
        deviation.push(Math.sqrt(squares / n));
    }
    return { mean, deviation };
}
/**
 * out := (x − μ_c)/σ_c, computed in float64 and rounded once. Where σ_c = 0 the division is left out: a channel that
 * never varied in the training set becomes 0 there and says elsewhere by how much it differs.
 * Why: zeros everywhere would hide a defective split, and a small ε added to σ would change every other channel too.
 * Shapes: out and x [N, …] alike. Aliasing: out may be x. Throws: RangeError for shapes or figures that do not fit.
 */
export function standardizeInto(out, x, { mean, deviation }) {
    const channels = mean.length;
    checkSize('standardizeInto', 'channels', channels, 1);
    if (deviation.length !== channels) {
        throw new RangeError(`standardizeInto: deviation must have ${channels} elements like mean, got ${deviation.length}`);
    }
    for (let c = 0; c < channels; c++) {
        checkFinite('standardizeInto', `mean[${c}]`, mean[c]);
        if (checkFinite('standardizeInto', `deviation[${c}]`, deviation[c]) < 0) {
            throw new RangeError(`standardizeInto: deviation[${c}] must not be negative, got ${deviation[c]}`);
        }
    }
    if (out.data.length !== x.data.length) {
        throw new RangeError(`standardizeInto: out must have the shape of x ${show(x.shape)}, got ${show(out.shape)}`);
    }
    const [rows, block] = blocks('standardizeInto', x, channels);
    for (let row = 0, i = 0; row < rows; row++) {
        for (let c = 0; c < channels; c++) {
            const center = mean[c];
            const divisor = deviation[c] === 0 ? 1 : deviation[c];
            for (const end = i + block; i < end; i++)
                out.data[i] = (x.data[i] - center) / divisor;
        }
    }
    return out;
}
/** As `standardizeInto`, into a new tensor. */
export function standardize(x, fitted) {
    return standardizeInto(tensor(x.shape), x, fitted);
}
/** Rows, and the elements of one channel of a row. */
function blocks(where, x, channels) {
    if (x.shape.length < 2)
        throw new RangeError(`${where}: x must have rows of values, got shape ${show(x.shape)}`);
    const rows = x.shape[0];
    const row = rows === 0 ? 0 : x.data.length / rows;
    if (row % channels !== 0) {
        throw new RangeError(`${where}: x must have rows of ${channels} equal channels, got shape ${show(x.shape)}`);
    }
    return [rows, row / channels];
}
