// Alignment as one line of a run's record: plain numbers, ready for JSON.
import { dot } from '../tensor/index.js';
import { measureAlignment } from './alignment.js';
import { partsOf } from './rules/rule.js';
import { transportAlignment, weightAlignment } from './weight-alignment.js';
/**
 * The four alignments and the norms |R_l|/|W_l|, |F_l|, |·| of Frobenius, on the network's last forward pass.
 * Equation: as `measureAlignment`, `weightAlignment`, `transportAlignment`. Convolutional layers take part in all but
 * cos∠(W_l, F_l F_{l−1}ᵀ), whose target is a full matrix. `feedback` holds F of each point in forward order, as the
 * direct rules do in `feedback`. Afterwards the parameters' gradients are the rule's, bit for bit.
 * Cost: two backward passes, a copy of the gradients, and a product n_l × K × n_{l−1} per layer with a target.
 * Throws: RangeError when `feedback` is given and not one matrix per point.
 */
export function alignmentRecord({ network, step, error }, feedback) {
    const { points, carriers } = partsOf(network);
    if (feedback !== undefined && feedback.length !== points.length) {
        throw new RangeError(`alignmentRecord: feedback must be ${points.length} matrices, one per point, got ${feedback.length}`);
    }
    const { signal, layerGradient, joined, wholeGradient } = measureAlignment(network, error);
    const weights = [...feedback === undefined ? [] : weightAlignment(network, feedback), ...transportAlignment(network)];
    const ratios = carriers.flatMap(({ name, weight, transport }) => transport === undefined ? [] : [[name, measured(norm(transport) / norm(weight.value))]]);
    return {
        step,
        signal: Object.fromEntries(signal.map(({ name, cosines }) => [name, cosineRecord(cosines)])),
        layerGradient: Object.fromEntries(layerGradient.map(({ name, samples, batch }) => [name, { ...cosineRecord(samples), batch: measured(batch) }])),
        joined: cosineRecord(joined),
        wholeGradient: measured(wholeGradient),
        weight: Object.fromEntries(weights.map(({ name, cosine }) => [name, measured(cosine)])),
        normRatio: Object.fromEntries(ratios),
        feedbackNorm: Object.fromEntries((feedback ?? []).map((f, l) => [points[l].name, measured(norm(f))])),
    };
}
function measured(x) {
    return Number.isFinite(x) ? x : null;
}
function cosineRecord({ mean, deviation, count, zeros }) {
    return { mean: measured(mean), deviation: measured(deviation), count, zeros };
}
function norm({ data }) {
    return Math.sqrt(dot(data, data));
}
