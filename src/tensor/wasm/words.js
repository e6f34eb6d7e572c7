// Words for writing vector arithmetic as expressions: each takes what leaves its operands on the stack and gives what
// leaves the result there, so that a kernel reads like the TypeScript line it has to match bit for bit.
/** The word for an instruction of one operand. */
export function unary(code, name) {
    return (a) => () => {
        a();
        code.op(name);
    };
}
/** The word for an instruction of two operands. */
export function binary(code, name) {
    return (a, b) => () => {
        a();
        b();
        code.op(name);
    };
}
/** Computes a value once, here, and gives the word that reads it again. */
export function keep(code, value) {
    const local = code.local('v128');
    value();
    code.set(local);
    return () => code.get(local);
}
/** Lanes of `yes` where `mask` is all ones, of `no` where it is zero. */
export function select(code, yes, no, mask) {
    return () => {
        yes();
        no();
        mask();
        code.op('v128.bitselect');
    };
}
/** Float64 words for one function body. */
export function float64Words(code) {
    return {
        of(value) {
            const local = code.f64x2Local(value);
            return () => code.get(local);
        },
        add: binary(code, 'f64x2.add'),
        sub: binary(code, 'f64x2.sub'),
        mul: binary(code, 'f64x2.mul'),
        div: binary(code, 'f64x2.div'),
        atMost: binary(code, 'f64x2.pmin'),
        atLeast: binary(code, 'f64x2.pmax'),
        neg: unary(code, 'f64x2.neg'),
        abs: unary(code, 'f64x2.abs'),
        keep: (value) => keep(code, value),
    };
}
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const BOTH_LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
/** The lower (half = 0) or upper two of four float32 lanes as float64. */
export function promoteHalf(code, four, half) {
    return () => {
        four();
        if (half === 1) {
            four();
            code.op('i8x16.shuffle', ...HIGH_HALF);
        }
        code.op('f64x2.promote_low_f32x4');
    };
}
/** The lower halves of two vectors side by side. */
export function joinLowHalves(code, low, high) {
    return () => {
        low();
        high();
        code.op('i8x16.shuffle', ...BOTH_LOW_HALVES);
    };
}
/**
 * Four float32 lanes from two expressions in float64 lanes, each rounded once: `f` is asked for the lower half and for
 * the upper half and receives the operands' halves. The two chains do not depend on each other, so they overlap.
 */
export function inFloat64(code, operands, f) {
    const kept = operands.map((operand) => keep(code, operand));
    const [low, high] = [0, 1].map((half) => {
        const halves = kept.map((four) => keep(code, promoteHalf(code, four, half)));
        const value = f(...halves);
        return keep(code, unary(code, 'f32x4.demote_f64x2_zero')(value));
    });
    return joinLowHalves(code, low, high);
}
