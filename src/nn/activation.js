// Element-wise non-linearities h = g(a). Each is one row of a table: its value, and its derivative in terms of the
// quantity that is cheapest to keep (the output for tanh and sigmoid, the input for the others).
import { absoluteBackwardInto, absoluteInto, bumpBackwardInto, bumpInto, eluBackwardInto, eluInto } from '../tensor/activations.js';
import { blockedKernels, checkFinite, choose } from '../tensor/index.js';
import { planned, required } from './planned.js';
/** The table: name → g and g′. */
export const ACTIVATIONS = {
    /** g(a) = a, g′ = 1. */
    linear: { apply: (k, h, a) => k.copyInto(h, a), derive: (k, da, dh) => k.copyInto(da, dh) },
    /** g(a) = tanh a, g′ = 1 − h². */
    tanh: { apply: (k, h, a) => k.tanhInto(h, a), derive: (k, da, dh, _a, h) => k.tanhBackwardInto(da, dh, h) },
    /** g(a) = max(a, 0) with −0 ↦ +0 and NaN ↦ NaN, g′ = [a > 0]. */
    relu: { apply: (k, h, a) => k.reluInto(h, a), derive: (k, da, dh, _a, h) => k.reluBackwardInto(da, dh, h) },
    /** g(a) = a for a > 0, else s·a; g′ = 1 or s; s = 0.01 unless the layer has a slope of its own. */
    'leaky-relu': /* @__PURE__ */ leakyRelu(),
    /** g(a) = 1/(1 + e⁻ᵃ), g′ = h(1 − h). */
    sigmoid: { apply: (k, h, a) => k.sigmoidInto(h, a), derive: (k, da, dh, _a, h) => k.sigmoidBackwardInto(da, dh, h) },
    /** g(a) = erf(a/√2), g′ = √(2/π)·e^(−a²/2). Equation: theory (3.1). */
    erf: {
        apply: (k, h, a) => k.erfActivationInto(h, a),
        derive: (k, da, dh, a) => k.erfActivationBackwardInto(da, dh, a),
    },
    /** g(a) = a for a > 0, else eᵃ − 1; g′ = 1 or h + 1. */
    elu: { apply: (_k, h, a) => eluInto(h, a), derive: (_k, da, dh, _a, h) => eluBackwardInto(da, dh, h) },
    /** g(a) = |a|, g′ = sign a. Even: theory (8.9). */
    absolute: { apply: (_k, h, a) => absoluteInto(h, a), derive: (_k, da, dh, a) => absoluteBackwardInto(da, dh, a) },
    /** g(a) = e^(−a²/2), g′ = −a·e^(−a²/2). Even. */
    bump: { apply: (_k, h, a) => bumpInto(h, a), derive: (_k, da, dh, a) => bumpBackwardInto(da, dh, a) },
};
/** g(a) = a for a > 0, else s·a; that of the kernels unless given. */
function leakyRelu(slope) {
    return {
        apply: (k, h, a) => k.leakyReluInto(h, a, slope),
        derive: (k, da, dh, a) => k.leakyReluBackwardInto(da, dh, a, slope),
    };
}
/** Kinds whose slope can be chosen. */
const SLOPED = {
    'leaky-relu': leakyRelu,
};
/** The function of a kind, at the slope if one is given. */
function functionOf(kind, slope) {
    const usual = choose('activation', 'kind', kind, ACTIVATIONS);
    if (slope === undefined)
        return usual;
    const sloped = SLOPED[kind];
    if (sloped === undefined)
        throw new RangeError(`activation: slope must be left out for ${kind}, got ${slope}`);
    return sloped(Math.fround(checkFinite('activation', 'slope', slope)));
}
/**
 * h = g(a), element-wise. Shapes: any, first axis the batch. Gradients: da = dh ⊙ g′(a), theory (1.4).
 * Throws: RangeError for an unknown kind, listing the known ones, and for a slope where there is none to choose.
 */
export function activation({ name, kind, slope, kernels = blockedKernels }) {
    const { apply, derive } = functionOf(kind, slope);
    const buffers = planned(`activation ${name}`, kernels, (shape, space) => ({ output: space.tensor(shape), inputGradient: space.tensor(shape) }));
    let input;
    return {
        name,
        parameters: [],
        children: [],
        usesOutputGradient: true,
        outputShape: (inputShape) => inputShape,
        forward(a) {
            const { output } = buffers(a);
            input = a;
            apply(kernels.elementwise, output.data, a.data);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            if (!wantInput)
                return undefined;
            const { output, inputGradient } = buffers(input);
            derive(kernels.elementwise, inputGradient.data, required(name, outputGradient, input.shape).data, input.data, output.data);
            return inputGradient;
        },
    };
}
