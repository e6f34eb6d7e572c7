// Gradient descent with momentum and weight decay.
import { blockedKernels } from '../../tensor/index.js';
import { checkDecay, checkFractionFloat32 } from './check.js';
import { checkRate, rateAt } from './schedule.js';
import { optimizerState } from './state.js';
/**
 * d = dw + λ·w; v ← μ·v + d; w ← (1 − η·λ′)·w − η·u, u = v or, under Nesterov, d + μ·v; v starts at 0.
 * Order: `momentumInto`. Cost: one buffer per parameter.
 * Throws: RangeError for μ outside [0, 1) and negative decays, as float32.
 */
export function momentumSgd(options) {
    const { rate, momentum = 0.9, nesterov = false, coupledDecay = 0, decoupledDecay = 0, decays = () => true, kernels = blockedKernels } = options;
    checkRate('momentumSgd', rate);
    checkFractionFloat32('momentumSgd', 'momentum', momentum);
    checkDecay('momentumSgd', 'coupledDecay', coupledDecay);
    checkDecay('momentumSgd', 'decoupledDecay', decoupledDecay);
    const memory = optimizerState('momentumSgd', ['velocity'], kernels);
    // Two records, filled anew at each step: nothing is allocated.
    const decaying = { rate: 0, momentum, nesterov, coupledDecay, decoupledDecay };
    const plain = { rate: 0, momentum, nesterov, coupledDecay: 0, decoupledDecay: 0 };
    return {
        name: 'momentum-sgd',
        get steps() {
            return memory.steps;
        },
        get rate() {
            return rateAt('momentumSgd', rate, memory.steps);
        },
        prepare: memory.prepare,
        step(parameters) {
            decaying.rate = plain.rate = rateAt('momentumSgd', rate, memory.steps);
            for (let i = 0; i < parameters.length; i++) {
                const parameter = parameters[i];
                const [velocity] = memory.buffersOf(parameter);
                const step = decays(parameter) ? decaying : plain;
                kernels.elementwise.momentumInto(parameter.value.data, velocity, parameter.gradient.data, step);
            }
            memory.steps++;
        },
        state: memory.state,
        restore: memory.restore,
    };
}
