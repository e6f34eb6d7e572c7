// One number for each window of a feature map.
import { blockedKernels, choose } from '../tensor/index.js';
import { pairOf, patchGeometry } from './patches.js';
import { planned, required } from './planned.js';
const NO_PADDING = [0, 0];
const IS_MAX = { max: true, average: false };
/**
 * y[b, c, i, j] = max or mean of x[b, c, i·s … i·s + w − 1, j·s … j·s + w − 1].
 * Shapes: x [B, C, H, W], y [B, C, ⌊(H − w)/s⌋ + 1, ⌊(W − w)/s⌋ + 1]; what lies beyond the last window is
 *   unused.
 * Gradients: max: dx of the first maximum in row-major order gets dy (a NaN counts as the maximum, the last one);
 *   average: every element of the window gets dy / (wH·wW).
 * Order: mean over (ky, kx) ascending in float64, rounded once; where windows overlap, dx is summed over the windows
 *   ascending, for max rounded to float32 at each sum, for average in float64 and rounded once.
 * Cost: wH·wW comparisons or sums per output. Memory: output, dx, and for max one 32-bit index per output.
 * Throws: RangeError, TypeError for an unknown kind and sizes that are not whole numbers ≥ 1.
 */
export function pooling(options) {
    const { name, kind, kernels = blockedKernels } = options;
    const where = `pooling ${name}`;
    const isMax = choose(where, 'kind', kind, IS_MAX);
    const window = pairOf(where, 'window', options.window, 1);
    const stride = pairOf(where, 'stride', options.stride ?? window, 1);
    const geometryOf = (shape) => patchGeometry(where, shape, undefined, window, stride, NO_PADDING);
    const buffers = planned(where, kernels, (shape, space) => {
        const geometry = geometryOf(shape);
        const output = space.tensor([shape[0], geometry.channels, geometry.outputHeight, geometry.outputWidth]);
        return {
            geometry,
            output,
            winners: space.int32(isMax ? output.data.length : 0),
            sums: space.float64(isMax ? 0 : geometry.height * geometry.width),
            inputGradient: space.tensor(shape),
        };
    });
    let input;
    return {
        name,
        parameters: [],
        children: [],
        usesOutputGradient: true,
        outputShape(shape) {
            const { outputHeight, outputWidth } = geometryOf(shape);
            return [shape[0], shape[1], outputHeight, outputWidth];
        },
        forward(x) {
            const { geometry, output, winners } = buffers(x);
            input = x;
            const batch = x.shape[0];
            if (isMax)
                kernels.elementwise.windowMaximaInto(output.data, winners, x.data, batch, geometry);
            else
                meansInto(output.data, x.data, batch, geometry);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            if (!wantInput)
                return undefined;
            const { geometry, output, winners, sums, inputGradient } = buffers(input);
            const dy = required(name, outputGradient, output.shape).data;
            if (isMax) {
                kernels.elementwise.fillInto(inputGradient.data, 0);
                for (let i = 0; i < dy.length; i++)
                    inputGradient.data[winners[i]] += dy[i];
            }
            else
                spreadInto(inputGradient.data, dy, input.shape[0], geometry, sums);
            return inputGradient;
        },
    };
}
/** y := the means. */
function meansInto(y, x, batch, g) {
    const { channels, height, width, window: [wH, wW], stride: [sY, sX], outputHeight, outputWidth } = g;
    const area = wH * wW;
    let to = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
        for (let i = 0; i < outputHeight; i++) {
            let corner = (plane * height + i * sY) * width | 0;
            for (let j = 0; j < outputWidth; j++, corner = corner + sX | 0, to = to + 1 | 0) {
                let total = 0;
                for (let ky = 0; ky < wH; ky++) {
                    const row = corner + ky * width | 0;
                    for (let at = row; at < row + wW; at = at + 1 | 0)
                        total += x[at];
                }
                y[to] = total / area;
            }
        }
    }
}
/** dx := dy / (wH·wW), summed over the windows that hold the element. */
function spreadInto(dx, dy, batch, g, sums) {
    const { channels, height, width, window: [wH, wW], stride: [sY, sX], outputHeight, outputWidth } = g;
    const area = wH * wW;
    let from = 0;
    for (let plane = 0; plane < batch * channels; plane++) {
        sums.fill(0);
        for (let i = 0; i < outputHeight; i++) {
            for (let j = 0; j < outputWidth; j++, from++) {
                const share = dy[from] / area;
                for (let ky = 0; ky < wH; ky++) {
                    const row = (i * sY + ky) * width + j * sX | 0;
                    for (let at = row; at < row + wW; at = at + 1 | 0)
                        sums[at] += share;
                }
            }
        }
        dx.set(sums, plane * height * width);
    }
}
