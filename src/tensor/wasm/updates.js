// Optimizer steps in four float32 lanes: ../updates.ts operation by operation.
import { emitEach } from './frame.js';
import { binary, keep, unary } from './words.js';
/**
 * Adds momentum and nesterov (w, v, g, n, η, μ, λ, 1 − η·λ′) and adam (w, m, v, g, n, β₁, β₂, 1 − β₁, 1 − β₂, ε, λ,
 * η/c₁, 1/√c₂, 1 − η·λ′). Addresses in bytes, numbers float32.
 */
export function emitUpdates(asm, partial) {
    for (const [name, nesterov] of [['momentum', false], ['nesterov', true]]) {
        emitEach(asm, partial, name, {
            arrays: 3,
            scalars: 4,
            unroll: 4,
            body(code, four, [rate, momentum, coupled, kept]) {
                const add = binary(code, 'f32x4.add'), sub = binary(code, 'f32x4.sub'), mul = binary(code, 'f32x4.mul');
                const w = keep(code, four.load(0));
                const d = keep(code, add(four.load(2), mul(coupled, w)));
                const v = keep(code, add(mul(momentum, four.load(1)), d));
                const u = nesterov ? add(d, mul(momentum, v)) : v;
                four.store(1, v);
                four.store(0, sub(mul(kept, w), mul(rate, u)));
            },
        });
    }
    emitEach(asm, partial, 'adam', {
        arrays: 4,
        scalars: 9,
        unroll: 2,
        body(code, four, [beta1, beta2, new1, new2, epsilon, coupled, rate, root, kept]) {
            const add = binary(code, 'f32x4.add'), sub = binary(code, 'f32x4.sub'), mul = binary(code, 'f32x4.mul');
            const div = binary(code, 'f32x4.div'), sqrt = unary(code, 'f32x4.sqrt');
            const w = keep(code, four.load(0));
            const d = keep(code, add(four.load(3), mul(coupled, w)));
            const mean = keep(code, add(mul(beta1, four.load(1)), mul(new1, d)));
            const square = keep(code, add(mul(beta2, four.load(2)), mul(new2, mul(d, d))));
            four.store(1, mean);
            four.store(2, square);
            four.store(0, sub(mul(kept, w), mul(rate, div(mean, add(mul(sqrt(square), root), epsilon)))));
        },
    });
}
