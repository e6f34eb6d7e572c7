// Maxima of windows, in TypeScript and in vector instructions.
import { checkMaxima, windowMaximaInto } from '../maxima.js';
import { overlap } from './operands.js';
/** The definition. */
export const scalarMaxima = { windowMaximaInto };
/**
 * The same function on the export of `emitMaxima`. Checks are those of the scalar function, which also does what is
 * elsewhere, overlaps or is narrower than a vector.
 */
export function vectorMaxima(wasm, { addressOf, locate }) {
    return {
        windowMaximaInto(y, winners, x, batch, g) {
            checkMaxima(y, winners, x, batch, g);
            const { channels, height, width, window, stride, outputHeight, outputWidth } = g;
            const atY = locate(y), atX = locate(x);
            // An address does not depend on what the four bytes of an element mean.
            const atWinners = winners instanceof Int32Array ? addressOf(winners) : -1;
            if (atY < 0 || atWinners < 0 || atX < 0 || outputWidth < 4 || overlap(atY, y.length, atX, x.length)
                || overlap(atY, y.length, atWinners, y.length) || overlap(atX, x.length, atWinners, y.length)) {
                return windowMaximaInto(y, winners, x, batch, g);
            }
            wasm.windowMaxima(atY, atWinners, atX, batch * channels, height, width, window[0], window[1], stride[0], stride[1], outputHeight, outputWidth);
            return y;
        },
    };
}
