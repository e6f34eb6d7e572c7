// Buffers of a layer: planned once per shape of its input, in memory that the largest shape bounds.
import { checkFilled, checkShape, show, sizeOf, tensor } from '../tensor/index.js';
/** Shapes whose plans are kept; the views of a further one take the place of the oldest. */
const KEPT = 64;
/**
 * Makes a function that gives the buffers for an input: the same set for the same shape, made by `plan` from a copy of
 * the shape and from `space`, which must be asked for the same arrays in the same order for every shape.
 * Memory: each array of a plan is the beginning of one that all shapes share. That has the length which the largest
 *   shape needs, or twice the length before where shapes grow little by little; the vector tier hands nothing back, so
 *   what was outgrown is lost there: four times the largest shape's need at most, twice in other tiers. So a buffer is
 *   valid until the function is called for another shape, not only for the same.
 * Cost: nothing is allocated where up to 64 shapes come in turn, in whatever order; more cost their views anew, not
 *   their memory. A look-up is one comparison per axis where shapes repeat.
 * Throws: RangeError naming `where` for an input whose data are not as many as its shape says, before anything is
 *   planned: the one place where layers look. What `plan` throws.
 */
export function planned(where, kernels, plan) {
    const arrays = [];
    const plans = [];
    let next = 0;
    let oldest = 0;
    let last;
    const take = (length, allocate) => {
        let whole = arrays[next];
        if (whole === undefined || whole.length < length) {
            // Views of what is outgrown would keep it alive.
            plans.length = oldest = 0;
            last = undefined;
            whole = allocate(whole === undefined ? length : Math.max(length, 2 * whole.length));
            arrays[next] = whole;
        }
        next++;
        return whole.subarray(0, length);
    };
    const float32 = (length) => take(length, kernels.allocate);
    const space = {
        float32,
        tensor: (shape) => tensor(shape, float32(sizeOf(shape))),
        int32(length) {
            const { buffer, byteOffset } = float32(length);
            return new Int32Array(buffer, byteOffset, length);
        },
        float64: (length) => take(length, (size) => new Float64Array(size)),
    };
    const planAnew = (input) => {
        checkFilled(where, 'input', input);
        const shape = [...input.shape];
        next = 0;
        const made = { shape, size: input.data.length, plan: plan(shape, space) };
        plans[oldest] = made;
        oldest = (oldest + 1) % KEPT;
        return made;
    };
    return (input) => {
        let found = last;
        if (found === undefined || !agree(found.shape, input.shape))
            found = search(plans, input.shape) ?? planAnew(input);
        if (input.data.length !== found.size)
            checkFilled(where, 'input', input);
        last = found;
        return found.plan;
    };
}
function agree(a, b) {
    if (a.length !== b.length)
        return false;
    for (let axis = 0; axis < a.length; axis++)
        if (a[axis] !== b[axis])
            return false;
    return true;
}
function search(plans, shape) {
    for (let i = 0; i < plans.length; i++)
        if (agree(plans[i].shape, shape))
            return plans[i];
    return undefined;
}
/** A zero tensor in the memory that the tier prefers. */
export function allocateTensor(kernels, shape) {
    return tensor(shape, kernels.allocate(shape.reduce((size, axis) => size * axis, 1)));
}
/**
 * The gradient from above, which this layer needs. Throws: Error naming the layer when it was not delivered, RangeError
 * when it has not the shape of the layer's output.
 */
export function required(layer, outputGradient, shape) {
    if (outputGradient !== undefined) {
        checkShape(`${layer}.backward`, 'outputGradient', outputGradient, shape);
        return outputGradient;
    }
    throw new Error(`${layer}.backward: outputGradient must be given, got ${show(outputGradient)}`);
}
