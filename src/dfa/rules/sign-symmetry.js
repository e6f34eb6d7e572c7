// R = M ⊙ sign(W): what the three sign rules share.
import { blockedKernels, choose, normalInto, uniformInto } from '../../tensor/index.js';
import { allocateTensor } from '../../nn/index.js';
import { fanIn } from './transport.js';
const KINDS = { gaussian: 'gaussian', uniform: 'uniform' };
/** √(1/I), the deviation of the random kinds. */
export function carrierScale(layer) {
    return 1 / Math.sqrt(fanIn(layer));
}
/** The options with their kind checked. Throws: RangeError for kinds that would put zeros or dependence into |M|. */
export function magnitudeKind(rule, options) {
    const { kind = 'gaussian' } = options;
    return { ...options, kind: choose(rule, 'kind', kind, KINDS) };
}
/** How a kind is drawn before its absolute value is taken. */
export function magnitudeFill(kind) {
    return choose('magnitudeFill', 'kind', kind, FILLS);
}
const FILLS = {
    gaussian: (out, stream) => normalInto(out, stream),
    uniform: (out, stream) => uniformInto(out, stream, -1, 1),
};
/** out := |M| of this draw: number `draw` of the stream, whatever was drawn before. */
export function drawMagnitudes(out, stream, draw, scale, fill) {
    stream.position = draw * out.length;
    fill(out, stream);
    for (let i = 0; i < out.length; i++)
        out[i] = scale * Math.abs(out[i]);
}
/**
 * dh_l = (M_{l+1} ⊙ sign W_{l+1})ᵀ da_{l+1}. R follows the signs before the forward pass, for weights set from outside,
 * and after the update, so that between steps R is that of the weights; sign 0 = 0. With `redraw`, M is drawn anew
 * before every step.
 */
export function signSymmetry(name, magnitudes, redraw, kernels = blockedKernels) {
    let held = [];
    const resign = () => {
        for (let l = 0; l < held.length; l++) {
            const { layer, m, r } = held[l];
            const w = layer.weight.value.data;
            for (let i = 0; i < w.length; i++)
                r[i] = w[i] > 0 ? m[i] : w[i] < 0 ? -m[i] : 0;
        }
    };
    return {
        name,
        install({ carriers }) {
            held = carriers.slice(1).map((layer) => {
                const m = kernels.allocate(layer.weight.value.data.length);
                magnitudes(m, layer, -1);
                const transport = allocateTensor(kernels, layer.weight.value.shape);
                layer.transport = transport;
                return { layer, m, r: transport.data };
            });
            resign();
        },
        beforeStep({ step }) {
            if (redraw) {
                for (let l = 0; l < held.length; l++)
                    magnitudes(held[l].m, held[l].layer, step);
            }
            resign();
        },
        afterStep: resign,
    };
}
