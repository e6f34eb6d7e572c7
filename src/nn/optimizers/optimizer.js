// From gradients to new values.
import { blockedKernels } from '../../tensor/index.js';
import { checkRate, rateAt } from './schedule.js';
import { noState } from './state.js';
/**
 * Stochastic gradient descent: w ← w − η·dw, in float32 arithmetic (η, the product and the difference each rounded).
 * Equation: theory (1.6).
 * Throws: RangeError for a rate that is not positive; at the step, for a schedule that gives a negative one.
 */
export function sgd(rate, kernels = blockedKernels) {
    checkRate('sgd', rate);
    const counter = noState('sgd');
    return {
        name: 'sgd',
        get steps() {
            return counter.steps;
        },
        get rate() {
            return rateAt('sgd', rate, counter.steps);
        },
        prepare() { },
        step(parameters) {
            const eta = rateAt('sgd', rate, counter.steps);
            for (let i = 0; i < parameters.length; i++) {
                const { value, gradient } = parameters[i];
                kernels.elementwise.addScaledInto(value.data, value.data, -eta, gradient.data);
            }
            counter.steps++;
        },
        state: counter.state,
        restore: counter.restore,
    };
}
