// Feedback for feature maps: the matrix F_l [n_l, K] of a point, from fewer random numbers than it has entries.
import { choose } from '../tensor/index.js';
import { pairOf } from '../nn/index.js';
/** [C, H, W] of a point with maps, undefined for flat features. */
function mapShape({ shape }) {
    return shape?.length === 3 ? shape : undefined;
}
/** Throws: RangeError for unknown maps, and for a bad `mapKernel` whether it is needed or not. */
export function mapKernelOf({ maps = 'dense', mapKernel = 3 }) {
    const where = 'feedbackMatrices';
    const kernels = {
        dense: undefined,
        'channel-shared': [1, 1],
        'kernel-shaped': pairOf(where, 'mapKernel', mapKernel, 1),
    };
    return choose(where, 'maps', maps, kernels);
}
/** Rows of K random numbers that a target draws: n_l, C, or C·kH·kW. */
export function drawnRows(target, kernel) {
    const shape = mapShape(target);
    return shape === undefined || kernel === undefined ? target.width : shape[0] * kernel[0] * kernel[1];
}
/**
 * F_l before normalization from the rows drawn. Equation: theory (4.9), (4.10).
 * Shapes: drawn [C, K] or [C·kH·kW, K], row (c, ky, kx) = R[c, ·, ky, kx]; result [n_l, K].
 * s = 1/√(mean number of taps inside the map), so that the mean square of F over all positions is that of R, as for a
 * dense matrix.
 */
export function spreadOverMap(drawn, target, outputs, kernel) {
    const shape = mapShape(target);
    if (shape === undefined || kernel === undefined)
        return drawn;
    const [, height, width] = shape;
    const [kH, kW] = kernel;
    const rows = tapsInside(height, kH), columns = tapsInside(width, kW);
    const mean = (taps) => taps.reduce((total, { length }) => total + length, 0) / taps.length;
    const scale = 1 / Math.sqrt(mean(rows) * mean(columns));
    return Float64Array.from({ length: target.width * outputs }, (_, at) => {
        const unit = Math.floor(at / outputs);
        const c = Math.floor(unit / (height * width));
        let sum = 0;
        for (const ky of rows[Math.floor(unit / width) % height]) {
            for (const kx of columns[unit % width])
                sum += drawn[((c * kH + ky) * kW + kx) * outputs + at % outputs];
        }
        return scale * sum;
    });
}
/** For each position of an axis the taps that lie inside it, ⌊(k − 1)/2⌋ of them before the middle. */
function tapsInside(size, taps) {
    const before = Math.floor((taps - 1) / 2);
    return Array.from({ length: size }, (_, at) => Array.from({ length: taps }, (_tap, k) => k).filter((k) => at + k - before >= 0 && at + k - before < size));
}
