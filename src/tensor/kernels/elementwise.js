// One record of everything that is not a product, in TypeScript and in vector instructions. Both have the same bits, so
// that a caller may use either for any array: the definitions are those of the TypeScript functions.
import { scalarArithmetic, vectorArithmetic } from './arithmetic.js';
import { scalarFunctions, vectorFunctions } from './functions.js';
import { scalarMaxima, vectorMaxima } from './maxima.js';
import { operandsIn } from './operands.js';
import { scalarPatches, vectorPatches } from './patches.js';
import { scalarReductions, vectorReductions } from './reductions.js';
import { scalarSoftmax, vectorSoftmax } from './softmax.js';
import { scalarUpdates, vectorUpdates } from './updates.js';
/** The definitions: TypeScript, for any runtime. */
export const scalarElementwise = /* @__PURE__ */ allScalar();
// A function, because bundlers keep an object that is spread at top level even where nothing uses it.
function allScalar() {
    return {
        ...scalarArithmetic,
        ...scalarFunctions,
        ...scalarReductions,
        ...scalarSoftmax,
        ...scalarUpdates,
        ...scalarPatches,
        ...scalarMaxima,
    };
}
/**
 * The same functions on the exports of `emitElementwise`. A call goes to the scalar function whenever an operand is
 * elsewhere, is not a Float32Array, has another length, or overlaps a written one without being the same elements; so
 * every error is that function's own, and nothing is written before it. Cost: no allocation; one look-up per operand.
 * Patches need `scratch` space too; without it they are left to the scalar functions.
 */
export function vectorElementwise(wasm, addressOf, scratch = () => -1) {
    const operands = operandsIn(addressOf, scratch);
    return {
        ...vectorArithmetic(wasm, operands),
        ...vectorFunctions(wasm, operands),
        ...vectorReductions(wasm, operands),
        ...vectorSoftmax(wasm, operands),
        ...vectorUpdates(wasm, operands),
        ...vectorPatches(wasm, operands),
        ...vectorMaxima(wasm, operands),
    };
}
