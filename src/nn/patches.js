// How a window moves over feature maps: sizes as options give them, and what follows from them.
import { checkSize, show } from '../tensor/index.js';
/** [vertical, horizontal] of an option. Throws: TypeError, RangeError unless both are whole numbers ≥ `least`. */
export function pairOf(where, name, value, least) {
    if (!Array.isArray(value)) {
        const size = checkSize(where, name, value, least);
        return [size, size];
    }
    if (value.length !== 2)
        throw new RangeError(`${where}: ${name} must be one size or two, got ${show(value)}`);
    return [checkSize(where, `${name}[0]`, value[0], least), checkSize(where, `${name}[1]`, value[1], least)];
}
/**
 * H' = ⌊(H + 2·padding − window) / stride⌋ + 1, and W' alike, for an input [B, C, H, W].
 * Throws: RangeError when the input is not of four axes, has other channels, or is smaller than the window.
 */
export function patchGeometry(where, shape, channels, window, stride, padding) {
    if (shape.length !== 4 || (channels !== undefined && shape[1] !== channels)) {
        throw new RangeError(`${where}: input must have shape [B, ${channels ?? 'C'}, H, W], got ${show(shape)}`);
    }
    const height = shape[2], width = shape[3];
    if (height + 2 * padding[0] < window[0] || width + 2 * padding[1] < window[1]) {
        throw new RangeError(`${where}: input with its padding must be at least as large as the window ${show(window)}, `
            + `got ${show(shape)} with padding ${show(padding)}`);
    }
    return {
        channels: shape[1],
        height,
        width,
        window,
        stride,
        padding,
        outputHeight: Math.floor((height + 2 * padding[0] - window[0]) / stride[0]) + 1,
        outputWidth: Math.floor((width + 2 * padding[1] - window[1]) / stride[1]) + 1,
    };
}
