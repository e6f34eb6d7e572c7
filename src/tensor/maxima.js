// The largest element of each window of a feature map, and where it stands.
import { checkFloat32, checkLength, checkSize } from './check.js';
/** Throws, in the name of `windowMaximaInto`, unless windows lie inside the image and all arrays have their lengths. */
export function checkMaxima(y, winners, x, batch, g) {
    const { channels, height, width, window, stride, outputHeight, outputWidth } = g;
    checkFloat32('windowMaximaInto', 'y', y);
    checkFloat32('windowMaximaInto', 'x', x);
    checkSize('windowMaximaInto', 'batch', batch);
    checkLength('windowMaximaInto', 'x', x, batch * channels * height * width);
    checkLength('windowMaximaInto', 'y', y, batch * channels * outputHeight * outputWidth);
    checkLength('windowMaximaInto', 'winners', winners, y.length);
    if ((outputHeight - 1) * stride[0] + window[0] > height || (outputWidth - 1) * stride[1] + window[1] > width) {
        throw new RangeError(`windowMaximaInto: windows must lie inside the image, got [${outputHeight}, ${outputWidth}] outputs`);
    }
}
/**
 * y[b, c, i, j] := max over the window at (i·s, j·s) of x[b, c, ·, ·]; winners: its place in x.
 * Order: the first of equal maxima in row-major order; a NaN counts as the maximum, the last one.
 * Shapes: x [B, C, H, W], y and winners [B, C, H', W']; windows lie inside the image. Throws: TypeError, RangeError.
 */
export function windowMaximaInto(y, winners, x, batch, g) {
    const { channels, height, width, window: [wH, wW], stride: [sY, sX], outputHeight, outputWidth } = g;
    checkMaxima(y, winners, x, batch, g);
    let to = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
        for (let i = 0; i < outputHeight; i++) {
            let corner = (plane * height + i * sY) * width | 0;
            for (let j = 0; j < outputWidth; j++, corner = corner + sX | 0, to = to + 1 | 0) {
                let winner = corner;
                let largest = x[corner];
                for (let ky = 0; ky < wH; ky++) {
                    const row = corner + ky * width | 0;
                    for (let at = row; at < row + wW; at = at + 1 | 0) {
                        const value = x[at];
                        // Chosen by a product: which element wins is a coin toss to the branch predictor.
                        winner = winner + Math.imul(Number(value > largest) | Number(value !== value), at - winner) | 0;
                        largest = x[winner];
                    }
                }
                y[to] = largest;
                winners[to] = winner;
            }
        }
    }
    return y;
}
