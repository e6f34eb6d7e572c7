import { type RandomStream, randomStream } from '../../tensor/index.ts'
import type { RuleDescription } from './description.ts'
import type { Carrier, LearningRule } from './rule.ts'
import { carrierScale, drawMagnitudes, magnitudeFill, magnitudeKind, signSymmetry,
  type SignSymmetryOptions } from './sign-symmetry.ts'

/**
 * dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}, M drawn anew for every batch. Equation: theory (5.4); liao2016 (brSF).
 * The draw is a function of the step, so a resumed run needs no state.
 * Cost: one random number per carrying weight and step.
 * Throws: RangeError for other kinds.
 */
export function batchRandomSignSymmetry(options: SignSymmetryOptions = {}): LearningRule {
  const { kind, seed = 0, kernels } = magnitudeKind('batchRandomSignSymmetry', options)
  const streams = new Map<Carrier, RandomStream>()
  const fill = magnitudeFill(kind)
  return signSymmetry('batch-random-sign-symmetry', (out, layer, step) => {
    let stream = streams.get(layer)
    if (stream === undefined) streams.set(layer, stream = randomStream(seed, `feedback/${layer.name}/batches`))
    drawMagnitudes(out, stream, Math.max(step, 0), carrierScale(layer), fill)
  }, true, kernels)
}

/** Its description. */
export const batchRandomSignSymmetryRule: RuleDescription = {
  name: 'batch-random-sign-symmetry',
  abbreviation: 'brSF',
  equation: 'dh_l = (|M_{l+1}| ⊙ sign W_{l+1})ᵀ da_{l+1}, M per batch',
  uses: ['kind', 'seed'],
  make: (options) => batchRandomSignSymmetry(magnitudeKind('batchRandomSignSymmetry', options)),
}
