// The micro-kernel and the loops right around it.
import { geometryOf } from './geometry.js';
/** (rows, columns, depth, packedA, packedB, c, ldc, sums, edge, source, last): C block += A panels · B panels. */
export function emitMacro(asm, { MR, NR, size }, wide, tile) {
    return asm.func('', Array.from({ length: 11 }, () => 'i32'), [], (f, p) => {
        const [rows, columns, depth, packedA, packedB, c, ldc, sums, edge, source, last] = p;
        const [i, j, nr, mr, pa, pb, at, r, s, from, to] = Array.from({ length: 11 }, () => f.local('i32'));
        const assign = (target, value) => {
            value();
            f.set(target);
        };
        const rest = (target, end, done, limit) => {
            f.i32(limit);
            f.get(end);
            f.get(done);
            f.op('i32.sub');
            f.i32(limit);
            f.get(end);
            f.get(done);
            f.op('i32.sub');
            f.op('i32.lt_u');
            f.op('select');
            f.set(target);
        };
        const callTile = (target, stride) => {
            for (const x of [depth, pa, pb, target])
                f.get(x);
            stride();
            for (const x of [sums, source, last])
                f.get(x);
            f.call(tile);
        };
        /** Copies the mr × nr corner between C and the edge tile. */
        const copyCorner = (toEdge) => {
            assign(r, () => f.i32(0));
            f.whileBelow(r, mr, () => {
                const addressC = toEdge ? from : to;
                const addressEdge = toEdge ? to : from;
                assign(addressC, () => {
                    f.get(at);
                    f.get(r);
                    f.get(ldc);
                    f.op('i32.mul');
                    f.i32(2);
                    f.op('i32.shl');
                    f.op('i32.add');
                });
                assign(addressEdge, () => {
                    f.get(edge);
                    f.get(r);
                    f.i32(4 * NR);
                    f.op('i32.mul');
                    f.op('i32.add');
                });
                assign(s, () => f.i32(0));
                f.whileBelow(s, nr, () => {
                    f.get(to);
                    f.get(from);
                    f.memory('f32.load');
                    f.memory('f32.store');
                    f.advance(from, 4);
                    f.advance(to, 4);
                    f.advance(s, 1);
                });
                f.advance(r, 1);
            });
        };
        assign(j, () => f.i32(0));
        assign(pb, () => f.get(packedB));
        f.whileBelow(j, columns, () => {
            rest(nr, columns, j, NR);
            assign(i, () => f.i32(0));
            assign(pa, () => f.get(packedA));
            f.whileBelow(i, rows, () => {
                rest(mr, rows, i, MR);
                assign(at, () => {
                    f.get(c);
                    f.get(i);
                    f.get(ldc);
                    f.op('i32.mul');
                    f.get(j);
                    f.op('i32.add');
                    f.i32(2);
                    f.op('i32.shl');
                    f.op('i32.add');
                });
                f.get(mr);
                f.i32(MR);
                f.op('i32.eq');
                f.get(nr);
                f.i32(NR);
                f.op('i32.eq');
                f.op('i32.and');
                f.when(() => callTile(at, () => f.get(ldc)), () => {
                    // An incomplete tile is computed whole, on zero-padded panels, beside C; only its corner touches C.
                    f.get(source);
                    f.i32(1);
                    f.op('i32.eq');
                    f.when(() => copyCorner(true));
                    callTile(edge, () => f.i32(NR));
                    if (wide)
                        f.get(last);
                    else
                        f.i32(1);
                    f.when(() => copyCorner(false));
                });
                if (wide)
                    f.advance(sums, MR * NR * size);
                for (const [target, step] of [[pa, MR * size]]) {
                    f.get(target);
                    f.get(depth);
                    f.i32(step);
                    f.op('i32.mul');
                    f.op('i32.add');
                    f.set(target);
                }
                f.advance(i, MR);
            });
            f.get(pb);
            f.get(depth);
            f.i32(NR * size);
            f.op('i32.mul');
            f.op('i32.add');
            f.set(pb);
            f.advance(j, NR);
        });
    });
}
/**
 * (k, pa, pb, c, ldc, sums, source, last): the micro-kernel, T[MR × NR] := T + Σₚ A[·,p]·B[p,·], p ascending, one lane per
 * column. T starts from zeros, C or the kept sums, and ends in C or the kept sums.
 */
export function emitTile(asm, variant) {
    const { MR, NR, size } = geometryOf(variant);
    const wide = variant.wide;
    const vectors = NR / (16 / size);
    const type = wide ? 'f64x2' : 'f32x4';
    return asm.func('', Array.from({ length: 8 }, () => 'i32'), [], (f, p) => {
        const [k, pa, pb, c, ldc, sums, source, last] = p;
        const end = f.local('i32');
        const row = f.local('i32');
        const acc = Array.from({ length: MR }, () => Array.from({ length: vectors }, () => f.local('v128')));
        const b = Array.from({ length: vectors }, () => f.local('v128'));
        const a = f.local('v128');
        const eachRow = (body) => {
            f.get(c);
            f.set(row);
            for (let r = 0; r < MR; r++) {
                body(r);
                if (r + 1 < MR) {
                    f.get(row);
                    f.get(ldc);
                    f.i32(2);
                    f.op('i32.shl');
                    f.op('i32.add');
                    f.set(row);
                }
            }
        };
        const loadC = () => eachRow((r) => acc[r].forEach((vector, v) => {
            f.get(row);
            if (wide) {
                f.memory('v128.load64_zero', 8 * v);
                f.op('f64x2.promote_low_f32x4');
            }
            else
                f.memory('v128.load', 16 * v);
            f.set(vector);
        }));
        const storeC = () => eachRow((r) => acc[r].forEach((vector, v) => {
            f.get(row);
            f.get(vector);
            if (wide) {
                f.op('f32x4.demote_f64x2_zero');
                f.memory('v128.store64_lane', 8 * v, 0);
            }
            else
                f.memory('v128.store', 16 * v);
        }));
        const offset = (r, v) => (r * vectors + v) * 16;
        // Locals are zero at the start, which is what source 0 means.
        f.get(source);
        f.i32(1);
        f.op('i32.eq');
        f.when(loadC);
        if (wide) {
            f.get(source);
            f.i32(2);
            f.op('i32.eq');
            f.when(() => acc.forEach((list, r) => list.forEach((vector, v) => {
                f.get(sums);
                f.memory('v128.load', offset(r, v));
                f.set(vector);
            })));
        }
        f.get(pa);
        f.get(k);
        f.i32(MR * size);
        f.op('i32.mul');
        f.op('i32.add');
        f.set(end);
        f.whileBelow(pa, end, () => {
            b.forEach((vector, v) => {
                f.get(pb);
                f.memory('v128.load', 16 * v);
                f.set(vector);
            });
            for (let r = 0; r < MR; r++) {
                f.get(pa);
                f.memory(wide ? 'v128.load64_splat' : 'v128.load32_splat', r * size);
                f.set(a);
                acc[r].forEach((vector, v) => {
                    if (variant.fused) {
                        f.get(a);
                        f.get(b[v]);
                        f.get(vector);
                        f.op(`${type}.relaxed_madd`);
                    }
                    else {
                        f.get(vector);
                        f.get(a);
                        f.get(b[v]);
                        f.op(`${type}.mul`);
                        f.op(`${type}.add`);
                    }
                    f.set(vector);
                });
            }
            f.advance(pa, MR * size);
            f.advance(pb, NR * size);
        });
        if (!wide) {
            storeC();
            return;
        }
        f.get(last);
        f.when(storeC, () => acc.forEach((list, r) => list.forEach((vector, v) => {
            f.get(sums);
            f.get(vector);
            f.memory('v128.store', offset(r, v));
        })));
    });
}
