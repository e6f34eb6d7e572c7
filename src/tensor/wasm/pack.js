// Packing: an operand's rows or columns into panels that the micro-kernel reads from front to back.
import { HIGH_HALF, JOIN_HIGH, JOIN_LOW, UNPACK_HIGH, UNPACK_LOW } from './shuffles.js';
/** (dst, src, strideLane, strideP, lanes, depth, width): one panel element by element, zeros beyond `lanes`. */
export function emitPackScalar(asm, wide) {
    const size = wide ? 8 : 4;
    return asm.func('', Array.from({ length: 7 }, () => 'i32'), [], (f, p) => {
        const [dst, src, strideLane, strideP, lanes, depth, width] = p;
        const [q, r, from] = Array.from({ length: 3 }, () => f.local('i32'));
        f.whileBelow(q, depth, () => {
            f.get(src);
            f.set(from);
            f.i32(0);
            f.set(r);
            f.whileBelow(r, width, () => {
                f.get(dst);
                f.get(r);
                f.get(lanes);
                f.op('i32.lt_u');
                // Beyond the operand nothing may be read: it can end at the end of memory.
                f.op('if', wide ? 0x7c : 0x7d);
                f.get(from);
                f.memory('f32.load');
                if (wide)
                    f.op('f64.promote_f32');
                f.op('else');
                if (wide)
                    f.f64(0);
                else
                    f.f32(0);
                f.op('end');
                f.memory(wide ? 'f64.store' : 'f32.store');
                f.advance(dst, size);
                f.advance(from, strideLane);
                f.advance(r, 1);
            });
            f.advance(src, strideP);
            f.advance(q, 1);
        });
    });
}
/**
 * (dst, src, strideLane, strideP, lanes, depth): packs panels of `width` lanes, converting to float64 when `wide`.
 * Full panels go four lanes at a time: straight copies when lanes are neighbors in memory, 4×4 transposes otherwise.
 */
export function emitPack(asm, wide, width, scalar) {
    const size = wide ? 8 : 4;
    const fours = Math.floor(width / 4);
    return asm.func('', Array.from({ length: 6 }, () => 'i32'), [], (f, p) => {
        const [dst, src, strideLane, strideP, lanes, depth] = p;
        const [q, to, from, at, whole, lane] = Array.from({ length: 6 }, () => f.local('i32'));
        const x = Array.from({ length: 4 }, () => f.local('v128'));
        const t = Array.from({ length: 4 }, () => f.local('v128'));
        const shuffle = (target, low, high, bytes) => {
            f.get(low);
            f.get(high);
            f.op('i8x16.shuffle', ...bytes);
            f.set(target);
        };
        /** Stores four float32 lanes at to + offset, widened when the panel is float64. */
        const storeFour = (value, offset) => {
            f.get(to);
            f.get(value);
            if (!wide) {
                f.memory('v128.store', offset);
                return;
            }
            f.op('f64x2.promote_low_f32x4');
            f.memory('v128.store', offset);
            f.get(to);
            f.get(value);
            f.get(value);
            f.op('i8x16.shuffle', ...HIGH_HALF);
            f.op('f64x2.promote_low_f32x4');
            f.memory('v128.store', offset + 16);
        };
        const storeOne = (offset, load) => {
            f.get(to);
            load();
            f.memory('f32.load');
            if (wide)
                f.op('f64.promote_f32');
            f.memory(wide ? 'f64.store' : 'f32.store', offset);
        };
        /** from + count·stride, on the stack. */
        const offsetBy = (count, stride) => {
            f.get(from);
            f.get(stride);
            f.i32(count);
            f.op('i32.mul');
            f.op('i32.add');
        };
        const neighbors = () => {
            // Lanes lie side by side: one load per four lanes and p.
            f.i32(0);
            f.set(q);
            f.whileBelow(q, depth, () => {
                for (let group = 0; group < fours; group++) {
                    f.get(from);
                    f.memory('v128.load', 16 * group);
                    f.set(x[0]);
                    storeFour(x[0], 4 * group * size);
                }
                for (let r = 4 * fours; r < width; r++) {
                    f.get(to);
                    f.get(from);
                    f.memory('f32.load', 4 * r);
                    if (wide)
                        f.op('f64.promote_f32');
                    f.memory(wide ? 'f64.store' : 'f32.store', r * size);
                }
                f.advance(from, strideP);
                f.advance(to, width * size);
                f.advance(q, 1);
            });
        };
        const transposed = () => {
            // Lanes are rows: 4×4 blocks are turned in registers, four values of p at a time.
            f.get(depth);
            f.i32(-4);
            f.op('i32.and');
            f.set(whole);
            f.i32(0);
            f.set(q);
            f.whileBelow(q, whole, () => {
                for (let group = 0; group < fours; group++) {
                    x.forEach((row, r) => {
                        offsetBy(4 * group + r, strideLane);
                        f.memory('v128.load');
                        f.set(row);
                    });
                    shuffle(t[0], x[0], x[1], UNPACK_LOW);
                    shuffle(t[1], x[0], x[1], UNPACK_HIGH);
                    shuffle(t[2], x[2], x[3], UNPACK_LOW);
                    shuffle(t[3], x[2], x[3], UNPACK_HIGH);
                    shuffle(x[0], t[0], t[2], JOIN_LOW);
                    shuffle(x[1], t[0], t[2], JOIN_HIGH);
                    shuffle(x[2], t[1], t[3], JOIN_LOW);
                    shuffle(x[3], t[1], t[3], JOIN_HIGH);
                    x.forEach((column, c) => storeFour(column, (c * width + 4 * group) * size));
                }
                for (let r = 4 * fours; r < width; r++) {
                    for (let c = 0; c < 4; c++) {
                        storeOne((c * width + r) * size, () => {
                            offsetBy(r, strideLane);
                            f.i32(4 * c);
                            f.op('i32.add');
                        });
                    }
                }
                f.advance(from, 16);
                f.advance(to, 4 * width * size);
                f.advance(q, 4);
            });
            f.whileBelow(q, depth, () => {
                for (let r = 0; r < width; r++)
                    storeOne(r * size, () => offsetBy(r, strideLane));
                f.advance(from, 4);
                f.advance(to, width * size);
                f.advance(q, 1);
            });
        };
        f.get(src);
        f.set(at);
        f.get(dst);
        f.set(to);
        f.whileBelow(lane, lanes, () => {
            f.get(at);
            f.set(from);
            f.get(lane);
            f.i32(width);
            f.op('i32.add');
            f.get(lanes);
            f.op('i32.gt_s');
            f.when(() => {
                for (const value of [to, from, strideLane, strideP])
                    f.get(value);
                f.get(lanes);
                f.get(lane);
                f.op('i32.sub');
                f.get(depth);
                f.i32(width);
                f.call(scalar);
            }, () => {
                f.get(strideLane);
                f.i32(4);
                f.op('i32.eq');
                f.when(neighbors, transposed);
            });
            f.get(at);
            f.get(strideLane);
            f.i32(width);
            f.op('i32.mul');
            f.op('i32.add');
            f.set(at);
            f.advance(lane, width);
        });
    });
}
