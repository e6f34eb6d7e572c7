// What all direct rules share: one matrix per point, and a signal of width K that it carries there.
import { timesTransposedInto } from '../../tensor/index.js';
import { planned } from '../../nn/index.js';
import { feedbackMatrices } from '../feedback.js';
/** The matrices of all points, given or drawn. Throws: RangeError when given ones do not fit. */
export function directMatrices(rule, { points, outputs }, options) {
    const matrices = options.matrices ?? feedbackMatrices(points, outputs, options);
    if (matrices.length !== points.length) {
        throw new RangeError(`${rule}: matrices must be ${points.length}, one per point, got ${matrices.length}`);
    }
    for (const [index, point] of points.entries()) {
        const { shape } = matrices[index];
        if (shape.length !== 2 || shape[0] !== point.width || shape[1] !== outputs) {
            throw new RangeError(`${rule}: matrices[${index}] must have shape [${point.width}, ${outputs}] for ${point.name}, `
                + `got [${shape.join(', ')}]`);
        }
    }
    return matrices;
}
/** dh := F s for each sample, as rows: [B, n] = [B, K]·Fᵀ. */
export function deliverThrough(f, signal, kernels) {
    return {
        usesUpstream: false,
        deliver(_upstream, out) {
            timesTransposedInto(kernels, out, signal(), f);
            return out;
        },
    };
}
/** s := g(x), element by element into a planned buffer, for signals that are not the error itself. */
export function mapped(rule, kernels, g) {
    const buffers = planned(rule, kernels, (shape, space) => space.tensor(shape));
    return (x) => {
        const signal = buffers(x);
        for (let i = 0; i < signal.data.length; i++)
            signal.data[i] = g(x.data[i], x.shape[0]);
        return signal;
    };
}
