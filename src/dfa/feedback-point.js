// Where a learning rule takes hold: an identity layer whose backward pass is the rule's business.
import { blockedKernels, checkSize, show } from '../tensor/index.js';
import { planned } from '../nn/index.js';
/** Backpropagation's delivery: dh := dh, the upstream gradient itself. */
export const passOn = {
    usesUpstream: true,
    deliver(upstream) {
        if (upstream === undefined)
            throw new Error('passOn: upstream must be given, got undefined');
        return upstream;
    },
};
/** The frozen control's delivery: dh := 0. */
export const deliverNothing = {
    usesUpstream: false,
    usesError: false,
    deliver(_upstream, out) {
        out.data.fill(0);
        return out;
    },
};
/**
 * h ↦ h, with a place for the learning rule. Shapes: [B, …] with `features` numbers per sample, or [B, ...features].
 * Throws: RangeError, TypeError for an axis below 1, and for an input that has not the shape given.
 */
export function feedbackPoint(name, features, kernels = blockedKernels) {
    const given = typeof features === 'number' ? undefined : features;
    given?.forEach((size, axis) => checkSize(`feedbackPoint ${name}`, `features[${axis}]`, size, 1));
    const width = given === undefined ? features : given.reduce((size, axis) => size * axis, 1);
    const outputShape = (inputShape) => {
        const fits = given === undefined
            || (inputShape.length === given.length + 1 && given.every((size, axis) => size === inputShape[axis + 1]));
        if (fits)
            return inputShape;
        const wanted = `[B, ${given.join(', ')}]`;
        throw new RangeError(`feedbackPoint ${name}: input must have shape ${wanted}, got ${show(inputShape)}`);
    };
    let activation;
    let delivered;
    const buffers = planned(`feedbackPoint ${name}`, kernels, (shape, space) => space.tensor(shape));
    const point = {
        kind: 'feedback-point',
        name,
        width,
        shape: given ?? [width],
        delivery: passOn,
        transparent: false,
        get activation() {
            return activation;
        },
        get delivered() {
            return delivered;
        },
        parameters: [],
        children: [],
        get usesOutputGradient() {
            return point.transparent || point.delivery.usesUpstream;
        },
        outputShape,
        forward(h) {
            outputShape(h.shape);
            activation = h;
            return h;
        },
        backward(upstream, wantInput) {
            if (!wantInput) {
                delivered = undefined;
                return undefined;
            }
            if (activation === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const delivery = point.transparent ? passOn : point.delivery;
            delivered = delivery.deliver(upstream, buffers(activation));
            return delivered;
        },
    };
    return point;
}
/** True for layers made by `feedbackPoint`. */
export function isFeedbackPoint(layer) {
    return layer.kind === 'feedback-point';
}
