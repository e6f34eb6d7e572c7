// Normal numbers for one step of a training, fast: a million steps of online learning with 500 inputs need 5·10⁸.
// Each step has a generator of its own, started by one Philox block of (seed, name, step), so that its numbers are a
// function of these alone. Integer operations, products and comparisons, with the portable exp and log in 1 draw of 67,
// make the bits the same in every engine.
import { checkSize } from './check.js';
import { exp } from './functions/exp.js';
import { log } from './functions/log.js';
import { philox } from './random.js';
// Ziggurat of 256 layers of equal area V: x_0 = V/f(R), x_1 = R, x_{i+1} = f⁻¹(f(x_i) + V/x_i), x_256 = 0, with
// f(x) = e^(−x²/2). R makes the top layer close at 0; both from 40 digits. Marsaglia & Tsang 2000, J. Stat. Soft. 5.
const R = 3.6541528853610088;
const V = 0.0049286732339746554;
const LAYERS = 256;
// 24 of the 32 bits place the number in its layer, on the midpoints of a grid: symmetric, of mean exactly 0.
const HALF_GRID = 8388608; // 2^23
function buildZiggurat() {
    const edges = new Float64Array(LAYERS + 1);
    const density = (x) => exp(-x * x / 2);
    edges[0] = V / density(R);
    edges[1] = R;
    for (let i = 2; i < LAYERS; i++)
        edges[i] = Math.sqrt(-2 * log(density(edges[i - 1]) + V / edges[i - 1]));
    return {
        grid: Float64Array.from({ length: LAYERS }, (_, i) => edges[i] / HALF_GRID),
        inner: edges.slice(1),
        height: edges.map(density),
    };
}
/** Built by the first draw: an import computes nothing. */
let built;
function ziggurat() {
    return built ??= buildZiggurat();
}
// The upper counter words of a stream are its name's hash; this keeps clear of its uniform and normal draws.
const STEPS = 0x53746570;
const SEED = /* @__PURE__ */ new Uint32Array(4);
/** The generator of the step while it is between two numbers. */
const STATE = /* @__PURE__ */ new Int32Array(4);
/**
 * out := independent draws from N(0, 1), those of step `step` of the stream; does not move the stream.
 * Equation: ziggurat (Marsaglia & Tsang 2000), its layer from 8 bits of a word and the place in it from the other 24
 *   (Doornik 2005), on xoshiro128++ (Blackman & Vigna 2021), started by Philox at counter (step, name).
 * Accuracy: a grid of 2⁻²³ of each layer's width, at most 4.7e-7, and 32-bit probabilities in wedges and tail.
 * Cost: little more than a word a draw; 3 ns against 120 of `normalInto`, whose draws have places of their own.
 * Throws: TypeError, RangeError unless step is a whole number. Why: a step is drawn whole, so only steps need places.
 */
export function stepNormalsInto(out, { key, hash }, step) {
    checkSize('stepNormalsInto', 'step', step);
    const { grid, inner } = ziggurat();
    philox(SEED, step | 0, Math.floor(step / 0x100000000), hash[0], hash[1] ^ STEPS, key[0], key[1]);
    STATE.set(SEED);
    // The one state that stays at zero forever.
    if ((STATE[0] | STATE[1] | STATE[2] | STATE[3]) === 0)
        STATE[0] = 1;
    let s0 = STATE[0], s1 = STATE[1], s2 = STATE[2], s3 = STATE[3];
    for (let i = 0; i < out.length; i++) {
        const sum = s0 + s3 | 0;
        const word = (sum << 7 | sum >>> 25) + s0 | 0;
        const shifted = s1 << 9;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = s3 << 11 | s3 >>> 21;
        const layer = word & 255;
        const x = ((word >> 8) + 0.5) * grid[layer];
        if (Math.abs(x) < inner[layer]) {
            out[i] = x;
        }
        else {
            STATE[0] = s0;
            STATE[1] = s1;
            STATE[2] = s2;
            STATE[3] = s3;
            out[i] = outsideLayer(layer, x);
            s0 = STATE[0];
            s1 = STATE[1];
            s2 = STATE[2];
            s3 = STATE[3];
        }
    }
    return out;
}
/** The draw that began with x in the part of `layer` that may lie above the curve, or in the tail. */
function outsideLayer(layer, x) {
    const { grid, inner, height } = ziggurat();
    for (;;) {
        if (layer === 0)
            return x < 0 ? -tail() : tail();
        const low = height[layer];
        if (low + uniformOfState() * (height[layer + 1] - low) < exp(-x * x / 2))
            return x;
        const word = nextWord();
        layer = word & 255;
        x = ((word >> 8) + 0.5) * grid[layer];
        if (Math.abs(x) < inner[layer])
            return x;
    }
}
/** A draw beyond R. Equation: Marsaglia 1964: R + a with a = −log(u)/R, kept when −2 log(u′) > a². */
function tail() {
    for (;;) {
        const a = -log(uniformOfState()) / R;
        if (-2 * log(uniformOfState()) > a * a)
            return R + a;
    }
}
/** In (0, 1), 32 bits. */
function uniformOfState() {
    return ((nextWord() >>> 0) + 0.5) / 0x100000000;
}
/** The next word of xoshiro128++ from STATE: rotl(s₀ + s₃, 7) + s₀. */
function nextWord() {
    let s0 = STATE[0], s1 = STATE[1], s2 = STATE[2], s3 = STATE[3];
    const sum = s0 + s3 | 0;
    const word = (sum << 7 | sum >>> 25) + s0 | 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = s3 << 11 | s3 >>> 21;
    STATE[0] = s0;
    STATE[1] = s1;
    STATE[2] = s2;
    STATE[3] = s3;
    return word;
}
