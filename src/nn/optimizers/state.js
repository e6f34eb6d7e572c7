// What an optimizer remembers between steps, in a form that a checkpoint can hold.
import { checkSize } from '../../tensor/index.js';
import { restoreArrays } from '../named-array.js';
/** Zero buffers named `<parameter>/<kind>`, in the memory of the kernels. */
export function optimizerState(optimizer, kinds, kernels) {
    const buffers = new Map();
    const named = () => [...buffers].flatMap(([{ name }, arrays]) => kinds.map((kind, index) => ({ name: `${name}/${kind}`, data: arrays[index] })));
    const self = {
        steps: 0,
        buffersOf(parameter) {
            let found = buffers.get(parameter);
            if (found === undefined) {
                found = kinds.map(() => kernels.allocate(parameter.value.data.length));
                buffers.set(parameter, found);
            }
            return found;
        },
        prepare(parameters) {
            for (const parameter of buffers.keys())
                if (!parameters.includes(parameter))
                    buffers.delete(parameter);
            for (const parameter of parameters)
                self.buffersOf(parameter);
        },
        state: named,
        restore(steps, state) {
            checkSize(`${optimizer}.restore`, 'steps', steps);
            restoreArrays(`${optimizer}.restore`, named(), state);
            self.steps = steps;
        },
    };
    return self;
}
/** The state of an optimizer that remembers nothing but its step. */
export function noState(optimizer) {
    const self = {
        steps: 0,
        state: () => [],
        restore(steps, state) {
            checkSize(`${optimizer}.restore`, 'steps', steps);
            restoreArrays(`${optimizer}.restore`, [], state);
            self.steps = steps;
        },
    };
    return self;
}
