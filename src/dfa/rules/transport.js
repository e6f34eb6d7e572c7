// Random matrices R in the shape of a layer's weight.
import { choose, normalInto, randomOrthogonal, randomStream, tensor, uniformInto } from '../../tensor/index.js';
import { FEEDBACK_DRAWS } from '../feedback.js';
/** I, the terms of one output's sum: the weight is [O, …] with I numbers per output. */
export function fanIn({ weight: { value } }) {
    return value.data.length / value.shape[0];
}
/** The stream of a layer's transport. */
export function transportStream(seed, layer) {
    return randomStream(seed, `feedback/${layer.name}/transport`);
}
/** R of one layer, drawn from `transportStream`. Shapes: the weight's. Throws: RangeError for a kind that is unknown or shaped. */
export function randomTransport(rule, layer, options = {}) {
    const { kind = 'gaussian', seed = 0 } = options;
    const fill = choose(rule, 'kind', kind, FILLS);
    const { shape } = layer.weight.value;
    const outputs = shape[0];
    const inputs = fanIn(layer);
    const data = new Float32Array(outputs * inputs);
    fill(data, transportStream(seed, layer), inputs, outputs, options);
    return tensor(shape, data);
}
const FILLS = {
    gaussian: (r, stream, inputs) => normalInto(r, stream, 1 / Math.sqrt(inputs)),
    uniform: (r, stream, inputs) => uniformInto(r, stream, -1 / Math.sqrt(inputs), 1 / Math.sqrt(inputs)),
    orthogonal: (r, stream, inputs, outputs) => r.set(randomOrthogonal(stream, outputs, inputs).data),
    sparse: /* @__PURE__ */ fillTransposed('sparse'),
    'low-rank': /* @__PURE__ */ fillTransposed('low-rank'),
};
/** Rows of the drawn matrix are the units that the error reaches: the inputs. */
function fillTransposed(kind) {
    const draw = FEEDBACK_DRAWS[kind];
    return (r, stream, inputs, outputs, options) => {
        const rows = draw(inputs, outputs, stream, options);
        const scale = 1 / Math.sqrt(inputs);
        for (let at = 0; at < r.length; at++)
            r[at] = scale * rows[(at % inputs) * outputs + Math.floor(at / inputs)];
    };
}
