// Patches of feature maps laid out as columns, so that a convolution is one matrix product.
//
//   patches [C·kH·kW, B·H'·W']: row (c, ky, kx) holds what tap (ky, kx) of channel c sees, column (b, y, x) one output
//
// Why this layout and not patches as rows: a row is made of runs of a whole image row, copied as they lie, and the
// product W·patches has the feature maps as rows, which only need their planes moved.
import { checkFloat32, checkLength, checkSize } from './check.js';
/** Throws, in the name of `where`, unless the windows fit into the padded image and both arrays have their lengths. */
export function checkPatches(where, patches, imageName, image, batch, g) {
    checkFloat32(where, 'patches', patches);
    checkFloat32(where, imageName, image);
    checkSize(where, 'batch', batch);
    const { channels, height, width, window, stride, padding, outputHeight, outputWidth } = g;
    if ((outputHeight - 1) * stride[0] + window[0] > height + 2 * padding[0]
        || (outputWidth - 1) * stride[1] + window[1] > width + 2 * padding[1]) {
        throw new RangeError(`${where}: windows must lie inside the padded image, got [${outputHeight}, ${outputWidth}] outputs`);
    }
    checkLength(where, 'patches', patches, channels * window[0] * window[1] * batch * outputHeight * outputWidth);
    checkLength(where, imageName, image, batch * channels * height * width);
}
/** First and last-but-one position of a row or column of outputs at which tap `k` lies inside the image. */
function firstInside(k, stride, padding, outputs) {
    return Math.min(outputs, k < padding ? Math.ceil((padding - k) / stride) : 0);
}
function endInside(k, stride, padding, size, outputs) {
    return Math.max(0, Math.min(outputs, Math.floor((size - 1 + padding - k) / stride) + 1));
}
/** Whether outputs and inputs are of one size, so that a tap sees the image itself, moved. */
function moved({ height, width, stride, outputHeight, outputWidth }) {
    return stride[0] === 1 && stride[1] === 1 && outputHeight === height && outputWidth === width;
}
/**
 * patches[(c, ky, kx), (b, y, x)] := input[b, c, y·s − p + ky, x·s − p + kx], zero outside.
 * Shapes: input [B, C, H, W], patches [C·kH·kW, B·H'·W']. Cost: one write per element of patches, no allocation.
 * Throws: TypeError, RangeError for other lengths and for windows beyond the padded image.
 * Why two ways: where outputs and inputs are of one size, row (c, ky, kx) is the row of the middle tap moved by a fixed
 *   number of elements, one native copy for the whole batch: about 5 times as fast as copying image rows
 *   (5×5, 14×14).
 */
export function gatherPatchesInto(patches, input, batch, g) {
    checkPatches('gatherPatchesInto', patches, 'input', input, batch, g);
    const { channels, height, width, window: [kH, kW], stride: [sY, sX], padding: [pY, pX] } = g;
    const { outputHeight, outputWidth } = g;
    const plane = height * width;
    const outputs = outputHeight * outputWidth;
    const columns = batch * outputs;
    const byMoving = moved(g);
    for (let c = 0; c < channels; c++) {
        const middle = (c * kH * kW + pY * kW + pX) * columns;
        if (byMoving) {
            for (let b = 0; b < batch; b++)
                copy(patches, middle + b * plane, input, (b * channels + c) * plane, plane);
        }
        let row = c * kH * kW * columns;
        for (let ky = 0; ky < kH; ky++) {
            const y0 = firstInside(ky, sY, pY, outputHeight);
            const y1 = Math.max(y0, endInside(ky, sY, pY, height, outputHeight));
            for (let kx = 0; kx < kW; kx++, row += columns) {
                if (byMoving) {
                    if (row === middle)
                        continue;
                    const by = (ky - pY) * width + kx - pX;
                    patches.copyWithin(row + Math.max(0, -by), middle + Math.max(0, by), middle + columns + Math.min(0, by));
                    clearOutside(patches, row, batch, ky, kx, g);
                    continue;
                }
                const x0 = firstInside(kx, sX, pX, outputWidth);
                const x1 = Math.max(x0, endInside(kx, sX, pX, width, outputWidth));
                for (let b = 0; b < batch; b++) {
                    const to = row + b * outputs + y0 * outputWidth;
                    const from = (b * channels + c) * plane + (y0 * sY - pY + ky) * width - pX + kx;
                    copyRows(patches, to, y1 - y0, outputWidth, x0, x1, input, from, sY * width, sX);
                }
                clearOutside(patches, row, batch, ky, kx, g);
            }
        }
    }
    return patches;
}
function copy(out, to, x, from, length) {
    for (let i = 0; i < length; i++)
        out[to + i | 0] = x[from + i | 0];
}
/** Columns x0 … x1 − 1 of `rows` rows: the source with its step. */
function copyRows(out, to, rows, columns, x0, x1, source, from, pitch, step) {
    for (let y = 0; y < rows; y++) {
        const end = to + y * columns + x1 | 0;
        let s = from + y * pitch + x0 * step | 0;
        for (let at = to + y * columns + x0 | 0; at < end; at = at + 1 | 0, s = s + step | 0)
            out[at] = source[s];
    }
}
/** Zeros in one row of patches where tap (ky, kx) looks beside the image. */
function clearOutside(patches, row, batch, ky, kx, { height, width, stride, padding, outputHeight, outputWidth }) {
    const y0 = firstInside(ky, stride[0], padding[0], outputHeight);
    const y1 = Math.max(y0, endInside(ky, stride[0], padding[0], height, outputHeight));
    const x0 = firstInside(kx, stride[1], padding[1], outputWidth);
    const x1 = Math.max(x0, endInside(kx, stride[1], padding[1], width, outputWidth));
    const outputs = outputHeight * outputWidth;
    const end = row + batch * outputs | 0;
    // A column runs through all samples with one step, the width.
    for (let x = 0; x < outputWidth; x++) {
        if (x >= x0 && x < x1)
            continue;
        for (let at = row + x | 0; at < end; at = at + outputWidth | 0)
            patches[at] = 0;
    }
    if (y0 === 0 && y1 === outputHeight)
        return;
    const above = y0 * outputWidth | 0, below = y1 * outputWidth | 0;
    for (let from = row | 0; from < end; from = from + outputs | 0) {
        for (let at = from; at < from + above; at = at + 1 | 0)
            patches[at] = 0;
        for (let at = from + below | 0; at < from + outputs; at = at + 1 | 0)
            patches[at] = 0;
    }
}
/** Most sums held at once, 1 MiB. */
const MOST_SUMS = 131_072;
/** Float64 sums of one channel of some samples; grown to the most so far, so that steps allocate nothing. */
let sums = new Float64Array(0);
/**
 * dInput[b, c, i, j] := Σ dPatches over every (ky, kx) and output that looked at it: the transpose of the gathering.
 * Order: (ky, kx) ascending in float64, rounded once. Patches that look beside the image may be cleared.
 * Memory, kept between calls: 8 bytes per place of one channel, of as many samples as fit into 1 MiB; of a single one
 *   when it has more than 362×362 places.
 * Throws: TypeError, RangeError as `gatherPatchesInto`.
 */
export function scatterPatchesInto(inputGradient, patches, batch, g) {
    checkPatches('scatterPatchesInto', patches, 'inputGradient', inputGradient, batch, g);
    const { channels, window: [kH, kW], outputHeight, outputWidth } = g;
    const plane = g.height * g.width;
    const outputs = outputHeight * outputWidth;
    const columns = batch * outputs;
    const most = Math.max(1, Math.min(batch, Math.floor(MOST_SUMS / plane)));
    if (sums.length < most * plane)
        sums = new Float64Array(most * plane);
    for (let first = 0; first < batch; first += most) {
        const samples = Math.min(most, batch - first);
        for (let c = 0; c < channels; c++) {
            sums.fill(0, 0, samples * plane);
            addTaps(sums, patches, c * kH * kW * columns + first * outputs, columns, samples, g);
            for (let b = 0; b < samples; b++) {
                roundInto(inputGradient, ((first + b) * channels + c) * plane, sums, b * plane, plane);
            }
        }
    }
    return inputGradient;
}
/** Adds every tap of one channel of some samples: the first begins at `start`, the next `pitch` further on. */
function addTaps(totals, patches, start, pitch, samples, g) {
    const { height, width, window: [kH, kW], stride: [sY, sX], padding: [pY, pX], outputHeight, outputWidth } = g;
    const plane = height * width;
    const byMoving = moved(g);
    let row = start;
    for (let ky = 0; ky < kH; ky++) {
        const y0 = firstInside(ky, sY, pY, outputHeight);
        const rows = endInside(ky, sY, pY, height, outputHeight) - y0;
        for (let kx = 0; kx < kW; kx++, row += pitch) {
            if (byMoving) {
                const by = (ky - pY) * width + kx - pX;
                clearOutside(patches, row, samples, ky, kx, g);
                addRun(totals, Math.max(0, by), patches, row + Math.max(0, -by), samples * plane - Math.abs(by));
                continue;
            }
            const x0 = firstInside(kx, sX, pX, outputWidth);
            const x1 = endInside(kx, sX, pX, width, outputWidth);
            for (let b = 0; b < samples; b++) {
                const to = b * plane + (y0 * sY - pY + ky) * width - pX + kx;
                const from = row + (b * outputHeight + y0) * outputWidth;
                addRows(totals, to, rows, sY * width, sX, x0, x1, patches, from, outputWidth);
            }
        }
    }
}
function addRun(totals, to, x, from, length) {
    let at = to | 0, s = from | 0;
    const whole = s + (length - length % 4) | 0, end = s + length | 0;
    for (; s < whole; s = s + 4 | 0, at = at + 4 | 0) {
        totals[at] += x[s];
        totals[at + 1 | 0] += x[s + 1 | 0];
        totals[at + 2 | 0] += x[s + 2 | 0];
        totals[at + 3 | 0] += x[s + 3 | 0];
    }
    for (; s < end; s = s + 1 | 0, at = at + 1 | 0)
        totals[at] += x[s];
}
function addRows(totals, to, rows, pitch, step, x0, x1, source, from, columns) {
    for (let y = 0; y < rows; y++) {
        let at = to + y * pitch + x0 * step | 0;
        let s = from + y * columns + x0 | 0;
        const end = from + y * columns + x1 | 0;
        for (; s < end; s = s + 1 | 0, at = at + step | 0)
            totals[at] += source[s];
    }
}
function roundInto(out, to, totals, from, length) {
    for (let i = 0; i < length; i++)
        out[to + i | 0] = totals[from + i | 0];
}
/** Throws, in the name of `swapLeadingInto`, unless both arrays hold n·m planes of `inner` elements. */
export function checkSwapLeading(out, x, n, m, inner) {
    checkFloat32('swapLeadingInto', 'out', out);
    checkFloat32('swapLeadingInto', 'x', x);
    checkSize('swapLeadingInto', 'n', n);
    checkSize('swapLeadingInto', 'm', m);
    checkSize('swapLeadingInto', 'inner', inner);
    checkLength('swapLeadingInto', 'x', x, n * m * inner);
    checkLength('swapLeadingInto', 'out', out, n * m * inner);
}
/**
 * out[j, i, ·] := x[i, j, ·] for x [n, m, inner]: batch and channels change places, planes stay as they are.
 * Aliasing: none. Throws: TypeError, RangeError.
 */
export function swapLeadingInto(out, x, n, m, inner) {
    checkSwapLeading(out, x, n, m, inner);
    for (let i = 0; i < n; i++) {
        for (let j = 0; j < m; j++)
            copy(out, (j * n + i) * inner, x, (i * m + j) * inner, inner);
    }
    return out;
}
