// Which tier runs, decided in one place, with the reason why not a faster one.
import { checkSize, choose } from '../check.js';
import { blockedKernels, referenceKernels, referenceKernelsFloat32 } from './kernels.js';
import { simdKernels } from './simd.js';
import { threadKernels } from './threads.js';
import { webWorkers } from './worker-host.js';
const FASTEST_FIRST = ['threads', 'simd', 'blocked', 'reference'];
const IS_FLOAT32 = { float64: false, float32: true };
/**
 * The fastest kernels that this runtime and these options allow. All tiers of one accumulation give the same bits.
 * Throws: RangeError, TypeError for options that are no options; whatever the runtime lacks is named in `refused` instead.
 */
export function selectKernels(options = {}) {
    const { tier: fastest = 'threads', accumulation = 'float64', threads = 1 } = options;
    choose('selectKernels', 'tier', fastest, ATTEMPTS);
    const float32 = choose('selectKernels', 'accumulation', accumulation, IS_FLOAT32);
    checkSize('selectKernels', 'threads', threads, 1);
    const refused = [];
    for (const tier of FASTEST_FIRST) {
        if (FASTEST_FIRST.indexOf(tier) < FASTEST_FIRST.indexOf(fastest)) {
            refused.push({ tier, reason: `not asked for (tier ${fastest})` });
            continue;
        }
        const found = ATTEMPTS[tier](options, float32);
        if ('reason' in found) {
            refused.push({ tier, reason: found.reason });
            continue;
        }
        const { kernels, close } = found;
        const running = `${tier}: runs, ${accumulation} accumulation, ${kernels.threads} thread${kernels.threads === 1 ? '' : 's'}`;
        return {
            kernels,
            refused,
            close,
            explain: () => [...refused.map(({ tier: name, reason }) => `${name}: ${reason}`), running].join('\n'),
        };
    }
    // The reference tier always runs.
    throw new Error('selectKernels: no tier could run');
}
const NOTHING_TO_CLOSE = () => { };
/** Fastest first. */
const ATTEMPTS = {
    threads: (options) => {
        const workers = options.workers ?? webWorkers();
        return workers === undefined ? { reason: 'no way to start workers was given or found' }
            : threadKernels({ ...options, workers });
    },
    simd: (options) => {
        const simd = simdKernels(options);
        return 'reason' in simd ? simd : { kernels: simd.kernels, close: NOTHING_TO_CLOSE };
    },
    blocked: (_options, float32) => float32 ? { reason: 'float32 accumulation has no blocked form: rounding by hand is slower than float64' }
        : { kernels: blockedKernels, close: NOTHING_TO_CLOSE },
    reference: (_options, float32) => ({
        kernels: float32 ? referenceKernelsFloat32 : referenceKernels,
        close: NOTHING_TO_CLOSE,
    }),
};
