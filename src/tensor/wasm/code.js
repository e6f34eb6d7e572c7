// One function under construction: instructions in, the bytes of its body out.
import { float32Bytes, float64Bytes, int32Bytes, signedLeb, TYPE_BYTES, unsignedLeb } from './encoding.js';
import { BYTE_OPCODES, VECTOR_OPCODES } from './instructions.js';
/**
 * The bytes of a function's body: locals, constants that loops use, instructions, end.
 * `build` receives its code and its parameters.
 */
export function functionBody(parameters, build) {
    const bytes = [];
    const prologue = [];
    const constants = [];
    const locals = [];
    const op = (name, ...immediates) => {
        if (name in BYTE_OPCODES)
            bytes.push(BYTE_OPCODES[name]);
        else
            bytes.push(0xfd, ...unsignedLeb(VECTOR_OPCODES[name]));
        for (const byte of immediates)
            bytes.push(byte);
    };
    // The three most frequent instructions make no arrays where one byte is enough.
    const index = (opcode, local) => {
        bytes.push(opcode);
        if (local.index < 128)
            bytes.push(local.index);
        else
            bytes.push(...unsignedLeb(local.index));
    };
    const get = (local) => index(BYTE_OPCODES['local.get'], local);
    const set = (local) => index(BYTE_OPCODES['local.set'], local);
    const i32 = (value) => {
        bytes.push(BYTE_OPCODES['i32.const']);
        if (value >= 0 && value < 64)
            bytes.push(value);
        else
            bytes.push(...signedLeb(value));
    };
    const EMPTY_BLOCK = 0x40;
    const code = {
        op,
        get,
        set,
        i32,
        local(type) {
            locals.push(type);
            return { index: parameters.length + locals.length - 1, type };
        },
        f64: (value) => op('f64.const', ...float64Bytes(value)),
        f32: (value) => op('f32.const', ...float32Bytes(value)),
        f64x2: (value) => op('v128.const', ...float64Bytes(value), ...float64Bytes(value)),
        f64x2Local(value) {
            const known = constants.find((constant) => Object.is(constant.value, value));
            if (known !== undefined)
                return known.local;
            const local = code.local('v128');
            const start = bytes.length;
            code.f64x2(value);
            set(local);
            prologue.push(...bytes.splice(start));
            constants.push({ value, local });
            return local;
        },
        i32x4(value) {
            const lane = int32Bytes(value);
            op('v128.const', ...lane, ...lane, ...lane, ...lane);
        },
        memory: (name, offset = 0, ...lane) => op(name, 0, ...unsignedLeb(offset), ...lane),
        advance(target, step) {
            get(target);
            if (typeof step === 'number')
                i32(step);
            else
                get(step);
            op('i32.add');
            set(target);
        },
        whileBelow(counter, end, body) {
            const below = () => {
                get(counter);
                get(end);
                op('i32.lt_u');
            };
            below();
            op('if', EMPTY_BLOCK);
            op('loop', EMPTY_BLOCK);
            body();
            below();
            op('br_if', 0);
            op('end');
            op('end');
        },
        when(then, otherwise) {
            op('if', EMPTY_BLOCK);
            then();
            if (otherwise !== undefined) {
                op('else');
                otherwise();
            }
            op('end');
        },
        call: (callee) => op('call', ...unsignedLeb(callee.index)),
    };
    build(code, parameters.map((type, index) => ({ index, type })));
    // Locals are declared in runs of equal types; one run each keeps the encoder simple and costs two bytes.
    const declared = [...unsignedLeb(locals.length), ...locals.flatMap((type) => [1, TYPE_BYTES[type]])];
    return [...declared, ...prologue, ...bytes, 0x0b];
}
