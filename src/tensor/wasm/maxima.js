// The maxima of ../maxima.ts, four windows of a row of outputs at a time.
import { binary, keep, select } from './words.js';
/**
 * Adds windowMaxima (y, winners, x, planes, height, width, wH, wW, sY, sX, outH, outW). Addresses in bytes; outW ≥ 4:
 * the rest of a row is done by its last four windows, some of them for the second time.
 */
export function emitMaxima(asm) {
    asm.func('windowMaxima', Array.from({ length: 12 }, () => 'i32'), [], (code, parameters) => {
        const [y, winners, x, planes, height, width, wH, wW, sY, sX, outH, outW] = parameters;
        const [plane, i, j, ky, kx, row, corner, at, to, address] = Array.from({ length: 10 }, () => code.local('i32'));
        const [apart, first, place, winner, largest, value] = Array.from({ length: 6 }, () => code.local('v128'));
        const get = (local) => () => code.get(local);
        const number = (constant) => () => code.i32(constant);
        const add = binary(code, 'i32.add');
        const times = binary(code, 'i32.mul');
        const splat = (one) => () => {
            one();
            code.op('i32x4.splat');
        };
        const assign = (target, expression) => {
            expression();
            code.set(target);
        };
        const upTo = (counter, end, body) => {
            assign(counter, number(0));
            code.whileBelow(counter, end, () => {
                body();
                code.advance(counter, 1);
            });
        };
        // Corners of four neighboring windows: 0, sX, 2·sX, 3·sX elements.
        assign(apart, binary(code, 'i32x4.mul')(() => code.op('v128.const', 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0), splat(get(sX))));
        const fourWindows = () => {
            assign(corner, add(get(row), times(get(j), get(sX))));
            assign(winner, binary(code, 'i32x4.add')(splat(get(corner)), get(apart)));
            // Below everything: an element that is not above it is −∞ too, and the first of those is the corner.
            assign(largest, () => {
                code.f32(-Infinity);
                code.op('f32x4.splat');
            });
            assign(first, get(winner));
            upTo(ky, wH, () => {
                assign(place, get(first));
                assign(address, add(get(x), times(get(corner), number(4))));
                upTo(kx, wW, () => {
                    assign(at, get(address));
                    assign(value, () => {
                        code.get(at);
                        code.memory('v128.load32_zero');
                    });
                    for (const lane of [1, 2, 3]) {
                        assign(at, add(get(at), times(get(sX), number(4))));
                        assign(value, () => {
                            code.get(at);
                            code.get(value);
                            code.memory('v128.load32_lane', 0, lane);
                        });
                    }
                    const wins = keep(code, binary(code, 'v128.or')(binary(code, 'f32x4.gt')(get(value), get(largest)), binary(code, 'f32x4.ne')(get(value), get(value))));
                    assign(largest, select(code, get(value), get(largest), wins));
                    assign(winner, select(code, get(place), get(winner), wins));
                    assign(place, binary(code, 'i32x4.add')(get(place), splat(number(1))));
                    code.advance(address, 4);
                });
                assign(first, binary(code, 'i32x4.add')(get(first), splat(get(width))));
                assign(corner, add(get(corner), get(width)));
            });
            assign(to, times(get(j), number(4)));
            for (const [array, lanes] of [[y, largest], [winners, winner]]) {
                add(get(array), get(to))();
                code.get(lanes);
                code.memory('v128.store');
            }
        };
        upTo(plane, planes, () => {
            assign(row, times(get(plane), times(get(height), get(width))));
            upTo(i, outH, () => {
                assign(j, number(0));
                code.whileBelow(j, outW, () => {
                    // min(j, outW − 4)
                    add(get(outW), number(-4))();
                    code.get(j);
                    add(get(j), number(4))();
                    code.get(outW);
                    code.op('i32.gt_s');
                    code.op('select');
                    code.set(j);
                    fourWindows();
                    code.advance(j, 4);
                });
                for (const array of [y, winners])
                    assign(array, add(get(array), times(get(outW), number(4))));
                assign(row, add(get(row), times(get(sY), get(width))));
            });
        });
    });
}
