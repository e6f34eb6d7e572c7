import { describe, expect, it } from 'vitest'
import type { AlignmentRecord, CosineRecord } from '../../../src/dfa/index.ts'
import type { EpochRecord } from '../../../src/lab/train/record.ts'
import { deadTraining, divergence, hasDiverged, smallerSteps, troubleText } from '../../../src/lab/train/trouble.ts'
import { DEFAULTS } from '../../../src/lab/training/configuration.ts'

/** A record with the mean cosines of its layers, and an accuracy. */
function recordOf(epoch: number, means: readonly (number | null)[] | null, accuracy = 0.5): EpochRecord {
  const cosine = (mean: number | null): CosineRecord & { batch: number | null } => ({
    mean,
    deviation: null,
    count: 1,
    zeros: 0,
    batch: mean,
  })
  const alignment = means === null ? null
    : { layerGradient: Object.fromEntries(means.map((mean, index) => [`dense${index + 1}`, cosine(mean)])) }
  return {
    epoch,
    steps: 10 * epoch,
    trainingLoss: 1,
    rate: 0.1,
    training: { loss: 1, accuracy },
    validation: null,
    test: { loss: 1, accuracy },
    alignment: alignment as AlignmentRecord | null,
  }
}

describe('hasDiverged', () => {
  it('asks for a mean above ten times the start over ten steps, or an epoch that has fewer', () => {
    expect(hasDiverged(23, 2.3, 50, 100)).toBe(false)
    expect(hasDiverged(23.1, 2.3, 50, 100)).toBe(true)
    expect(hasDiverged(1e9, 2.3, 9, 100)).toBe(false)
    expect(hasDiverged(1e9, 2.3, 10, 100)).toBe(true)
    expect(hasDiverged(1e9, 2.3, 3, 3)).toBe(true)
    // Started by a version that did not measure it.
    expect(hasDiverged(1e9, undefined, 10, 100)).toBe(false)
  })
})

describe('deadTraining', () => {
  const dead = (records: readonly EpochRecord[], silent?: string): string | undefined =>
    deadTraining(records, silent, DEFAULTS)?.what

  it('finds a layer that is silent, but not before the first step', () => {
    expect(dead([recordOf(0, null)], 'relu1')).toBeUndefined()
    expect(dead([recordOf(0, null), recordOf(1, null)], 'relu1')).toBe(
      'all units of relu1 are 0 on every training sample',
    )
  })

  it('finds hidden layers that have lost their alignment, and layers that have none at all', () => {
    const start = recordOf(0, [0.1, 0.1, 1])
    expect(dead([start, recordOf(1, [null, null, 1])])).toMatch(/^the alignment of no hidden layer is finite/)
    expect(dead([recordOf(0, [null, null, null]), recordOf(1, [null, null, null])])).toMatch(
      /^the alignment of no layer is finite/,
    )
  })

  it('lets be what lives, what never had hidden gradients (the frozen control), what is learnt, what is not measured', () => {
    const start = recordOf(0, [0.1, 0.1, 1])
    expect(dead([start, recordOf(1, [null, 0.2, 1])])).toBeUndefined()
    expect(dead([recordOf(0, [null, null, 1]), recordOf(1, [null, null, 1])])).toBeUndefined()
    expect(dead([start, recordOf(1, [null, null, null], 1)])).toBeUndefined()
    expect(dead([start, recordOf(1, null)])).toBeUndefined()
  })
})

describe('advice', () => {
  it('leaves out what is in use', () => {
    expect(smallerSteps({ ...DEFAULTS, rate: 0.05, activation: 'relu' })).toBe(
      '--activation tanh, --clip-norm 1 or --rate 0.005',
    )
    expect(smallerSteps({ ...DEFAULTS, rate: 3e-4, activation: 'tanh', 'clip-value': 1 })).toBe('--rate 0.00003')
  })

  it('is one line that says whether the training goes on', () => {
    const trouble = divergence(7, 1234.5, 2.3, { ...DEFAULTS, activation: 'tanh', 'clip-norm': 1, rate: 1 })
    expect(troubleText(trouble, false)).toBe(
      'training stopped at step 7: training loss 1.23e+3 is above ten times that of the start, 2.30; try --rate 0.1',
    )
    expect(troubleText(trouble, true)).toMatch(/^training continues at step 7: /)
  })
})
