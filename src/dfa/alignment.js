// Measures of how well a rule's signals agree with the exact gradient, all cosines, all on one forward pass.
import { cosine, normalizingFactor } from '../tensor/index.js';
import { parametersOf } from '../nn/index.js';
import { partsOf } from './rules/rule.js';
/**
 * Compares the rule's backward pass with the exact one for the network's last forward pass and the error e = ∂𝓛/∂a_L.
 * What the points deliver is measured, in a network with transparent points, too: there the rule is installed only to
 * be compared. Afterwards points, transports and the parameters' gradients are the network's own again, whatever throws
 * in between. Equation: theory (1.8), (1.9), (1.11), (1.12), (1.13).
 * Shapes: error [B, K]. Order: every cosine as `cosine`; means over samples ascending.
 * Cost: two backward passes, three where a point is transparent, and a copy of the gradients.
 */
export function measureAlignment(network, error) {
    const { points, carriers } = partsOf(network);
    const parameters = parametersOf(network);
    const transports = carriers.map((layer) => layer.transport);
    const transparent = points.map((point) => point.transparent);
    let measured;
    try {
        for (const point of points)
            point.transparent = true;
        for (const layer of carriers)
            layer.transport = undefined;
        network.backward(error, false);
        const exactSignals = points.map((point) => copy(point.delivered));
        const exactErrors = carriers.map((layer) => copy(layer.outputGradient));
        const exactGradients = parameters.map(({ gradient }) => gradient.data.slice());
        for (const point of points)
            point.transparent = false;
        carriers.forEach((layer, index) => {
            layer.transport = transports[index];
        });
        network.backward(error, false);
        const gradients = parameters.map(({ gradient }) => gradient.data);
        const below = carriers.slice(0, -1);
        measured = {
            signal: points.map(({ name, delivered }, index) => ({
                name,
                cosines: rowCosines(delivered, exactSignals[index]),
            })),
            layerGradient: carriers.map((layer, index) => ({
                name: layer.name,
                samples: rowCosines(layer.outputGradient, exactErrors[index]),
                batch: layerCosine(layer, parameters, exactGradients),
            })),
            joined: joinedCosines(below.map(({ outputGradient }) => outputGradient), exactErrors.slice(0, -1), error.shape[0]),
            wholeGradient: jointCosine(gradients, exactGradients),
        };
    }
    finally {
        points.forEach((point, index) => {
            point.transparent = transparent[index];
        });
        carriers.forEach((layer, index) => {
            layer.transport = transports[index];
        });
    }
    if (transparent.includes(true))
        network.backward(error, false);
    return measured;
}
/** Cosine of each sample's rows of all pairs as one vector. Shapes: all with `batch` equal parts, sample by sample. */
function joinedCosines(x, y, batch) {
    const [first, second] = [[], []];
    x.forEach((own, index) => {
        const other = y[index];
        if (own === undefined || other === undefined)
            return;
        first.push(own);
        second.push(other);
    });
    return first.length === 0 ? rowCosines(undefined, undefined)
        : rowCosines(joinedRows(first, batch), joinedRows(second, batch));
}
/** The rows of all batches side by side. */
function joinedRows(parts, batch) {
    const width = parts.reduce((total, { data }) => total + data.length / batch, 0);
    const data = new Float32Array(batch * width);
    let at = 0;
    for (let row = 0; row < batch; row++) {
        for (const part of parts) {
            const own = part.data.length / batch;
            data.set(part.data.subarray(row * own, (row + 1) * own), at);
            at += own;
        }
    }
    return { shape: [batch, width], data };
}
function copy(a) {
    return a === undefined ? undefined : { shape: a.shape, data: a.data.slice() };
}
function layerCosine(layer, parameters, exact) {
    return jointCosine(layer.parameters.map(({ gradient }) => gradient.data), layer.parameters.map((parameter) => exact[parameters.indexOf(parameter)]));
}
function isZero(x, from, width, y) {
    const all = (data) => data.subarray(from, from + width).every((value) => value === 0);
    return all(x.data) || all(y.data);
}
/** cos∠ of two lists of arrays, each read as one long vector. */
export function jointCosine(x, y) {
    const size = x.reduce((total, part) => total + part.length, 0);
    const flat = (parts) => {
        const all = new Float32Array(size);
        let at = 0;
        for (const part of parts) {
            all.set(part, at);
            at += part.length;
        }
        return all;
    };
    return cosine(flat(x), flat(y));
}
/** Cosine of each row of two batches, with rows of zeros counted and left out. Shapes: both [B, …]. */
export function rowCosines(x, y) {
    if (x === undefined || y === undefined)
        return { mean: NaN, deviation: NaN, count: 0, zeros: 0 };
    const batch = x.shape[0];
    const width = x.data.length / batch;
    const cosines = [];
    let zeros = 0;
    for (let i = 0; i < batch; i++) {
        const from = i * width;
        const c = cosine(x.data.subarray(from, from + width), y.data.subarray(from, from + width));
        // Zero rows have no direction. A row that is not finite has been computed wrongly, and shows in the mean.
        if (c !== c && isZero(x, from, width, y))
            zeros++;
        else
            cosines.push(c);
    }
    return { ...meanAndDeviation(cosines), count: cosines.length, zeros };
}
/**
 * Mean and sample standard deviation (n − 1); NaN where undefined.
 * Accuracy: values and deviations are scaled by powers of two, so that no sum and no square leaves the range of float64.
 */
export function meanAndDeviation(values) {
    const n = values.length;
    const factor = factorOf(values);
    const unit = values.map((value) => factor * value);
    const mean = unit.reduce((total, value) => total + value, 0) / n;
    const differences = unit.map((value) => value - mean);
    const second = factorOf(differences);
    const squares = differences.reduce((total, d) => total + second * d * (second * d), 0);
    return { mean: n > 0 ? mean / factor : NaN, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) / second / factor : NaN };
}
/** The power of two that brings the largest magnitude into [1, 2). */
function factorOf(values) {
    return normalizingFactor(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
}
