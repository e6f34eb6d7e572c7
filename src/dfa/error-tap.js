// Where the error that direct rules broadcast is read.
import { checkSize, show } from '../tensor/index.js';
/**
 * h ↦ h; dh ↦ dh =: e. Everything above the last feedback point is trained with the exact gradient. A tap below the last
 * dense layer says how wide e is there: that layer's weight then takes part in what is broadcast, e = Wᵀ ∂𝓛/∂output.
 * Throws: RangeError, TypeError for a width below 1, and RangeError for an input of another width.
 */
export function errorTap(name, width) {
    if (width !== undefined)
        checkSize(`errorTap ${name}`, 'width', width, 1);
    let error;
    const outputShape = (inputShape) => {
        if (width === undefined || (inputShape.length === 2 && inputShape[1] === width))
            return inputShape;
        throw new RangeError(`errorTap ${name}: input must have shape [B, ${width}], got ${show(inputShape)}`);
    };
    return {
        kind: 'error-tap',
        name,
        width,
        target: undefined,
        get error() {
            return error;
        },
        parameters: [],
        children: [],
        usesOutputGradient: true,
        outputShape,
        forward(h) {
            outputShape(h.shape);
            return h;
        },
        backward(outputGradient, wantInput) {
            error = outputGradient;
            return wantInput ? outputGradient : undefined;
        },
    };
}
/** True for layers made by `errorTap`. */
export function isErrorTap(layer) {
    return layer.kind === 'error-tap';
}
