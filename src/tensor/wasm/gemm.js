// The vector micro-kernels and everything around them, assembled into one function: a whole product on WebAssembly
// memory. The loop nest is that of ../matmul/blocked.ts; lanes run across the columns of C, so no sum changes its order.
//
//   float64 accumulation: 2-lane float64 tiles, panels converted to float64 while packing, unrounded sums between parts of k
//   float32 accumulation: 4-lane float32 tiles; the running sum is float32 anyway and waits in C itself between parts of k
import { geometryOf } from './geometry.js';
import { emitPack, emitPackScalar } from './pack.js';
import { emitMacro, emitTile } from './tile.js';
/**
 * Adds `gemm` to a module: (m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, workspace), addresses in
 * bytes, leading dimensions in elements, flags 0 or 1. m, n ≥ 1, k ≥ 0; m ≤ MOST_ROWS when k > KC under float64.
 */
export function emitGemm(asm, name, variant) {
    const geometry = geometryOf(variant);
    const { MR, NR, KC, MC, NC, size } = geometry;
    const wide = variant.wide;
    const scalar = emitPackScalar(asm, wide);
    const packA = emitPack(asm, wide, MR, scalar);
    const packB = emitPack(asm, wide, NR, scalar);
    const tile = emitTile(asm, variant);
    const macro = emitMacro(asm, geometry, wide, tile);
    const { panelA, panelB, tile: tileBytes } = geometry;
    asm.func(name, Array.from({ length: 13 }, () => 'i32'), [], (f, p) => {
        const [m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, workspace] = p;
        const [j0, p0, i0, columns, depth, rows, part, at, strideLane, strideP, first, last] = Array.from({ length: 12 }, () => f.local('i32'));
        const [packedA, packedB, edge, sums, toC] = Array.from({ length: 5 }, () => f.local('i32'));
        const assign = (target, value) => {
            value();
            f.set(target);
        };
        const sum = (x, offset) => {
            f.get(x);
            f.i32(offset);
            f.op('i32.add');
        };
        /** min(limit, end − from) */
        const clipped = (target, end, from, limit) => {
            limit();
            f.get(end);
            f.get(from);
            f.op('i32.sub');
            limit();
            f.get(end);
            f.get(from);
            f.op('i32.sub');
            f.op('i32.lt_u');
            f.op('select');
            f.set(target);
        };
        assign(packedA, () => f.get(workspace));
        assign(packedB, () => sum(workspace, panelA));
        assign(edge, () => sum(workspace, panelA + panelB));
        assign(sums, () => sum(workspace, panelA + panelB + tileBytes));
        // Equal parts of k rather than full ones and a rest: part = ⌈k / ⌈k/KC⌉⌉, at least 1 so that k = 0 still visits C.
        f.get(k);
        f.get(k);
        f.i32(KC - 1);
        f.op('i32.add');
        f.i32(KC);
        f.op('i32.div_u');
        f.set(part);
        f.get(part);
        f.op('i32.add');
        f.i32(1);
        f.op('i32.sub');
        f.get(part);
        f.i32(1);
        f.get(part);
        f.op('select');
        f.op('i32.div_u');
        f.set(part);
        /** Strides of an operand in bytes: along its lanes and along p; and where its (lane0, p0) lies. */
        const locate = (operand, ld, lanesAlongRows, lane0) => {
            lanesAlongRows();
            f.when(() => {
                assign(strideLane, () => {
                    f.get(ld);
                    f.i32(2);
                    f.op('i32.shl');
                });
                assign(strideP, () => f.i32(4));
            }, () => {
                assign(strideLane, () => f.i32(4));
                assign(strideP, () => {
                    f.get(ld);
                    f.i32(2);
                    f.op('i32.shl');
                });
            });
            f.get(operand);
            f.get(lane0);
            f.get(strideLane);
            f.op('i32.mul');
            f.op('i32.add');
            f.get(p0);
            f.get(strideP);
            f.op('i32.mul');
            f.op('i32.add');
            f.set(at);
        };
        assign(j0, () => f.i32(0));
        f.whileBelow(j0, n, () => {
            clipped(columns, n, j0, () => f.i32(NC));
            assign(p0, () => f.i32(0));
            assign(last, () => f.i32(0));
            // do … while (not last): one pass even for k = 0, which rounds C or writes zeros.
            f.op('loop', 0x40);
            clipped(depth, k, p0, () => f.get(part));
            assign(first, () => {
                f.get(p0);
                f.op('i32.eqz');
            });
            assign(last, () => {
                f.get(p0);
                f.get(depth);
                f.op('i32.add');
                f.get(k);
                f.op('i32.eq');
            });
            locate(b, ldb, () => f.get(transposeB), j0);
            for (const x of [packedB, at, strideLane, strideP, columns, depth])
                f.get(x);
            f.call(packB);
            assign(i0, () => f.i32(0));
            f.whileBelow(i0, m, () => {
                clipped(rows, m, i0, () => f.i32(MC));
                locate(a, lda, () => {
                    f.get(transposeA);
                    f.op('i32.eqz');
                }, i0);
                for (const x of [packedA, at, strideLane, strideP, rows, depth])
                    f.get(x);
                f.call(packA);
                // c + (i0·ldc + j0)·4
                f.get(c);
                f.get(i0);
                f.get(ldc);
                f.op('i32.mul');
                f.get(j0);
                f.op('i32.add');
                f.i32(2);
                f.op('i32.shl');
                f.op('i32.add');
                f.set(toC);
                for (const x of [rows, columns, depth, packedA, packedB, toC, ldc])
                    f.get(x);
                // Sums of this block: (i0 / MR)·⌈columns / NR⌉ tiles after the first.
                f.get(sums);
                f.get(i0);
                f.i32(MR);
                f.op('i32.div_u');
                f.get(columns);
                f.i32(NR - 1);
                f.op('i32.add');
                f.i32(NR);
                f.op('i32.div_u');
                f.op('i32.mul');
                f.i32(MR * NR * size);
                f.op('i32.mul');
                f.op('i32.add');
                f.get(edge);
                // source: 0 zeros, 1 C, 2 kept sums; float32 keeps its sums in C.
                f.get(accumulate);
                f.i32(wide ? 2 : 1);
                f.get(first);
                f.op('select');
                f.get(last);
                f.call(macro);
                f.advance(i0, MC);
            });
            f.advance(p0, depth);
            f.get(last);
            f.op('i32.eqz');
            f.op('br_if', 0);
            f.op('end');
            f.advance(j0, NC);
        });
    });
}
