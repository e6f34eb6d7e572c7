// Losses and the error e = ∂𝓛/∂a that they send into a network's output.
import { blockedKernels, checkSameShape, choose, show } from '../tensor/index.js';
function check(where, error, output, target) {
    if (output.shape.length !== 2) {
        throw new RangeError(`${where}: output must have shape [B, K], got ${show(output.shape)}`);
    }
    checkSameShape(where, 'target', target, 'output', output);
    checkSameShape(where, 'error', error, 'output', output);
}
const IS_MEAN = { sum: false, mean: true };
/** 𝓛 = ½ Σ (y − t)², e = y − t; both divided by B for the mean. Equation: theory (1.2). */
export function squaredError(reduction = 'mean') {
    const isMean = choose('squaredError', 'reduction', reduction, IS_MEAN);
    return {
        name: 'squared-error',
        reduction,
        evaluateInto(error, output, target) {
            check('squaredError', error, output, target);
            const scale = isMean ? 1 / output.shape[0] : 1;
            const e = error.data;
            const y = output.data;
            const t = target.data;
            let total = 0;
            for (let i = 0; i < e.length; i++) {
                const difference = y[i] - t[i];
                total += difference * difference;
                e[i] = scale * difference;
            }
            return 0.5 * scale * total;
        },
    };
}
/**
 * 𝓛 = −Σ_k t_k log p_k with p = softmax(y), e = p·Σt − t; both divided by B for the mean.
 * Equation: theory (1.3). Shapes: targets [B, K] of weights ≥ 0, one-hot for classification. Units: nats.
 * Why: the largest output is subtracted first, so that no exponential overflows.
 */
export function crossEntropy(reduction = 'mean', kernels = blockedKernels) {
    const isMean = choose('crossEntropy', 'reduction', reduction, IS_MEAN);
    return {
        name: 'cross-entropy',
        reduction,
        evaluateInto(error, output, target) {
            check('crossEntropy', error, output, target);
            const [batch, classes] = output.shape;
            const scale = isMean ? 1 / batch : 1;
            return kernels.elementwise.crossEntropyInto(error.data, output.data, target.data, batch, classes, scale);
        },
    };
}
/** Number of rows of `output` whose largest element stands where that of `target` does; the first wins a tie. */
export function countCorrect(output, target) {
    checkSameShape('countCorrect', 'target', target, 'output', output);
    const [batch, classes] = output.shape;
    let correct = 0;
    for (let i = 0; i < batch; i++) {
        if (argmax(output.data, i * classes, classes) === argmax(target.data, i * classes, classes))
            correct++;
    }
    return correct;
}
function argmax(x, from, length) {
    let best = 0;
    for (let j = 1; j < length; j++)
        if (x[from + j] > x[from + best])
            best = j;
    return best;
}
