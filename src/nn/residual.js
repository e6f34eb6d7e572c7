// A layer with a way around it.
import { blockedKernels, show } from '../tensor/index.js';
import { planned, required } from './planned.js';
/**
 * y = x + f(x). Equation: He et al. 2016, equation 1. Shapes: any that f keeps.
 * Gradients: dx = dy + f′ᵀ dy; the parameters' are those of f with dy. A feedback point inside f changes the second
 *   term alone: the way around always carries the exact gradient.
 * Order: one float32 sum per element, each way. Cost: that of f and one addition per element. Memory: y and dx.
 * Throws: RangeError when f changes the shape.
 */
export function residual({ name, inner, kernels = blockedKernels }) {
    let input;
    const outputShape = (inputShape) => {
        const shape = inner.outputShape(inputShape);
        if (shape.length === inputShape.length && shape.every((size, axis) => size === inputShape[axis]))
            return inputShape;
        throw new RangeError(`residual ${name}: inner must keep the shape ${show(inputShape)}, got ${show(shape)}`);
    };
    const buffers = planned(`residual ${name}`, kernels, (shape, space) => {
        outputShape(shape);
        return { output: space.tensor(shape), inputGradient: space.tensor(shape) };
    });
    return {
        name,
        parameters: [],
        children: [inner],
        usesOutputGradient: true,
        outputShape,
        forward(x) {
            const { output } = buffers(x);
            input = x;
            kernels.elementwise.addInto(output.data, x.data, inner.forward(x).data);
            return output;
        },
        backward(outputGradient, wantInput) {
            if (input === undefined)
                throw new Error(`${name}.backward: forward must come first`);
            const dy = required(name, outputGradient, input.shape);
            const inside = inner.backward(dy, wantInput);
            if (!wantInput)
                return undefined;
            const { inputGradient } = buffers(input);
            kernels.elementwise.addInto(inputGradient.data, dy.data, required(inner.name, inside, input.shape).data);
            return inputGradient;
        },
    };
}
