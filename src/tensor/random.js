// Counter-based random numbers: the i-th draw of a stream is a function of (seed, name, i) and of nothing else. Adding a
// draw somewhere changes no other stream, and any worker can produce its own part of one.
import { checkFinite, checkSize } from './check.js';
import { cos } from './functions/cos.js';
import { log } from './functions/log.js';
import { sin } from './functions/sin.js';
import { matrix, transpose } from './linalg/matrix.js';
import { qr } from './linalg/qr.js';
/**
 * One block of Philox 4×32-10: out[0..3] := E_key(counter), a bijection of 128-bit counters for each 64-bit key.
 * Equation: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3 (ten rounds of
 *   two 32×32→64-bit products and exclusive ors). Checked against the three published vectors.
 */
export function philox(out, c0, c1, c2, c3, k0, k1) {
    for (let round = 0; round < 10; round++) {
        const high0 = multiplyHigh(0xd2511f53, c0);
        const low0 = Math.imul(0xd2511f53, c0);
        const high1 = multiplyHigh(0xcd9e8d57, c2);
        const low1 = Math.imul(0xcd9e8d57, c2);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 = k0 + 0x9e3779b9 | 0;
        k1 = k1 + 0xbb67ae85 | 0;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
    return out;
}
/** ⌊a·b / 2³²⌋ of two unsigned 32-bit numbers, by 16-bit halves so that every product stays exact. */
function multiplyHigh(a, b) {
    const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
    const middle = a1 * b0 + (a0 * b0 >>> 16);
    const carry = (middle & 0xffff) + a0 * b1;
    return a1 * b1 + (middle - (middle & 0xffff)) / 0x10000 + Math.floor(carry / 0x10000) | 0;
}
/**
 * The stream `name` of `seed`, at its beginning. Streams of different names or seeds are independent.
 * Units: seed is a whole number in [0, 2⁵³). Throws: TypeError, RangeError for any other seed.
 */
export function randomStream(seed, name) {
    checkSize('randomStream', 'seed', seed);
    return { seed, name, key: [seed | 0, Math.floor(seed / 0x100000000)], hash: hashName(name), position: 0 };
}
/** 64 bits of FNV-1a over the UTF-16 code units, as two 32-bit halves; the multiplier is 2⁴⁰ + 0x1b3. */
function hashName(name) {
    let low = 0x84222325 | 0;
    let high = 0xcbf29ce4 | 0;
    for (let i = 0; i < name.length; i++) {
        low ^= name.charCodeAt(i);
        const carry = multiplyHigh(low, 0x1b3);
        high = Math.imul(high, 0x1b3) + (low << 8) + carry | 0;
        low = Math.imul(low, 0x1b3);
    }
    return [low, high];
}
const block = new Uint32Array(4);
// Uniform and normal draws live in separate halves of a stream, so that mixing both kinds reuses no bits.
const UNIFORM = 0;
const NORMAL = 0x4e6f726d;
/** Two uniform float64 numbers in [0, 1), 53 bits each, of block i of one half of the stream, into `pair`. */
function drawPair(pair, { key, hash }, i, half) {
    philox(block, i | 0, Math.floor(i / 0x100000000), hash[0], hash[1] ^ half, key[0], key[1]);
    pair[0] = (block[0] * 0x200000 + (block[1] >>> 11)) / 0x20000000000000;
    pair[1] = (block[2] * 0x200000 + (block[3] >>> 11)) / 0x20000000000000;
}
const pair = new Float64Array(2);
/** The i-th uniform draw of the stream, in [0, 1) with 53 bits; does not move the stream. */
export function uniformAt(stream, i) {
    checkSize('uniformAt', 'i', i);
    drawPair(pair, stream, Math.floor(i / 2), UNIFORM);
    return pair[i % 2];
}
/**
 * The i-th standard normal draw of the stream, float64; does not move the stream.
 * Equation: Box & Muller 1958: √(−2 ln(1 − u₀))·(cos 2πu₁ for even i, sin 2πu₁ for odd i).
 * Why: exactly two uniforms make two normals, so that draw i has a place; rejection methods have none.
 */
export function normalAt(stream, i) {
    checkSize('normalAt', 'i', i);
    drawPair(pair, stream, Math.floor(i / 2), NORMAL);
    const radius = Math.sqrt(-2 * log(1 - pair[0]));
    const angle = 2 * 3.141592653589793 * pair[1];
    return radius * (i % 2 === 0 ? cos(angle) : sin(angle));
}
/** The next uniform draw in [0, 1). */
export function uniform(stream) {
    return uniformAt(stream, stream.position++);
}
/** The next standard normal draw. */
export function normal(stream) {
    return normalAt(stream, stream.position++);
}
/**
 * out := independent draws from U[low, high), each rounded once to the type of `out`, which can reach `high`.
 * Throws: TypeError, RangeError unless low ≤ high are finite, and so is high − low.
 */
export function uniformInto(out, stream, low = 0, high = 1) {
    checkFinite('uniformInto', 'low', low);
    const width = checkFinite('uniformInto', 'high', high) - low;
    if (!(width >= 0))
        throw new RangeError(`uniformInto: high must be at least low = ${low}, got ${high}`);
    if (width === Infinity)
        throw new RangeError(`uniformInto: high − low must be finite, got ${high} − ${low}`);
    for (let i = 0; i < out.length; i++)
        out[i] = low + width * uniform(stream);
    return out;
}
/**
 * out := independent draws from N(0, deviation²), each rounded once to the type of `out`.
 * Throws: TypeError, RangeError unless the deviation is finite and at least 0.
 */
export function normalInto(out, stream, deviation = 1) {
    if (checkFinite('normalInto', 'deviation', deviation) < 0) {
        throw new RangeError(`normalInto: deviation must be at least 0, got ${deviation}`);
    }
    for (let i = 0; i < out.length; i++)
        out[i] = deviation * normal(stream);
    return out;
}
/** A uniformly random order of 0 … n−1. Equation: Fisher–Yates; the bias of ⌊n·u⌋ with 53 bits is below n·2⁻⁵³. */
export function permutation(stream, n) {
    checkSize('permutation', 'n', n);
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
        const j = Math.floor(uniform(stream) * (i + 1));
        const last = order[i];
        order[i] = order[j];
        order[j] = last;
    }
    return order;
}
/**
 * A Haar-distributed matrix with orthonormal columns (rows ≥ columns) or orthonormal rows (rows < columns).
 * Equation: Q of a Gaussian matrix's QR decomposition with positive diagonal of R (Mezzadri 2007, Notices AMS 54).
 */
export function randomOrthogonal(stream, rows, columns) {
    const tall = Math.max(checkSize('randomOrthogonal', 'rows', rows), checkSize('randomOrthogonal', 'columns', columns));
    const narrow = Math.min(rows, columns);
    const gaussian = matrix(tall, narrow);
    normalInto(gaussian.data, stream);
    const { q } = qr(gaussian);
    return rows >= columns ? q : transpose(q);
}
