// Sums and softmax over segments: runs of rows that belong together, as the edges that end in one node do. Segment i is
// made of rows starts[i] … starts[i + 1] − 1. Every tier runs these loops, so that their bits are the same everywhere.
import { checkFloat32, checkLength, checkSize } from './check.js';
import { exp } from './functions/exp.js';
/** Elements of all rows. */
function check(where, starts, width) {
    checkSize(where, 'width', width, 1);
    if (starts.length === 0)
        throw new RangeError(`${where}: starts must begin with 0, got none`);
    for (let i = 1; i < starts.length; i++) {
        if (starts[i] >= starts[i - 1])
            continue;
        throw new RangeError(`${where}: starts must ascend, got ${starts[i - 1]} before ${starts[i]} at ${i}`);
    }
    if (starts[0] !== 0)
        throw new RangeError(`${where}: starts must begin with 0, got ${starts[0]}`);
    return starts[starts.length - 1] * width;
}
/**
 * out[i, f] := Σ_e x[e, f] over the rows of segment i; 0 for an empty one. Shapes: x [E, width], out [segments, width].
 * Order: e ascending in float64, rounded once. Throws: TypeError, RangeError.
 */
export function segmentSumInto(out, starts, x, width) {
    const size = check('segmentSumInto', starts, width);
    checkFloat32('segmentSumInto', 'x', x);
    checkFloat32('segmentSumInto', 'out', out);
    checkLength('segmentSumInto', 'x', x, size);
    checkLength('segmentSumInto', 'out', out, (starts.length - 1) * width);
    for (let i = 0; i + 1 < starts.length; i++) {
        const from = starts[i] * width, end = starts[i + 1] * width;
        for (let f = 0; f < width; f++) {
            let sum = 0;
            for (let at = from + f; at < end; at += width)
                sum += x[at];
            out[i * width + f] = sum;
        }
    }
    return out;
}
/**
 * out[e, h] := e^(x[e, h] − m)/Σ_e′ e^(x[e′, h] − m), e′ over the segment of e, m = max x[e′, h]: one softmax for each
 * segment and head. Shapes: x, out [E, width]. Order: e′ ascending in float64, each element rounded once. A segment with
 * NaN or +∞, or of nothing but −∞, is NaN in that head. Aliasing: out may be x. Throws: TypeError, RangeError.
 */
export function edgeSoftmaxInto(out, starts, x, width) {
    const size = check('edgeSoftmaxInto', starts, width);
    checkFloat32('edgeSoftmaxInto', 'x', x);
    checkFloat32('edgeSoftmaxInto', 'out', out);
    checkLength('edgeSoftmaxInto', 'x', x, size);
    checkLength('edgeSoftmaxInto', 'out', out, size);
    for (let i = 0; i + 1 < starts.length; i++) {
        for (let h = 0; h < width; h++) {
            const from = starts[i] * width + h, end = starts[i + 1] * width;
            let largest = -Infinity;
            for (let at = from; at < end; at += width)
                largest = Math.max(largest, x[at]);
            let partition = 0;
            for (let at = from; at < end; at += width)
                partition += exp(x[at] - largest);
            for (let at = from; at < end; at += width)
                out[at] = exp(x[at] - largest) / partition;
        }
    }
    return out;
}
/**
 * dx[e, h] := p[e, h]·(dp[e, h] − Σ_e′ p[e′, h]·dp[e′, h]), the gradient of `edgeSoftmaxInto` with p its output.
 * Order: e′ ascending in float64, each element rounded once. Aliasing: dx may be dp. Throws: TypeError, RangeError.
 */
export function edgeSoftmaxBackwardInto(dx, starts, p, dp, width) {
    const size = check('edgeSoftmaxBackwardInto', starts, width);
    checkFloat32('edgeSoftmaxBackwardInto', 'dx', dx);
    checkFloat32('edgeSoftmaxBackwardInto', 'p', p);
    checkFloat32('edgeSoftmaxBackwardInto', 'dp', dp);
    checkLength('edgeSoftmaxBackwardInto', 'dx', dx, size);
    checkLength('edgeSoftmaxBackwardInto', 'p', p, size);
    checkLength('edgeSoftmaxBackwardInto', 'dp', dp, size);
    for (let i = 0; i + 1 < starts.length; i++) {
        for (let h = 0; h < width; h++) {
            const from = starts[i] * width + h, end = starts[i + 1] * width;
            let total = 0;
            for (let at = from; at < end; at += width)
                total += p[at] * dp[at];
            for (let at = from; at < end; at += width)
                dx[at] = p[at] * (dp[at] - total);
        }
    }
    return dx;
}
