import { describe, expect, it } from 'vitest'
import { alignmentSetting, images, imageSets,
  shallowSetting } from '../../../../src/lab/reproduce/refinetti2021/deep-plan.ts'

describe('plans of deep networks', () => {
  it('need no files at quick scale, and have the sizes of the paper at its own', () => {
    expect(imageSets('quick')).toEqual(['clusters'])
    expect(imageSets('paper')).toEqual(['mnist', 'cifar10'])
    expect(shallowSetting('paper', 'mnist', 'relu', 'BP', { samples: 500, epochs: 3, noise: 0.2 })).toMatchObject({
      hidden: [64, 64],
      rate: 1e-3,
      batch: 32,
      epochs: 1000,
      rule: 'BP',
      data: { side: 14, samples: 60000, noise: 0.2 },
    })
    expect(alignmentSetting('paper', 'cifar10', 0.5).data).toMatchObject({ side: 32, samples: 10000, noise: 0.5 })
  })

  it('never ask for more samples than there are', () => {
    expect(images('cifar10', 14, 20000).samples).toBe(10000)
    expect(images('mnist', 14, 20000).samples).toBe(20000)
    expect(images('mnist', 14, 0).samples).toBe(60000)
  })
})
