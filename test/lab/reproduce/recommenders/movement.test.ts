import { describe, expect, it } from 'vitest'
import { effectiveRank, movementRank } from '../../../../src/lab/reproduce/recommenders/movement.ts'
import { fieldEmbedding } from '../../../../src/nn/index.ts'

describe('effectiveRank', () => {
  it('is the number of equal singular values, and between for others', () => {
    expect(effectiveRank([3, 0, 0])).toBe(1)
    expect(effectiveRank([2, 2, 2, 0])).toBeCloseTo(3, 12)
    // (4 + 1)²/(16 + 1)
    expect(effectiveRank([2, 1])).toBeCloseTo(25 / 17, 12)
  })
})

describe('movementRank', () => {
  it('is the mean over the fields that moved, each for itself', () => {
    const layer = fieldEmbedding({ name: 'e', vocabularies: [2, 3, 2], features: 2 })
    const start = layer.weight.value.data.fill(1).slice()
    expect(movementRank(layer, start)).toBeNull()
    // A line in the first field, two equal directions in the second, rest in the third.
    layer.weight.value.data.set([2, 3, -1, -3, 3, 1, 1, 3, 1, 1])
    expect(movementRank(layer, start)).toBeCloseTo((1 + 2) / 2, 10)
  })
})
