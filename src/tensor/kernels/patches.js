// Patches of feature maps and the exchange of axes, in TypeScript and in vector instructions.
import { checkPatches, checkSwapLeading, gatherPatchesInto, scatterPatchesInto, swapLeadingInto } from '../patches.js';
import { planeBytes } from '../wasm/patches.js';
import { overlap } from './operands.js';
/** The definitions. */
export const scalarPatches = { gatherPatchesInto, scatterPatchesInto, swapLeadingInto };
/**
 * The same functions on the exports of `emitPatches`. Checks are those of the scalar functions, which also do what is
 * elsewhere, overlaps or finds no scratch space.
 */
export function vectorPatches(wasm, { locate, scratch }) {
    /** Calls `kernel`; false where an operand is elsewhere, they overlap, or there is no scratch space. */
    const onPlanes = (kernel, patches, image, batch, { channels, height, width, window, stride, padding, outputHeight, outputWidth }) => {
        const atPatches = locate(patches), atImage = locate(image);
        if (atPatches < 0 || atImage < 0 || overlap(atPatches, patches.length, atImage, image.length))
            return false;
        const plane = scratch(planeBytes(height + 2 * padding[0], width + 2 * padding[1]));
        if (plane < 0)
            return false;
        kernel(atPatches, atImage, batch, channels, height, width, window[0], window[1], stride[0], stride[1], padding[0], padding[1], outputHeight, outputWidth, plane);
        return true;
    };
    return {
        gatherPatchesInto(patches, input, batch, g) {
            checkPatches('gatherPatchesInto', patches, 'input', input, batch, g);
            if (onPlanes(wasm.gatherPatches, patches, input, batch, g))
                return patches;
            return gatherPatchesInto(patches, input, batch, g);
        },
        scatterPatchesInto(inputGradient, patches, batch, g) {
            checkPatches('scatterPatchesInto', patches, 'inputGradient', inputGradient, batch, g);
            if (onPlanes(wasm.scatterPatches, patches, inputGradient, batch, g))
                return inputGradient;
            return scatterPatchesInto(inputGradient, patches, batch, g);
        },
        swapLeadingInto(out, x, n, m, inner) {
            checkSwapLeading(out, x, n, m, inner);
            const atOut = locate(out), atX = locate(x);
            if (atOut < 0 || atX < 0 || overlap(atOut, out.length, atX, x.length))
                return swapLeadingInto(out, x, n, m, inner);
            wasm.swapLeading(atOut, atX, n, m, inner);
            return out;
        },
    };
}
