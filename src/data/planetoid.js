// Citation graphs of the Planetoid benchmark as two tables: bytes in, tensors out.
import { show } from '../tensor/index.js';
import { graphOfPairs } from './graph.js';
const PARTS = { train: 'training', val: 'validation', test: 'test', '-': undefined };
/** Beyond any table of this kind; larger numbers would ask for memory that no bytes stand behind. */
const MOST = 1 << 24;
/**
 * Reads two tables without heads, columns separated by tabs. Nodes: number (ascending from 0), label (−1: unknown), part
 * (`train`, `val`, `test` or `-`), indices of the features that are 1, ascending, separated by blanks, perhaps none.
 * Edges: u, v with u < v, each once. Nodes without an edge are allowed.
 * Throws: Error naming file and line for anything else: columns, numbers, nodes that do not exist, edges that come twice
 *   or backwards, a part without a node or with one that has no label. TypeError for anything but bytes.
 */
export function parsePlanetoid(files) {
    const { nodesName = 'nodes', edgesName = 'edges' } = files;
    const rowStarts = [0], columnIndices = [], labels = [];
    const parts = { training: [], validation: [], test: [] };
    let features = 0, classes = 0;
    for (const { cells, fail } of rowsOf(nodesName, files.nodes, 4)) {
        const node = labels.length;
        if (wholeNumber(cells[0]) !== node)
            throw fail(`begin with the node's number ${node}`, cells[0]);
        const label = cells[1] === '-1' ? -1 : wholeNumber(cells[1]);
        if (label === undefined)
            throw fail('have a label, a whole number or −1', cells[1]);
        const known = Object.hasOwn(PARTS, cells[2]);
        if (!known)
            throw fail(`have a part, one of ${Object.keys(PARTS).join(', ')}`, cells[2]);
        const part = PARTS[cells[2]];
        if (part !== undefined && label < 0)
            throw fail('have a label where it has a part', cells[1]);
        if (part !== undefined)
            parts[part].push(node);
        let before = -1;
        for (const text of cells[3] === '' ? [] : cells[3].split(' ')) {
            const feature = wholeNumber(text);
            if (feature === undefined || feature <= before) {
                throw fail('have ascending indices of features', text);
            }
            columnIndices.push(feature);
            before = feature;
        }
        features = Math.max(features, before + 1);
        classes = Math.max(classes, label + 1);
        labels.push(label);
        rowStarts.push(columnIndices.length);
    }
    const nodes = labels.length;
    for (const [part, list] of Object.entries(parts)) {
        if (list.length > 0)
            continue;
        throw new Error(`parsePlanetoid: ${nodesName} must have ${part} nodes before it ends at line ${nodes}, got none`);
    }
    const pairs = [];
    const seen = new Map();
    for (const { cells, line, fail } of rowsOf(edgesName, files.edges, 2)) {
        const [u, v] = cells.map((text) => {
            const node = wholeNumber(text);
            if (node === undefined || node >= nodes)
                throw fail(`name nodes below ${nodes}`, text);
            return node;
        });
        if (u >= v)
            throw fail('have each edge once, from the smaller node to the larger', `${u} before ${v}`);
        const first = seen.get(u * nodes + v);
        if (first !== undefined)
            throw fail('have each edge once', `${u} and ${v} again, as in line ${first}`);
        seen.set(u * nodes + v, line);
        pairs.push(u, v);
    }
    return {
        features: {
            rows: nodes,
            columns: features,
            rowStarts: Int32Array.from(rowStarts),
            columnIndices: Int32Array.from(columnIndices),
            values: new Float32Array(columnIndices.length).fill(1),
        },
        labels: Int32Array.from(labels),
        classes,
        graph: graphOfPairs(nodes, Int32Array.from(pairs)),
        training: Uint32Array.from(parts.training),
        validation: Uint32Array.from(parts.validation),
        test: Uint32Array.from(parts.test),
    };
}
/** The lines of a table; the last newline may be missing, every line may end in carriage return and newline. */
function* rowsOf(name, bytes, columns) {
    if (!(bytes instanceof Uint8Array))
        throw new TypeError(`parsePlanetoid: ${name} must be bytes, got ${show(bytes)}`);
    if (bytes.length === 0)
        throw new Error(`parsePlanetoid: ${name} must hold lines at line 1, got an empty file`);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
        throw new Error(`parsePlanetoid: ${name} must be unpacked first at line 1, got a gzip header`);
    }
    for (let from = 0, line = 1; from < bytes.length; line++) {
        const fail = (expected, got) => new Error(`parsePlanetoid: ${name} must ${expected} at line ${line}, got ${show(got)}`);
        let end = bytes.indexOf(0x0a, from);
        if (end < 0)
            end = bytes.length;
        const last = end > from && bytes[end - 1] === 0x0d ? end - 1 : end;
        const characters = [];
        for (let at = from; at < last; at++) {
            const byte = bytes[at];
            if (byte !== 0x09 && (byte < 0x20 || byte > 0x7e))
                throw fail('be plain text', `byte ${byte}`);
            characters.push(String.fromCharCode(byte));
        }
        const cells = characters.join('').split('\t');
        if (cells.length !== columns)
            throw fail(`have ${columns} columns`, `${cells.length}`);
        yield { cells, line, fail };
        from = end + 1;
    }
}
function wholeNumber(text) {
    if (!/^(?:0|[1-9]\d{0,8})$/.test(text))
        return undefined;
    const value = Number(text);
    return value < MOST ? value : undefined;
}
