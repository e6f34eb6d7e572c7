import { describe, expect, it } from 'vitest'
import { images, settingOf, THREE_HIDDEN, TWO_HIDDEN } from '../../../../src/lab/reproduce/deep/plan.ts'

describe('plans of deep networks', () => {
  it('need no files at quick scale, and have the sizes of the paper at its own', () => {
    for (const table of [TWO_HIDDEN, THREE_HIDDEN]) {
      expect(table.quick.datasets).toEqual(['clusters'])
      expect(table.paper.datasets).toEqual(['mnist', 'cifar10'])
    }
    expect(settingOf(TWO_HIDDEN.paper, 'mnist', 'relu', 'BP', 0.2)).toMatchObject({
      hidden: [64, 64],
      rate: 1e-3,
      batch: 32,
      epochs: 1000,
      rule: 'BP',
      data: { side: 14, samples: 60000, noise: 0.2 },
    })
    expect(settingOf(THREE_HIDDEN.paper, 'cifar10', 'tanh', 'DFA', 0.5).data).toMatchObject({
      side: 32,
      samples: 10000,
      noise: 0.5,
    })
    expect(images(THREE_HIDDEN.paper, 'mnist').side).toBe(28)
  })

  it('never ask for more samples than there are', () => {
    const asking = { ...TWO_HIDDEN.default, samples: 20000 }
    expect(images(asking, 'cifar10').samples).toBe(10000)
    expect(images(asking, 'mnist').samples).toBe(20000)
    expect(images({ ...asking, samples: 0 }, 'mnist').samples).toBe(60000)
  })
})
