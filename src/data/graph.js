// Undirected graphs as symmetric sparse patterns, and what is drawn from them: nodes that are no neighbors, edges held
// out, nodes held out.
import { checkSize, permutation, randomStream, tensor, uniform } from '../tensor/index.js';
/**
 * The graph of these pairs, each edge in both directions, neighbors ascending. Throws: RangeError for nodes that do not
 * exist, edges from a node to itself, pairs that come twice in either direction and half a pair.
 */
export function graphOfPairs(nodes, pairs) {
    checkSize('graphOfPairs', 'nodes', nodes);
    if (pairs.length % 2 !== 0) {
        throw new RangeError(`graphOfPairs: pairs must hold two nodes each, got ${pairs.length} in all`);
    }
    const rowStarts = new Int32Array(nodes + 1);
    for (let at = 0; at < pairs.length; at++) {
        const node = pairs[at];
        if (!(node >= 0 && node < nodes)) {
            throw new RangeError(`graphOfPairs: pairs[${at}] must be at least 0 and below ${nodes}, got ${node}`);
        }
        if (at % 2 === 1 && node === pairs[at - 1]) {
            throw new RangeError(`graphOfPairs: pairs[${at}] must be another node than the one before, got ${node} twice`);
        }
        rowStarts[node + 1]++;
    }
    for (let i = 0; i < nodes; i++)
        rowStarts[i + 1] += rowStarts[i];
    const next = rowStarts.slice();
    const columnIndices = new Int32Array(pairs.length);
    for (let at = 0; at < pairs.length; at += 2) {
        columnIndices[next[pairs[at]]++] = pairs[at + 1];
        columnIndices[next[pairs[at + 1]]++] = pairs[at];
    }
    for (let i = 0; i < nodes; i++) {
        const row = columnIndices.subarray(rowStarts[i], rowStarts[i + 1]).sort();
        for (let at = 1; at < row.length; at++) {
            if (row[at] > row[at - 1])
                continue;
            throw new RangeError(`graphOfPairs: pairs must hold each edge once, got ${i} and ${row[at]} twice`);
        }
    }
    return { rows: nodes, columns: nodes, rowStarts, columnIndices };
}
/** The edges of an undirected graph, each once with u < v, by u and v ascending. */
export function pairsOf({ rows, rowStarts, columnIndices }) {
    const pairs = [];
    for (let i = 0; i < rows; i++) {
        for (let at = rowStarts[i]; at < rowStarts[i + 1]; at++) {
            if (columnIndices[at] > i)
                pairs.push(i, columnIndices[at]);
        }
    }
    return Int32Array.from(pairs);
}
/** Whether u and v are neighbors. Cost: a binary search. */
function areNeighbors({ rowStarts, columnIndices }, u, v) {
    let low = rowStarts[u], high = rowStarts[u + 1];
    while (low < high) {
        const middle = low + high >> 1;
        if (columnIndices[middle] < v)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rowStarts[u + 1] && columnIndices[low] === v;
}
/**
 * `count` different pairs u < v that are no neighbors, uniform over all of them.
 * Throws: RangeError for more than there are.
 */
export function sampleNonEdges(graph, count, stream) {
    const { rows, columnIndices } = graph;
    const available = rows * (rows - 1) / 2 - columnIndices.length / 2;
    if (checkSize('sampleNonEdges', 'count', count) > available) {
        throw new RangeError(`sampleNonEdges: count must be at most the ${available} pairs without an edge, got ${count}`);
    }
    // Where a large part of all is wanted, one hits what is taken again and again: all are listed then.
    if (2 * count > available)
        return someOf(nonEdges(graph), count, stream);
    const taken = new Set();
    const pairs = new Int32Array(2 * count);
    for (let at = 0; at < pairs.length;) {
        const a = Math.floor(uniform(stream) * rows), b = Math.floor(uniform(stream) * rows);
        const u = Math.min(a, b), v = Math.max(a, b);
        if (u === v || areNeighbors(graph, u, v) || taken.has(u * rows + v))
            continue;
        taken.add(u * rows + v);
        pairs[at++] = u;
        pairs[at++] = v;
    }
    return pairs;
}
function nonEdges(graph) {
    const pairs = [];
    for (let u = 0; u < graph.rows; u++) {
        for (let v = u + 1; v < graph.rows; v++)
            if (!areNeighbors(graph, u, v))
                pairs.push(u, v);
    }
    return Int32Array.from(pairs);
}
function someOf(pairs, count, stream) {
    const order = permutation(stream, pairs.length / 2).subarray(0, count);
    return Int32Array.from({ length: 2 * count }, (_, at) => pairs[2 * order[at >> 1] + at % 2]);
}
/**
 * Takes ⌊share·E⌋ edges out for validation and for test, by the permutation of stream `edges/split` of `seed`; as many
 * pairs without an edge in the whole graph by `edges/validation` and `edges/test`.
 * Throws: RangeError for shares that leave no edge to a part.
 */
export function splitEdges(graph, shares, seed) {
    const all = pairsOf(graph);
    const edges = all.length / 2;
    const order = permutation(randomStream(seed, 'edges/split'), edges);
    const sizes = [Math.floor(shares.validation * edges), Math.floor(shares.test * edges)];
    const rest = edges - sizes[0] - sizes[1];
    if (!(sizes[0] > 0 && sizes[1] > 0 && rest > 0)) {
        throw new RangeError(`splitEdges: shares must leave at least one of the ${edges} edges to each part, `
            + `got ${rest} to train, ${sizes.join(' and ')} held out`);
    }
    const part = (from, count) => Int32Array.from({ length: 2 * count }, (_, at) => all[2 * order[from + (at >> 1)] + at % 2]);
    const held = (name, from, count) => ({
        edges: part(from, count),
        nonEdges: sampleNonEdges(graph, count, randomStream(seed, `edges/${name}`)),
    });
    return {
        training: graphOfPairs(graph.rows, part(sizes[0] + sizes[1], rest)),
        validation: held('validation', 0, sizes[0]),
        test: held('test', sizes[0], sizes[1]),
    };
}
/**
 * Nodes with a label (≥ 0) split class by class: ⌈share·n_c⌉ of each class to train, as many for validation, the others
 * for test, by the permutations of the streams `nodes/class<c>` of `seed`. Throws: RangeError where a part stays empty, and for a
 * share that is not above 0.
 */
export function stratifiedNodes(labels, share, seed) {
    if (!(share > 0))
        throw new RangeError(`stratifiedNodes: share must be above 0, got ${share}`);
    const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
    const parts = [[], [], []];
    for (let c = 0; c < classes; c++) {
        const nodes = Array.from(labels.keys()).filter((node) => labels[node] === c);
        const size = Math.ceil(share * nodes.length);
        permutation(randomStream(seed, `nodes/class${c}`), nodes.length).forEach((place, rank) => parts[Math.min(2, Math.floor(rank / size))].push(nodes[place]));
    }
    const [training, validation, test] = parts.map((part) => Uint32Array.from(part).sort());
    if (training.length > 0 && validation.length > 0 && test.length > 0)
        return { training, validation, test };
    throw new RangeError(`stratifiedNodes: share must leave nodes to each part, got ${training.length}, ${validation.length} and `
        + `${test.length} at ${share}`);
}
/**
 * Targets that make the mean of cross-entropy over all N nodes that over n of them: N/n at the class of each of these,
 * zero rows for all others, whose error is then zero. Shapes: [N, classes]. Throws: RangeError for nodes that do not
 * exist or have no such label.
 */
export function nodeTargets(labels, nodes, classes) {
    const targets = tensor([labels.length, classes]);
    for (let i = 0; i < nodes.length; i++) {
        const label = labels[nodes[i]];
        if (!(label >= 0 && label < classes)) {
            throw new RangeError(`nodeTargets: nodes[${i}] must have a label below ${classes}, got ${label}`);
        }
        targets.data[nodes[i] * classes + label] = labels.length / nodes.length;
    }
    return targets;
}
