// The patches of ../patches.ts by way of a padded plane: one plane of the image at a time is copied into scratch space
// (or summed there) with its padding around it, where it stays in the first-level cache and no tap needs an edge.
import { byteEnd, eachFour, wholeBlocksEnd } from './frame.js';
import { binary } from './words.js';
/**
 * Adds gatherPatches and scatterPatches (patches, image, batch, channels, height, width, kH, kW, sY, sX, pY, pX, outH,
 * outW, plane) and swapLeading (out, x, n, m, inner). Addresses in bytes; `plane` is that of `planeBytes` bytes.
 */
export function emitPatches(asm, partial) {
    emitGather(asm);
    emitScatter(asm);
    emitSwapLeading(asm, partial);
}
/** Bytes of scratch space for one padded plane, in float64 as scattering needs it; zeros are written by 16 bytes. */
export function planeBytes(paddedHeight, paddedWidth) {
    return 8 * paddedHeight * paddedWidth + 16;
}
/** Adds a function that walks over the patches: samples, channels, taps, rows. Planes hold `size` bytes per element. */
function emitWalk(asm, name, size, build) {
    asm.func(name, Array.from({ length: 15 }, () => 'i32'), [], (code, parameters) => {
        const [patches, image, batch, channels, height, width, kH, kW, sY, sX, pY, pX, outH, outW, plane] = parameters;
        const [pitch, step, down, end, planeSize, outputs, columns] = Array.from({ length: 7 }, () => code.local('i32'));
        const [b, c, i, ky, kx, y] = Array.from({ length: 6 }, () => code.local('i32'));
        const [imageRow, tap, patch, tapRow, corner, top, inPlane] = Array.from({ length: 7 }, () => code.local('i32'));
        const get = (local) => () => code.get(local);
        const number = (value) => () => code.i32(value);
        const add = binary(code, 'i32.add');
        const times = binary(code, 'i32.mul');
        const assign = (target, value) => {
            value();
            code.set(target);
        };
        const upTo = (counter, limit, body) => {
            assign(counter, number(0));
            code.whileBelow(counter, limit, () => {
                body();
                code.advance(counter, 1);
            });
        };
        // In bytes: a row of the plane, its elements and rows between outputs; image plane, sample and row of patches.
        assign(pitch, times(add(get(width), times(get(pX), number(2))), number(size)));
        assign(step, times(get(sX), number(size)));
        assign(down, times(get(sY), get(pitch)));
        assign(end, add(get(plane), times(add(get(height), times(get(pY), number(2))), get(pitch))));
        assign(planeSize, times(times(get(height), get(width)), number(4)));
        assign(outputs, times(times(get(outH), get(outW)), number(4)));
        assign(columns, times(get(batch), get(outputs)));
        const { start, before, row, after } = build(code, {
            width,
            outW,
            step,
            clearPlane() {
                assign(inPlane, get(plane));
                code.whileBelow(inPlane, end, () => {
                    code.get(inPlane);
                    code.get(code.f64x2Local(0));
                    code.memory('v128.store');
                    code.advance(inPlane, 16);
                });
            },
            eachImageRow(body) {
                assign(top, add(get(plane), add(times(get(pY), get(pitch)), times(get(pX), number(size)))));
                upTo(i, height, () => {
                    assign(inPlane, get(top));
                    body(imageRow, inPlane);
                    code.advance(top, pitch);
                });
            },
        });
        start?.();
        // One channel of all samples before the next: its rows of patches are then read or written from front to back.
        upTo(c, channels, () => {
            upTo(b, batch, () => {
                assign(tap, add(get(patches), times(get(b), get(outputs))));
                assign(imageRow, add(get(image), times(add(times(get(b), get(channels)), get(c)), get(planeSize))));
                before();
                assign(tapRow, get(plane));
                upTo(ky, kH, () => {
                    assign(corner, get(tapRow));
                    upTo(kx, kW, () => {
                        assign(patch, get(tap));
                        assign(top, get(corner));
                        upTo(y, outH, () => {
                            assign(inPlane, get(top));
                            row(patch, inPlane);
                            code.advance(top, down);
                        });
                        code.advance(tap, columns);
                        code.advance(corner, size);
                    });
                    code.advance(tapRow, pitch);
                });
                after?.();
            });
            assign(patches, add(get(patches), times(times(get(kH), get(kW)), get(columns))));
        });
    });
}
/** The pieces of a run of `count` elements: fours, then two, then one. Leaves both pointers behind the run. */
function inPieces(code, count, floats, inPlane, size, piece) {
    const end = code.local('i32');
    const done = (elements) => {
        piece(elements);
        code.advance(floats, 4 * elements);
        code.advance(inPlane, size * elements);
    };
    wholeBlocksEnd(code, end, floats, count, 2);
    code.whileBelow(floats, end, () => done(4));
    for (const rest of [2, 1]) {
        code.get(count);
        code.i32(rest);
        code.op('i32.and');
        code.when(() => done(rest));
    }
}
/** `near` where the elements of a run are neighbors in the plane, `apart` where they lie `step` bytes apart. */
function byStep(code, step, size, near, apart) {
    code.get(step);
    code.i32(size);
    code.op('i32.eq');
    code.when(near, apart);
}
const LOAD = { 4: 'v128.load', 2: 'v128.load64_zero', 1: 'v128.load32_zero' };
/** Copies `elements` float32. */
function copyPiece(code, to, from) {
    return (elements) => {
        code.get(to);
        code.get(from);
        code.memory(LOAD[elements]);
        if (elements === 4)
            code.memory('v128.store');
        else
            code.memory(elements === 2 ? 'v128.store64_lane' : 'v128.store32_lane', 0, 0);
    };
}
function emitGather(asm) {
    emitWalk(asm, 'gatherPatches', 4, (code, { width, outW, step, clearPlane, eachImageRow }) => ({
        start: clearPlane,
        before: () => eachImageRow((image, inPlane) => inPieces(code, width, image, inPlane, 4, copyPiece(code, inPlane, image))),
        row: (patch, inPlane) => byStep(code, step, 4, () => inPieces(code, outW, patch, inPlane, 4, copyPiece(code, patch, inPlane)), () => {
            const end = code.local('i32');
            byteEnd(code, end, patch, outW);
            code.whileBelow(patch, end, () => {
                copyPiece(code, patch, inPlane)(1);
                code.advance(patch, 4);
                code.advance(inPlane, step);
            });
        }),
    }));
}
/** Adds `elements` float32 to float64 sums. */
function addPiece(code, sums, from) {
    const pair = (at) => {
        code.get(sums);
        code.get(sums);
        code.memory('v128.load', 8 * at);
        code.get(from);
        code.memory('v128.load64_zero', 4 * at);
        code.op('f64x2.promote_low_f32x4');
        code.op('f64x2.add');
        code.memory('v128.store', 8 * at);
    };
    return (elements) => {
        if (elements > 1) {
            for (let at = 0; at < elements; at += 2)
                pair(at);
            return;
        }
        code.get(sums);
        code.get(sums);
        code.memory('f64.load');
        code.get(from);
        code.memory('f32.load');
        code.op('f64.promote_f32');
        code.op('f64.add');
        code.memory('f64.store');
    };
}
/** Rounds `elements` float64 sums to float32. */
function roundPiece(code, to, sums) {
    return (elements) => {
        for (let at = 0; at < elements; at += 2) {
            code.get(to);
            code.get(sums);
            code.memory(elements === 1 ? 'v128.load64_zero' : 'v128.load', 8 * at);
            code.op('f32x4.demote_f64x2_zero');
            code.memory(elements === 1 ? 'v128.store32_lane' : 'v128.store64_lane', 4 * at, 0);
        }
    };
}
function emitScatter(asm) {
    emitWalk(asm, 'scatterPatches', 8, (code, { width, outW, step, clearPlane, eachImageRow }) => ({
        before: clearPlane,
        row: (patch, sums) => byStep(code, step, 8, () => inPieces(code, outW, patch, sums, 8, addPiece(code, sums, patch)), () => {
            const end = code.local('i32');
            byteEnd(code, end, patch, outW);
            code.whileBelow(patch, end, () => {
                addPiece(code, sums, patch)(1);
                code.advance(patch, 4);
                code.advance(sums, step);
            });
        }),
        after: () => eachImageRow((image, sums) => inPieces(code, width, image, sums, 8, roundPiece(code, image, sums))),
    }));
}
function emitSwapLeading(asm, partial) {
    asm.func('swapLeading', ['i32', 'i32', 'i32', 'i32', 'i32'], [], (code, [out, x, n, m, inner]) => {
        const [i, j, to, toPlane, from, count, apart] = Array.from({ length: 7 }, () => code.local('i32'));
        const assign = (target, source) => {
            code.get(source);
            code.set(target);
        };
        code.get(n);
        code.get(inner);
        code.op('i32.mul');
        code.i32(2);
        code.op('i32.shl');
        code.set(apart);
        code.whileBelow(i, n, () => {
            assign(toPlane, out);
            code.i32(0);
            code.set(j);
            code.whileBelow(j, m, () => {
                assign(to, toPlane);
                assign(from, x);
                assign(count, inner);
                eachFour(code, partial, [to, from], count, 4, (four) => four.store(0, four.load(1)));
                byteEnd(code, x, x, inner);
                code.advance(toPlane, apart);
                code.advance(j, 1);
            });
            byteEnd(code, out, out, inner);
            code.advance(i, 1);
        });
    });
}
