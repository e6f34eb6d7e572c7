import { expect, it } from 'vitest'
import { backpropagation, trainer } from '../../../../src/dfa/index.ts'
import { sgd } from '../../../../src/nn/index.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { charactersOf } from '../../../../src/lab/training/tasks/characters.ts'
import { notingKernels } from '../../../nn/layer-laws.ts'

const text = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i * i % 3)
const PARTS = { vocabulary: ['a', 'b', 'c'], training: text(90), validation: text(40), test: text(30) }

it('scores and probes ask for memory once, whatever the number of epochs', () => {
  const { configuration, faults } = configure(
    new Map(Object.entries({ dataset: 'text', width: '4', heads: '1', blocks: '1', context: '6', batch: '4' })),
  )
  expect(faults).toEqual([])
  const { kernels, allocations } = notingKernels()
  const prepared = charactersOf(PARTS).compose(configuration, kernels)
  const { network, loss, score, probe, inOrder } = prepared
  const run = trainer({ network, rule: backpropagation(), loss, optimizer: sgd(0.1), kernels })
  const look =
    (): readonly unknown[] => [score(run, 'validation', 40), score(run, 'test', 30), score(run, 'training', 30), {
      ...probe(10).target,
    }, { ...inOrder().batch(0, 1).target }]
  const first = look()
  const asked = allocations.length
  expect(look()).toEqual(first)
  expect(allocations.length).toBe(asked)
})
