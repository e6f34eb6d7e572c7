// Element-wise kernels: out[i] = float32(f(x[i])), one rounding after the float64 value.
// One loop per function, so that the engine can inline the function into it.
import { checkFloat32, checkLength } from '../check.js';
import { erf } from './erf.js';
import { exp } from './exp.js';
import { sigmoid } from './sigmoid.js';
import { tanh } from './tanh.js';
function check(where, out, x) {
    checkFloat32(where, 'out', out);
    checkFloat32(where, 'x', x);
    checkLength(where, 'out', out, x.length);
    return x.length;
}
/** out[i] = e^x[i]. Returns out. Aliasing: out may be x. Throws: TypeError (not Float32Array), RangeError (lengths). */
export function expInto(out, x) {
    const length = check('expInto', out, x);
    for (let i = 0; i < length; i++)
        out[i] = exp(x[i]);
    return out;
}
/** out[i] = tanh x[i]. Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function tanhInto(out, x) {
    const length = check('tanhInto', out, x);
    for (let i = 0; i < length; i++)
        out[i] = tanh(x[i]);
    return out;
}
/** out[i] = σ(x[i]). Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function sigmoidInto(out, x) {
    const length = check('sigmoidInto', out, x);
    for (let i = 0; i < length; i++)
        out[i] = sigmoid(x[i]);
    return out;
}
/** out[i] = erf x[i]. Returns out. Aliasing: out may be x. Throws: TypeError, RangeError. */
export function erfInto(out, x) {
    const length = check('erfInto', out, x);
    for (let i = 0; i < length; i++)
        out[i] = erf(x[i]);
    return out;
}
