// Weight normalization after steps.
/** 2¹⁰⁰: factors beyond it, or below its inverse, are applied in parts, since they may be beyond float32. */
const PART = 1.2676506002282294e30;
/**
 * W ← W·|W₀|/|W| per layer, |·| the Frobenius norm. Equation: theory (5.16); moskovitz2018.
 * Order: `dot` in float64, where squares of float32 numbers cannot leave the range; the factor rounded to float32 once.
 * Throws: `record`, a RangeError for a norm beyond float32.
 * Why: recorded at the first step, not when the trainer is made, because weights are often set in between.
 */
export function weightNorms(layers, kernels) {
    const state = layers.map(({ weight }) => ({ name: weight.name, data: new Float32Array(1) }));
    const normOf = (layer) => {
        const { data } = layer.weight.value;
        return Math.sqrt(kernels.elementwise.dot(data, data));
    };
    return {
        state,
        record() {
            for (let l = 0; l < layers.length; l++) {
                if (state[l].data[0] !== 0)
                    continue;
                const norm = normOf(layers[l]);
                if (Math.fround(norm) === Infinity) {
                    throw new RangeError(`weightNorms: ${state[l].name} must have a norm within float32, got ${norm}`);
                }
                state[l].data[0] = norm;
            }
        },
        constrain() {
            for (let l = 0; l < layers.length; l++) {
                const { data } = layers[l].weight.value;
                const norm = normOf(layers[l]);
                if (!(norm > 0 && state[l].data[0] > 0))
                    continue;
                let factor = state[l].data[0] / norm;
                for (; factor > PART && factor < Infinity; factor /= PART)
                    kernels.elementwise.scaleInto(data, PART, data);
                for (; factor < 1 / PART && factor > 0; factor *= PART)
                    kernels.elementwise.scaleInto(data, 1 / PART, data);
                kernels.elementwise.scaleInto(data, factor, data);
            }
        },
    };
}
