// Element-wise float32 arithmetic in four lanes: one instruction per rounded operation of ../elementwise.ts,
// ../activations.ts and ../broadcast.ts.
import { byteEnd, eachFour, emitEach } from './frame.js';
import { binary, keep, select } from './words.js';
const KERNELS = {
    add: {
        arrays: 3,
        unroll: 4,
        body: (code, four) => four.store(0, binary(code, 'f32x4.add')(four.load(1), four.load(2))),
    },
    subtract: {
        arrays: 3,
        unroll: 4,
        body: (code, four) => four.store(0, binary(code, 'f32x4.sub')(four.load(1), four.load(2))),
    },
    multiply: {
        arrays: 3,
        unroll: 4,
        body: (code, four) => four.store(0, binary(code, 'f32x4.mul')(four.load(1), four.load(2))),
    },
    scale: {
        arrays: 2,
        scalars: 1,
        unroll: 4,
        body: (code, four, [factor]) => four.store(0, binary(code, 'f32x4.mul')(factor, four.load(1))),
    },
    addScaled: {
        arrays: 3,
        scalars: 1,
        unroll: 4,
        body: (code, four, [factor]) => four.store(0, binary(code, 'f32x4.add')(four.load(1), binary(code, 'f32x4.mul')(factor, four.load(2)))),
    },
    relu: {
        arrays: 2,
        unroll: 4,
        body(code, four) {
            // x < 0 ? 0 : x keeps NaN and −0; adding 0 turns −0 into +0.
            const zero = () => code.get(code.f64x2Local(0));
            four.store(0, binary(code, 'f32x4.add')(binary(code, 'f32x4.pmax')(four.load(1), zero), zero));
        },
    },
    reluBackward: {
        arrays: 3,
        unroll: 4,
        body(code, four) {
            const zero = () => code.get(code.f64x2Local(0));
            four.store(0, binary(code, 'v128.andnot')(four.load(1), binary(code, 'f32x4.le')(four.load(2), zero)));
        },
    },
    leakyRelu: {
        arrays: 2,
        scalars: 1,
        unroll: 4,
        body(code, four, [slope]) {
            const zero = () => code.get(code.f64x2Local(0));
            const x = keep(code, four.load(1));
            // x < s·x exactly where x < 0; elsewhere x stays, with +0 for −0.
            four.store(0, binary(code, 'f32x4.pmax')(binary(code, 'f32x4.add')(x, zero), binary(code, 'f32x4.mul')(slope, x)));
        },
    },
    leakyReluBackward: {
        arrays: 3,
        scalars: 1,
        unroll: 4,
        body(code, four, [slope]) {
            const zero = () => code.get(code.f64x2Local(0));
            const dy = keep(code, four.load(1));
            const below = binary(code, 'f32x4.mul')(slope, dy);
            four.store(0, select(code, dy, below, binary(code, 'f32x4.gt')(four.load(2), zero)));
        },
    },
    copy: { arrays: 2, unroll: 4, body: (_code, four) => four.store(0, four.load(1)) },
    fill: { arrays: 1, scalars: 1, unroll: 4, body: (_code, four, [value]) => four.store(0, value) },
};
/**
 * Adds add, subtract, multiply (out, x, y, n), scale (out, x, n, factor), addScaled (out, x, y, n, factor),
 * relu (out, x, n), reluBackward (dx, dy, y, n), leakyRelu (out, x, n, slope), leakyReluBackward (dx, dy, x, n, slope),
 * copy (out, x, n), fill (out, n, value) and broadcastRows (out, row, rows, columns). Addresses in bytes.
 * Aliasing: out may be any operand of its length.
 */
export function emitArithmetic(asm, partial) {
    for (const [name, kernel] of Object.entries(KERNELS))
        emitEach(asm, partial, name, kernel);
    emitBroadcastRows(asm, partial);
}
function emitBroadcastRows(asm, partial) {
    asm.func('broadcastRows', ['i32', 'i32', 'i32', 'i32'], [], (code, [out, row, rows, columns]) => {
        const [done, to, from, count] = Array.from({ length: 4 }, () => code.local('i32'));
        code.whileBelow(done, rows, () => {
            code.get(out);
            code.set(to);
            code.get(row);
            code.set(from);
            code.get(columns);
            code.set(count);
            eachFour(code, partial, [to, from], count, 4, (four) => four.store(0, four.load(1)));
            byteEnd(code, out, out, columns);
            code.advance(done, 1);
        });
    });
}
