// The fixed random matrices F_l that carry the error.
import { checkSize, choose, normal, normalInto, permutation, randomOrthogonal, randomStream, tensor, uniformInto } from '../tensor/index.js';
import { shapedRows } from './feedback-shape.js';
import { drawnRows, mapKernelOf, spreadOverMap } from './feedback-maps.js';
/**
 * F_l for every target, in order. Shapes: [n_l, K], whatever `maps` says: structure is in the entries.
 * Equation: theory (1.18); with `shared` and `width-outputs` theory (8.1); shaped: theory (7.1).
 * Throws: RangeError for unknown options or sizes below 1; shaped: without one shape [K, K] per point, or as these.
 */
export function feedbackMatrices(targets, outputs, options = {}) {
    const { kind = 'gaussian', normalization = 'width', sharing = 'independent', seed = 0 } = options;
    const where = 'feedbackMatrices';
    const draw = choose(where, 'kind', kind, FEEDBACK_DRAWS);
    const normalizer = choose(where, 'normalization', normalization, NORMALIZERS);
    const isShared = choose(where, 'sharing', sharing, IS_SHARED);
    const kernel = mapKernelOf(options);
    checkSize(where, 'outputs', outputs, 1);
    for (const { name, width } of targets)
        checkSize(where, `width of ${name}`, width, 1);
    const shapes = choose(where, 'kind', kind, IS_SHAPED) ? shapesOf(where, options, targets.length, outputs) : undefined;
    const widest = targets.reduce((most, { width }) => Math.max(most, width), 0);
    const stream = (name) => randomStream(seed, `feedback/${name}`);
    const rows = targets.map((target) => drawnRows(target, kernel));
    const most = rows.reduce((largest, count) => Math.max(largest, count), 0);
    const shared = isShared ? draw(most, outputs, stream('shared'), options) : undefined;
    return targets.map((target, index) => {
        const { name, width } = target;
        const drawn = shared?.subarray(0, rows[index] * outputs) ?? draw(rows[index], outputs, stream(name), options);
        const spread = spreadOverMap(drawn, target, outputs, kernel);
        const unit = shapes === undefined ? spread : shapedRows(spread, shapes[index]);
        const factor = normalizer(width, outputs, widest);
        return tensor([width, outputs], Float32Array.from(unit, (x) => factor * x));
    });
}
const IS_SHARED = { independent: false, shared: true };
const IS_SHAPED = {
    gaussian: false,
    uniform: false,
    orthogonal: false,
    sparse: false,
    'low-rank': false,
    shaped: true,
};
/** S_l of every point, [K, K] each. Throws: RangeError where they are not given, or others. */
function shapesOf(where, { shapes }, points, outputs) {
    if (shapes === undefined)
        throw new RangeError(`${where}: shapes must be given with shaped feedback, got none`);
    const found = shapes(points, outputs);
    if (found.length !== points) {
        throw new RangeError(`${where}: shapes must be ${points}, one per point, got ${found.length}`);
    }
    found.forEach(({ rows, columns }, index) => {
        if (rows === outputs && columns === outputs)
            return;
        throw new RangeError(`${where}: shapes[${index}] must have shape [${outputs}, ${outputs}], got [${rows}, ${columns}]`);
    });
    return found;
}
const NORMALIZERS = {
    width: (width) => 1 / Math.sqrt(width),
    'width-outputs': (width, outputs) => 1 / Math.sqrt(width * outputs),
    widest: (_width, _outputs, widest) => 1 / Math.sqrt(widest),
    none: () => 1,
};
/** The known kinds. */
export const FEEDBACK_DRAWS = {
    gaussian: (width, outputs, stream) => normalInto(new Float64Array(width * outputs), stream),
    uniform: (width, outputs, stream) => uniformInto(new Float64Array(width * outputs), stream, -1, 1),
    orthogonal,
    sparse: (width, outputs, stream, { nonZero = 1 }) => sparse(width, outputs, stream, checkAtMost('nonZero', nonZero, outputs)),
    'low-rank': (width, outputs, stream, { rank = 1 }) => lowRank(width, outputs, stream, checkAtMost('rank', rank, outputs)),
    // S_l belongs to the point, not to the draw, which all points may share.
    shaped: orthogonal,
};
function orthogonal(width, outputs, stream) {
    return randomOrthogonal(stream, width, outputs).data.map((x) => Math.sqrt(width) * x);
}
/** Equation: crafton2019 (a fixed number of connections per hidden unit). */
function sparse(width, outputs, stream, count) {
    const f = new Float64Array(width * outputs);
    const deviation = Math.sqrt(outputs / count);
    for (let i = 0; i < width; i++) {
        // The first `count` places of a random order. The rest is drawn too: row i begins at the same draw for any k.
        const order = permutation(stream, outputs);
        for (let at = 0; at < outputs; at++) {
            const value = deviation * normal(stream);
            if (at < count)
                f[i * outputs + order[at]] = value;
        }
    }
    return f;
}
function lowRank(width, outputs, stream, rank) {
    // V first: the rows of a shared matrix are then the same for any width.
    const v = normalInto(new Float64Array(outputs * rank), stream, 1 / Math.sqrt(rank));
    const u = normalInto(new Float64Array(width * rank), stream);
    return Float64Array.from({ length: width * outputs }, (_, at) => {
        const i = Math.floor(at / outputs) * rank, j = (at % outputs) * rank;
        let sum = 0;
        for (let p = 0; p < rank; p++)
            sum += u[i + p] * v[j + p];
        return sum;
    });
}
function checkAtMost(name, value, most) {
    if (checkSize('feedbackMatrices', name, value, 1) <= most)
        return value;
    throw new RangeError(`feedbackMatrices: ${name} must be at most ${most}, the number of outputs, got ${value}`);
}
