// The loop around every element-wise kernel: whole vectors, several to a pass where memory is the limit, then what is
// left of the last vector, touched lane by lane so that nothing beyond an array is read or written.
import { keep } from './words.js';
/** Adds the two functions to a module; every `emit…` of this directory calls them. */
export function emitPartialAccess(asm) {
    const load = asm.func('', ['i32', 'i32'], ['v128'], (code, [address, count]) => {
        const value = code.local('v128');
        code.get(count);
        code.i32(1);
        code.op('i32.eq');
        code.when(() => {
            code.get(address);
            code.memory('v128.load32_zero');
            code.set(value);
        }, () => {
            code.get(address);
            code.memory('v128.load64_zero');
            code.set(value);
            code.get(count);
            code.i32(3);
            code.op('i32.eq');
            code.when(() => {
                code.get(address);
                code.get(value);
                code.memory('v128.load32_lane', 8, 2);
                code.set(value);
            });
        });
        code.get(value);
    });
    const store = asm.func('', ['i32', 'v128', 'i32'], [], (code, [address, value, count]) => {
        code.get(count);
        code.i32(1);
        code.op('i32.eq');
        code.when(() => {
            code.get(address);
            code.get(value);
            code.memory('v128.store32_lane', 0, 0);
        }, () => {
            code.get(address);
            code.get(value);
            code.memory('v128.store64_lane', 0, 0);
            code.get(count);
            code.i32(3);
            code.op('i32.eq');
            code.when(() => {
                code.get(address);
                code.get(value);
                code.memory('v128.store32_lane', 8, 2);
            });
        });
    });
    return { load, store };
}
/** Access through pointers, `offset` bytes on. */
export function wholeFour(code, pointers, offset = 0) {
    return {
        load: (p) => () => {
            code.get(pointers[p]);
            code.memory('v128.load', offset);
        },
        store(p, value) {
            code.get(pointers[p]);
            value();
            code.memory('v128.store', offset);
        },
    };
}
/** Access to the first `count` (1 … 3) elements behind pointers. */
export function partialFour(code, partial, pointers, count) {
    return {
        load: (p) => () => {
            code.get(pointers[p]);
            code.get(count);
            code.call(partial.load);
        },
        store(p, value) {
            code.get(pointers[p]);
            value();
            code.get(count);
            code.call(partial.store);
        },
    };
}
/**
 * Access to four elements, or to `count` where fewer are left: one well-predicted branch per access instead of a second
 * copy of a long body.
 */
export function mixedFour(code, partial, pointers, count) {
    const whole = wholeFour(code, pointers);
    const rest = partialFour(code, partial, pointers, count);
    const enough = () => {
        code.get(count);
        code.i32(4);
        code.op('i32.ge_s');
    };
    return {
        load: (p) => () => {
            const value = code.local('v128');
            enough();
            code.when(() => {
                whole.load(p)();
                code.set(value);
            }, () => {
                rest.load(p)();
                code.set(value);
            });
            code.get(value);
        },
        store(p, value) {
            const kept = keep(code, value);
            enough();
            code.when(() => whole.store(p, kept), () => rest.store(p, kept));
        },
    };
}
/** target := pointer + bytes of count elements. */
export function byteEnd(code, target, pointer, count) {
    code.get(count);
    code.i32(2);
    code.op('i32.shl');
    code.get(pointer);
    code.op('i32.add');
    code.set(target);
}
/** target := pointer + bytes of the whole blocks of 2^shift elements in count. */
export function wholeBlocksEnd(code, target, pointer, count, shift) {
    code.get(count);
    code.i32(-(1 << shift));
    code.op('i32.and');
    code.i32(2);
    code.op('i32.shl');
    code.get(pointer);
    code.op('i32.add');
    code.set(target);
}
/** Adds the exported function `name`(addresses…, count, scalars…). */
export function emitEach(asm, partial, name, kernel) {
    const { arrays, scalars = 0, unroll, body } = kernel;
    const types = Array.from({ length: arrays + 1 + scalars }, (_, p) => (p <= arrays ? 'i32' : 'f32'));
    asm.func(name, types, [], (code, parameters) => {
        const pointers = parameters.slice(0, arrays);
        const count = parameters[arrays];
        const splats = parameters.slice(arrays + 1).map((parameter) => {
            const lanes = code.local('v128');
            code.get(parameter);
            code.op('f32x4.splat');
            code.set(lanes);
            return () => code.get(lanes);
        });
        eachFour(code, partial, pointers, count, unroll, (four) => body(code, four, splats));
    });
}
/**
 * The loop of `emitEach` inside a function: passes of `unroll` vectors, then single ones of which the last may be
 * incomplete. Overwrites the pointers, which end behind the last vector begun, and the count.
 */
export function eachFour(code, partial, pointers, count, unroll, body) {
    const end = code.local('i32');
    const advance = (vectors) => {
        for (const pointer of pointers)
            code.advance(pointer, 16 * vectors);
        code.advance(count, -4 * vectors);
    };
    if (unroll > 1) {
        wholeBlocksEnd(code, end, pointers[0], count, 31 - Math.clz32(4 * unroll));
        code.whileBelow(pointers[0], end, () => {
            for (let u = 0; u < unroll; u++)
                body(wholeFour(code, pointers, 16 * u));
            advance(unroll);
        });
    }
    byteEnd(code, end, pointers[0], count);
    code.whileBelow(pointers[0], end, () => {
        body(mixedFour(code, partial, pointers, count));
        advance(1);
    });
}
