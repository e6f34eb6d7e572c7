// What layers remember from step to step beside their parameters: running statistics and counters. A checkpoint that
// holds parameters and these resumes with the same bits.
import { walk } from './layer.js';
/** True for layers that remember anything beside their parameters. */
export function isStateful(layer) {
    return Array.isArray(layer.state);
}
/** Everything a tree remembers beside its parameters, in forward order. */
export function stateOf(layer) {
    return walk(layer).flatMap((inner) => (isStateful(inner) ? inner.state : []));
}
/** A copy of `stateOf` in arrays of its own, for steps that may fail. Cost: one copy of each, no allocation. */
export function keptState(layer) {
    const live = stateOf(layer);
    const copies = live.map(({ data }) => data.slice());
    return {
        keep() {
            for (let i = 0; i < live.length; i++)
                copies[i].set(live[i].data);
        },
        putBack() {
            for (let i = 0; i < live.length; i++)
                live[i].data.set(copies[i]);
        },
    };
}
