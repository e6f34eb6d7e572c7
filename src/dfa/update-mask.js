// Layers of which only a fixed random part is trained.
import { checkFinite, randomStream, show, uniformInto } from '../tensor/index.js';
/**
 * m ∈ {0, 1}, 1 with probability `keep`, drawn once for every weight and bias of a layer. Equation: theory (8.10).
 * Random numbers: element i of parameter p is kept when u_i < keep, u the stream `update-mask/<p>`: of two masks the one
 * of larger `keep` holds the other. Masked elements keep their bits, whatever the optimizer does.
 * Memory: two copies of the layer's parameters. Throws: RangeError for a share outside [0, 1].
 */
export function sparseUpdateMask({ parameters }, keep, seed) {
    if (!(checkFinite('sparseUpdateMask', 'keep', keep) >= 0 && keep <= 1)) {
        throw new RangeError(`sparseUpdateMask: keep must be between 0 and 1, got ${show(keep)}`);
    }
    const drawn = parameters.map(({ name, value, gradient }) => ({
        value: value.data,
        gradient: gradient.data,
        kept: uniformInto(new Float64Array(value.data.length), randomStream(seed, `update-mask/${name}`), 0, 1).map((u) => Number(u < keep)),
        before: value.data.slice(),
    }));
    const count = (of) => drawn.reduce((total, part) => total + of(part), 0);
    return {
        share: count(({ kept }) => kept.reduce((sum, one) => sum + one, 0)) / count(({ kept }) => kept.length),
        beforeUpdate() {
            for (const { value, gradient, kept, before } of drawn) {
                before.set(value);
                for (let i = 0; i < kept.length; i++)
                    if (kept[i] === 0)
                        gradient[i] = 0;
            }
        },
        afterUpdate() {
            for (const { value, kept, before } of drawn) {
                for (let i = 0; i < kept.length; i++)
                    if (kept[i] === 0)
                        value[i] = before[i];
            }
        },
    };
}
