// Which rows a training step sees: a function of seed, epoch and position alone.
import { blockedKernels, checkSize, permutation, randomStream, show, sizeOf, tensor } from '../tensor/index.js';
/**
 * Row j of batch i in epoch e is row π_e(i·size + j), π_e the permutation of stream `batches/epoch<e>` of `seed`.
 * Any epoch is reached without running the ones before, so that a resumed training sees the same rows.
 * Cost: one permutation per change of epoch; no allocation per batch after the first of its size (two sizes at most).
 * Throws: RangeError for no rows, rows that do not exist, numbers of inputs and targets that differ, a size below 1, or
 *   `dropLast` with fewer rows than one batch.
 */
export function batches(options) {
    const { inputs, targets, size, seed, shuffle = true, dropLast = false, kernels = blockedKernels } = options;
    checkSize('batches', 'size', size, 1);
    checkSize('batches', 'seed', seed);
    const available = checkRows('batches', 'inputs', inputs);
    if (checkRows('batches', 'targets', targets) !== available) {
        throw new RangeError(`batches: targets must have ${available} rows like inputs, got ${targets.shape[0]}`);
    }
    const chosen = options.rows;
    const count = chosen?.length ?? available;
    const rows = Uint32Array.from({ length: count }, (_, i) => (chosen === undefined ? i : checkRow('batches', `rows[${i}]`, chosen[i], available)));
    const perEpoch = dropLast ? Math.floor(count / size) : Math.ceil(count / size);
    if (perEpoch === 0)
        throw new RangeError(`batches: rows must fill at least one batch of ${size}, got ${count}`);
    const plan = (length) => ({
        input: room(inputs, length, kernels),
        target: room(targets, length, kernels),
    });
    const last = perEpoch * size > count ? count - (perEpoch - 1) * size : size;
    let whole;
    let shorter;
    const order = rows.slice();
    let shuffled = -1;
    const shuffleFor = (epoch) => {
        if (!shuffle || epoch === shuffled)
            return;
        const places = permutation(randomStream(seed, `batches/epoch${epoch}`), count);
        for (let i = 0; i < count; i++)
            order[i] = rows[places[i]];
        shuffled = epoch;
    };
    return {
        perEpoch,
        batch(epoch, index) {
            checkSize('batch', 'epoch', epoch);
            if (checkSize('batch', 'index', index) >= perEpoch) {
                throw new RangeError(`batch: index must be below the ${perEpoch} batches of an epoch, got ${index}`);
            }
            shuffleFor(epoch);
            const isShorter = index === perEpoch - 1 && last < size;
            const found = isShorter ? shorter ??= plan(last) : whole ??= plan(size);
            copyRows(found.input, inputs, order, index * size);
            copyRows(found.target, targets, order, index * size);
            return found;
        },
    };
}
/**
 * `validation` rows drawn without replacement by the permutation of stream `batches/split` of `seed`; the others train.
 * Throws: RangeError for more rows than there are.
 */
export function splitRows(count, validation, seed) {
    checkSize('splitRows', 'count', count);
    if (checkSize('splitRows', 'validation', validation) > count) {
        throw new RangeError(`splitRows: validation must be at most the ${count} rows, got ${validation}`);
    }
    const order = permutation(randomStream(seed, 'batches/split'), count);
    return { training: order.slice(validation).sort(), validation: order.slice(0, validation).sort() };
}
/** Row i of the result is row rows[i] of x [N, …]; a copy. Throws: RangeError for rows that do not exist. */
export function gatherRows(x, rows) {
    const available = checkRows('gatherRows', 'x', x);
    for (let i = 0; i < rows.length; i++)
        checkRow('gatherRows', `rows[${i}]`, rows[i], available);
    const out = tensor([rows.length, ...x.shape.slice(1)]);
    copyRows(out, x, rows, 0);
    return out;
}
function checkRows(where, name, x) {
    if (x.shape.length > 0)
        return x.shape[0];
    throw new RangeError(`${where}: ${name} must have rows, got shape ${show(x.shape)}`);
}
function checkRow(where, name, row, available) {
    if (checkSize(where, name, row) < available)
        return row;
    throw new RangeError(`${where}: ${name} must be below the ${available} rows, got ${row}`);
}
function room(like, rows, kernels) {
    const shape = [rows, ...like.shape.slice(1)];
    return tensor(shape, kernels.allocate(sizeOf(shape)));
}
/** Row i of out := row rows[from + i] of x. Element by element, because a view per row would be garbage per row. */
function copyRows(out, x, rows, from) {
    const count = out.shape[0];
    const width = out.data.length / count;
    for (let i = 0, to = 0; i < count; i++) {
        const source = rows[from + i] * width;
        for (let j = 0; j < width; j++)
            out.data[to++] = x.data[source + j];
    }
}
