import { blockedKernels, checkFinite, checkPositiveFloat32, checkSize, randomStream, stepNormalsInto, timesTransposedInto, transposedTimesInto } from '../../tensor/index.js';
import { allocateTensor } from '../../nn/index.js';
import { TRANSPORT_OPTIONS } from './description.js';
import { checkDecayFactor } from './kolen-pollack.js';
import { fanIn, randomTransport } from './transport.js';
/**
 * dh_l = R_{l+1} da_{l+1}; mirror phases: R ← (1 − λ_m)R + η_m ⟨(Wξ)ξᵀ⟩, ξ ~ N(0, s²), mean s²W; R stored like W.
 * Equation: theory (5.7); akrout2019. Here the response is that of the weight alone: their φ(Wξ + b) tilts the mean by
 * φ′ (exact only where φ is linear), and b adds noise without signal.
 * A convolution is mirrored by its kernel as a matrix [O, I], I = C/groups·kH·kW: ξ are patches of independent noise,
 * [M, I], the same for every group, and Wξ is what the layer makes of them at one position, bias left out. Patches cut
 * from noise images would share pixels, which only adds variance: fewer independent ξ for the same images.
 * Accuracy: at rest R = (η_m s²/λ_m)(W + noise), of relative size √(λ_m·I/(2M)), theory (5.8): I = 512 and the
 * defaults, 0.28 or 16°.
 * Cost: two products of 2·M·I·O flops and M·I normal draws per carrying layer and phase.
 * The noise is a function of the step; R is state.
 * Throws: RangeError for options out of range.
 */
export function weightMirror(options = {}) {
    const { mirrorRate = 0.02, deviation = 1, samples = 64, every = 1, seed = 0, kernels = blockedKernels } = options;
    checkPositiveFloat32('weightMirror', 'mirrorRate', mirrorRate);
    checkPositiveFloat32('weightMirror', 'deviation', deviation);
    checkSize('weightMirror', 'samples', samples, 1);
    checkSize('weightMirror', 'every', every, 1);
    const decay = checkFinite('weightMirror', 'mirrorDecay', options.mirrorDecay ?? mirrorRate * deviation * deviation);
    checkDecayFactor('weightMirror', 'mirrorDecay', decay);
    let mirrors = [];
    return {
        name: 'weight-mirror',
        state: () => mirrors.map(({ layer, transport }) => ({ name: `feedback/${layer.name}`, data: transport.data })),
        install({ carriers }) {
            mirrors = carriers.slice(1).map((layer) => {
                const { shape } = layer.weight.value;
                const inputs = fanIn(layer), outputs = shape[0];
                const transport = allocateTensor(kernels, shape);
                transport.data.set(randomTransport('weightMirror', layer, options).data);
                return {
                    layer,
                    transport,
                    stream: randomStream(seed, `mirror/${layer.name}`),
                    draws: new Float64Array(samples * inputs),
                    noise: allocateTensor(kernels, [samples, inputs]),
                    response: allocateTensor(kernels, [samples, outputs]),
                    correlation: allocateTensor(kernels, [outputs, inputs]),
                };
            });
            for (const { layer, transport } of mirrors)
                layer.transport = transport;
        },
        beforeStep({ step }) {
            if (step % every !== 0)
                return;
            for (let l = 0; l < mirrors.length; l++) {
                const { layer: { weight }, stream, transport, draws, noise, response, correlation } = mirrors[l];
                const r = transport.data;
                stepNormalsInto(draws, stream, step);
                for (let i = 0; i < draws.length; i++)
                    noise.data[i] = deviation * draws[i];
                timesTransposedInto(kernels, response, noise, weight.value);
                transposedTimesInto(kernels, correlation, response, noise);
                kernels.elementwise.scaleInto(r, 1 - decay, r);
                kernels.elementwise.addScaledInto(r, r, mirrorRate / samples, correlation.data);
            }
        },
    };
}
/** Its description. */
export const weightMirrorRule = {
    name: 'weight-mirror',
    abbreviation: 'WM',
    equation: 'dh_l = R_{l+1} da_{l+1}, R mirrors W',
    uses: TRANSPORT_OPTIONS,
    make: (options) => weightMirror(options),
};
