// Adam and AdamW.
import { blockedKernels, checkPositiveFloat32 } from '../../tensor/index.js';
import { checkDecay, checkFractionFloat32 } from './check.js';
import { checkRate, rateAt } from './schedule.js';
import { optimizerState } from './state.js';
/**
 * m ← β₁·m + (1 − β₁)·d; v ← β₂·v + (1 − β₂)·d²; w ← w − η·m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), t ≥ 1.
 * Equation: kingma2015 algorithm 1; d = dw + λ·w with a coupled decay λ. Order: `adamInto`.
 * Cost: two buffers per parameter. Throws: RangeError for β outside [0, 1), ε not positive, negative decays,
 * all of them as float32, which is what the kernels take.
 */
export function adam(options = {}) {
    return build('adam', 'adam', options, 0);
}
/** Adam with w ← (1 − η·λ′)·w − …, λ′ = 0.01 unless given. Equation: loshchilov2019 algorithm 2. Throws: as `adam`. */
export function adamW(options = {}) {
    return build('adamW', 'adam-w', options, 0.01);
}
function build(where, name, options, defaultDecay) {
    const { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, coupledDecay = 0, decoupledDecay = defaultDecay, decays = () => true, kernels = blockedKernels } = options;
    checkRate(where, rate);
    checkFractionFloat32(where, 'beta1', beta1);
    checkFractionFloat32(where, 'beta2', beta2);
    checkPositiveFloat32(where, 'epsilon', epsilon);
    // What the first step is scaled by.
    if (typeof rate === 'number')
        checkPositiveFloat32(where, 'rate/(1 − beta1)', rate / (1 - beta1));
    checkDecay(where, 'coupledDecay', coupledDecay);
    checkDecay(where, 'decoupledDecay', decoupledDecay);
    const memory = optimizerState(where, ['mean', 'square'], kernels);
    const fixed = { rate: 0, beta1, beta2, epsilon, correction1: 0, correction2: 0 };
    const decaying = { ...fixed, coupledDecay, decoupledDecay };
    const plain = { ...fixed, coupledDecay: 0, decoupledDecay: 0 };
    // β₁ᵗ and β₂ᵗ as running products.
    let power1 = 1;
    let power2 = 1;
    return {
        name,
        get steps() {
            return memory.steps;
        },
        get rate() {
            return rateAt(where, rate, memory.steps);
        },
        prepare: memory.prepare,
        step(parameters) {
            decaying.rate = plain.rate = rateAt(where, rate, memory.steps);
            power1 *= beta1;
            power2 *= beta2;
            decaying.correction1 = plain.correction1 = 1 - power1;
            decaying.correction2 = plain.correction2 = 1 - power2;
            for (let i = 0; i < parameters.length; i++) {
                const parameter = parameters[i];
                const [mean, square] = memory.buffersOf(parameter);
                const step = decays(parameter) ? decaying : plain;
                kernels.elementwise.adamInto(parameter.value.data, mean, square, parameter.gradient.data, step);
            }
            memory.steps++;
        },
        state: memory.state,
        restore(steps, state) {
            memory.restore(steps, state);
            power1 = powerAfter(beta1, steps);
            power2 = powerAfter(beta2, steps);
        },
    };
}
/**
 * βᵗ as `steps` products one after another, with the bits of a run without a stop, until 1 − βᵗ is 1 and stays so:
 * after 37/(1 − β) products, however many steps there were.
 */
function powerAfter(beta, steps) {
    let power = 1;
    for (let t = 0; t < steps && 1 - power !== 1; t++)
        power *= beta;
    return power;
}
