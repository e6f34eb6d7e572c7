// Every rule with the defaults of `train` on generated data: no cell ends above its start, and every rule learns.

import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'
import { freshKernels } from '../../src/lab/kernels.ts'
import { ENDLESS } from '../../src/lab/reproduce/defaults/plan.ts'
import { trainCell } from '../../src/lab/reproduce/defaults/training.ts'
import { configure } from '../../src/lab/training/configuration.ts'

const TOOLS = { data: undefined, kernels: freshKernels, progress: () => {} }

describe.each(Object.keys(RULES))('%s', (rule) => {
  // Depth 5 is where what runs away does so first; a frozen network that deep has next to nothing to learn from.
  it.each([1, 2, 3, 5])('at depth %d learns, under relu and tanh', (depth) => {
    // relu under these is said to run away (docs/theory, section 8.7).
    for (const activation of ENDLESS.includes(rule) && depth > 2 ? ['tanh'] : ['relu', 'tanh']) {
      const { configuration, faults } = configure(
        new Map(Object.entries({ rule, activation, batch: '16', epochs: '2', hidden: Array.from({ length: depth }, () =>
          64).join(), 'training-samples': '3000' })),
      )
      expect(faults).toEqual([])
      const { losses, accuracies, stopped } = trainCell({ stage: 'table', training: configuration }, TOOLS)
      const cell = `${activation}: ${losses.join(' ')}, ${accuracies.join(' ')}`
      expect(stopped, cell).toBeUndefined()
      expect(Math.max(...losses.slice(1)), cell).toBeLessThan(losses[0])
      expect(accuracies[2], cell).toBeGreaterThan(0.15)
    }
  })
})
