// All element-wise kernels, reductions and image kernels of this directory in one module.
import { emitArithmetic } from './arithmetic.js';
import { emitPartialAccess } from './frame.js';
import { emitFunctions } from './functions.js';
import { emitMaxima } from './maxima.js';
import { emitPatches } from './patches.js';
import { emitReductions } from './reductions.js';
import { emitSoftmax } from './softmax.js';
import { emitUpdates } from './updates.js';
/** Adds every function of `ElementwiseExports` to a module. */
export function emitElementwise(asm) {
    const partial = emitPartialAccess(asm);
    emitArithmetic(asm, partial);
    emitFunctions(asm, partial);
    emitReductions(asm, partial);
    emitSoftmax(asm, partial);
    emitUpdates(asm, partial);
    emitPatches(asm, partial);
    emitMaxima(asm);
}
