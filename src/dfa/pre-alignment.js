// Initial weights whose exact signals agree with the feedback that is there.
import { frobenius, matrix, maxAbs, multiply, pseudoInverse, scaled, transpose } from '../tensor/index.js';
import { inMode, isDense } from '../nn/index.js';
import { exactly } from './exact-pass.js';
import { isFeedbackPoint } from './feedback-point.js';
import { partsOf } from './rules/rule.js';
/**
 * W_{l+1}ᵀ := D_l Q_{l+1}⁺/‖D_l Q_{l+1}⁺‖ from the last layer to the second, D_l what point l delivers and Q_{l+1} the
 * exact ∂𝓛/∂a_{l+1}, samples as columns. W_1 and all biases stay; after each layer the forward pass is made again, for
 * the layers above have changed; evaluation mode. Equation: theory (8.13), (8.14).
 * The network must hold its installed rule. Cost: per layer two backward passes and an SVD [n_{l+1}, B] in float64.
 * Throws: Error when the layer above a point is not dense, or two points have one layer between them; nothing has
 * changed then. RangeError where a signal vanishes.
 */
export function preAlign(network, loss, { input, target }) {
    const parts = partsOf(network);
    const steps = [...layersAbovePoints(parts)].reverse();
    inMode(network, false, () => {
        for (const { point, layer } of steps)
            alignLayer(network, parts, loss, { input, target }, point, layer);
    });
}
/** The dense layer directly above each point, from the first to the last. Throws: as `preAlign`. */
export function layersAbovePoints({ order, points }) {
    return points.map((point) => {
        const layer = order[order.indexOf(point) + 1];
        if (layer !== undefined && isDense(layer))
            return { point, layer };
        const got = layer === undefined ? 'nothing' : isFeedbackPoint(layer) ? 'a point' : layer.name;
        throw new Error(`preAlign: the layer above ${point.name} must be dense, got ${got}`);
    });
}
function alignLayer(network, parts, loss, { input, target }, point, layer) {
    if (parts.tap !== undefined)
        parts.tap.target = target;
    const output = network.forward(input);
    const error = { shape: output.shape, data: new Float32Array(output.data.length) };
    loss.evaluateInto(error, output, target);
    network.backward(error, false);
    const delivered = columns(point.delivered, point.name);
    exactly(parts, () => network.backward(error, false));
    const exact = columns(layer.outputGradient, layer.name);
    const ascent = multiply(delivered, pseudoInverse(exact, ROUNDING * frobenius(exact)));
    if (maxAbs(ascent) === 0)
        throw new RangeError(`preAlign: the signal at ${point.name} must not vanish`);
    layer.weight.value.data.set(transpose(scaled(1 / frobenius(ascent), ascent)).data);
}
/** Relative to |Q|: signals are float32, and what is smaller than their rounding has no direction of its own. */
const ROUNDING = 2.384185791015625e-7; // 2^−22
/** Samples as columns, in float64. Shapes: [B, …] → [n, B]. */
function columns(signal, name) {
    if (signal === undefined)
        throw new Error(`preAlign: ${name} must have a signal, got none`);
    const batch = signal.shape[0];
    return transpose(matrix(batch, signal.data.length / batch, Float64Array.from(signal.data)));
}
