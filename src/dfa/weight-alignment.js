// The fourth measure: how far weights have turned towards the feedback.
import { cosine, matmul } from '../tensor/index.js';
import { isDense, walk } from '../nn/index.js';
import { isErrorTap } from './error-tap.js';
import { isFeedbackPoint } from './feedback-point.js';
import { isCarrier } from './rules/rule.js';
/**
 * F_l F_{l−1}ᵀ for hidden layers, F_{L−1}ᵀ for the last. Shapes: like the weights.
 * Equation: theory (1.14). The first layer has no target. `feedback` holds F of each point in forward order.
 * A layer is there when it is dense, the only layer with a weight between two points (or the last point and the tap),
 * and takes and gives as many features as they have: no pooling lies between.
 */
export function weightTargets(network, feedback) {
    const found = [];
    let below;
    let between = [];
    let nextPoint = 0;
    const close = (above) => {
        const [layer] = between;
        if (below !== undefined && between.length === 1 && isDense(layer)) {
            const outputs = above === undefined ? below.shape[1] : above.shape[0];
            if (layer.inputs === below.shape[0] && layer.outputs === outputs) {
                const target = above === undefined ? transposed(below) : matmul(above, below, { transposeB: true }).data;
                found.push({ name: layer.name, weight: layer.weight.value.data, target });
            }
        }
        between = [];
    };
    for (const layer of walk(network)) {
        if (isCarrier(layer))
            between.push(layer);
        else if (isFeedbackPoint(layer)) {
            const f = feedback[nextPoint++];
            close(f);
            below = f;
        }
        else if (isErrorTap(layer))
            close(undefined);
    }
    return found;
}
/**
 * WA_l = cos∠(W_l, target) of each layer of `weightTargets`; NaN for a zero weight. All as one vector: `jointCosine` of
 * weights and targets. Equation: theory (1.14), (1.15).
 */
export function weightAlignment(network, feedback) {
    return weightTargets(network, feedback).map(({ name, weight, target }) => ({ name, cosine: cosine(weight, target) }));
}
/** WA_l = cos∠(W_l, R_l) of every layer with a transport R. Equation: theory (1.16). */
export function transportAlignment(network) {
    return walk(network).filter(isCarrier).flatMap(({ name, weight, transport }) => transport === undefined ? [] : [{ name, cosine: cosine(weight.value.data, transport.data) }]);
}
function transposed(a) {
    const [rows, columns] = a.shape;
    const out = new Float32Array(a.data.length);
    for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++)
            out[j * rows + i] = a.data[i * columns + j];
    return out;
}
