// Reductions in the order that ../reduce.ts declares: the eight interleaved partial sums of `sum` and `dot` fill four
// registers of two float64 lanes, and the columns of `sumRows` stand side by side.
import { byteEnd, partialFour, wholeBlocksEnd, wholeFour } from './frame.js';
import { binary, joinLowHalves, keep, promoteHalf, unary } from './words.js';
/**
 * Adds sum (x, n) → f64, dot (x, y, n) → f64, sumRows (out, x, rows, columns, accumulate) and firstNonFinite (x, n) → i32.
 * Addresses in bytes.
 */
export function emitReductions(asm, partial) {
    emitEightSums(asm, partial, 'sum', 1);
    emitEightSums(asm, partial, 'dot', 2);
    emitSumRows(asm, partial);
    emitFirstNonFinite(asm);
}
/** The terms of four elements as two pairs in float64: x, or x·y. */
function terms(code, four, arrays) {
    const kept = Array.from({ length: arrays }, (_, p) => keep(code, four.load(p)));
    return [0, 1].map((half) => {
        const [x, y] = kept.map((value) => promoteHalf(code, value, half));
        return arrays === 1 ? x : binary(code, 'f64x2.mul')(x, y);
    });
}
function emitEightSums(asm, partial, name, arrays) {
    asm.func(name, Array.from({ length: arrays + 1 }, () => 'i32'), ['f64'], (code, parameters) => {
        const pointers = parameters.slice(0, arrays);
        const count = parameters[arrays];
        // sums[q] holds s₂q and s₂q₊₁.
        const sums = Array.from({ length: 4 }, () => code.local('v128'));
        const accumulate = (four, first) => {
            for (const [half, term] of terms(code, four, arrays).entries()) {
                const sum = sums[first + half];
                binary(code, 'f64x2.add')(() => code.get(sum), term)();
                code.set(sum);
            }
        };
        const advance = (bytes) => {
            for (const pointer of pointers)
                code.advance(pointer, bytes);
        };
        const end = code.local('i32');
        wholeBlocksEnd(code, end, pointers[0], count, 3);
        code.whileBelow(pointers[0], end, () => {
            accumulate(wholeFour(code, pointers), 0);
            accumulate(wholeFour(code, pointers, 16), 2);
            advance(32);
        });
        // A partial sum never is −0 (it starts at +0), so the zeros in place of missing elements change nothing.
        const remainder = (mask) => {
            code.get(count);
            code.i32(mask);
            code.op('i32.and');
        };
        const rest = code.local('i32');
        remainder(3);
        code.set(rest);
        const last = (first) => {
            code.get(rest);
            code.when(() => accumulate(partialFour(code, partial, pointers, rest), first));
        };
        remainder(4);
        code.when(() => {
            accumulate(wholeFour(code, pointers), 0);
            advance(16);
            last(2);
        }, () => last(0));
        const [s01, s23, s45, s67] = sums.map((sum) => () => code.get(sum));
        const add = binary(code, 'f64x2.add');
        const pair = keep(code, add(add(s01, s45), add(s23, s67)));
        pair();
        code.op('f64x2.extract_lane', 0);
        pair();
        code.op('f64x2.extract_lane', 1);
        code.op('f64.add');
    });
}
function emitSumRows(asm, partial) {
    asm.func('sumRows', ['i32', 'i32', 'i32', 'i32', 'i32'], [], (code, [out, x, rows, columns, accumulate]) => {
        const [from, row, stride, end, rest] = Array.from({ length: 5 }, () => code.local('i32'));
        const sums = Array.from({ length: 8 }, () => code.local('v128'));
        byteEnd(code, stride, stride, columns);
        /** Four columns per entry of `to` and `at`: sums over all rows, rounded once. */
        const strip = (to, at) => {
            const halves = (four) => {
                const value = keep(code, four.load(0));
                return [promoteHalf(code, value, 0), promoteHalf(code, value, 1)];
            };
            code.get(accumulate);
            code.when(() => {
                for (const [q, four] of to.entries()) {
                    for (const [half, value] of halves(four).entries()) {
                        value();
                        code.set(sums[2 * q + half]);
                    }
                }
            }, () => {
                for (const sum of sums.slice(0, 2 * to.length)) {
                    code.f64x2(0);
                    code.set(sum);
                }
            });
            code.get(x);
            code.set(from);
            code.i32(0);
            code.set(row);
            code.whileBelow(row, rows, () => {
                for (const [q, four] of at.entries()) {
                    for (const [half, value] of halves(four).entries()) {
                        binary(code, 'f64x2.add')(() => code.get(sums[2 * q + half]), value)();
                        code.set(sums[2 * q + half]);
                    }
                }
                code.advance(from, stride);
                code.advance(row, 1);
            });
            for (const [q, four] of to.entries()) {
                const demote = unary(code, 'f32x4.demote_f64x2_zero');
                const [low, high] = sums.slice(2 * q, 2 * q + 2).map((sum) => demote(() => code.get(sum)));
                four.store(0, joinLowHalves(code, low, high));
            }
        };
        const strips = (shift, vectors) => {
            wholeBlocksEnd(code, end, out, columns, shift);
            const fours = (pointer) => Array.from({ length: vectors }, (_, q) => wholeFour(code, [pointer], 16 * q));
            code.whileBelow(out, end, () => {
                strip(fours(out), fours(from));
                code.advance(out, 16 * vectors);
                code.advance(x, 16 * vectors);
            });
        };
        strips(4, 4);
        code.get(columns);
        code.i32(15);
        code.op('i32.and');
        code.set(columns);
        strips(2, 1);
        code.get(columns);
        code.i32(3);
        code.op('i32.and');
        code.set(rest);
        code.get(rest);
        code.when(() => strip([partialFour(code, partial, [out], rest)], [partialFour(code, partial, [from], rest)]));
    });
}
/** Index of the first NaN or infinity, or −1: x − x is +0 exactly for finite x and NaN otherwise. */
function emitFirstNonFinite(asm) {
    asm.func('firstNonFinite', ['i32', 'i32'], ['i32'], (code, [x, count]) => {
        const [start, end, block] = Array.from({ length: 3 }, () => code.local('i32'));
        const difference = (load) => {
            const value = keep(code, load);
            return binary(code, 'f32x4.sub')(value, value);
        };
        code.get(x);
        code.set(start);
        wholeBlocksEnd(code, block, x, count, 4);
        // `block` shrinks to the block with the first one, and the loop ends.
        code.whileBelow(x, block, () => {
            const four = [0, 16, 32, 48].map((offset) => keep(code, difference(wholeFour(code, [x], offset).load(0))));
            const or = binary(code, 'v128.or');
            or(or(four[0], four[1]), or(four[2], four[3]))();
            code.op('v128.any_true');
            code.when(() => {
                code.get(x);
                code.set(block);
            }, () => code.advance(x, 64));
        });
        byteEnd(code, end, start, count);
        code.whileBelow(x, end, () => {
            difference(() => {
                code.get(x);
                code.memory('v128.load32_zero');
            })();
            code.op('v128.any_true');
            code.when(() => {
                code.get(x);
                code.get(start);
                code.op('i32.sub');
                code.i32(2);
                code.op('i32.shr_u');
                code.op('return');
            });
            code.advance(x, 4);
        });
        code.i32(-1);
    });
}
