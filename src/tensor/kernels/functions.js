// exp, tanh, the logistic function and erf, element by element, in TypeScript and in vector instructions.
import { erfActivationBackwardInto, erfActivationInto, sigmoidBackwardInto, tanhBackwardInto } from '../activations.js';
import { erfInto, expInto, sigmoidInto, tanhInto } from '../functions/into.js';
/** The definitions. */
export const scalarFunctions = {
    expInto,
    tanhInto,
    tanhBackwardInto,
    sigmoidInto,
    sigmoidBackwardInto,
    erfInto,
    erfActivationInto,
    erfActivationBackwardInto,
};
/** The same functions on the exports of `emitFunctions`. */
export function vectorFunctions(wasm, { binary, unary }) {
    return {
        expInto: unary(expInto, wasm.exp),
        tanhInto: unary(tanhInto, wasm.tanh),
        tanhBackwardInto: binary(tanhBackwardInto, wasm.tanhBackward),
        sigmoidInto: unary(sigmoidInto, wasm.sigmoid),
        sigmoidBackwardInto: binary(sigmoidBackwardInto, wasm.sigmoidBackward),
        erfInto: unary(erfInto, wasm.erf),
        erfActivationInto: unary(erfActivationInto, wasm.erfActivation),
        erfActivationBackwardInto: binary(erfActivationBackwardInto, wasm.erfActivationBackward),
    };
}
