import { expect, it } from 'vitest'
import type { Trainer } from '../../../../src/dfa/index.ts'
import { UsageError } from '../../../../src/lab/options.ts'
import type { Part } from '../../../../src/lab/training/click-rows.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { clicks, clicksOf } from '../../../../src/lab/training/tasks/clicks.ts'
import { blockedKernels, type Tensor, tensor } from '../../../../src/tensor/index.ts'

const configured = (texts: Record<string, string>) =>
  configure(new Map(Object.entries({ dataset: 'clicks', model: 'fm', batch: '2', ...texts }))).configuration

const PART: Part = { input: tensor([4, 1]), target: tensor([4, 1], Float32Array.of(0, 1, 0, 1)) }

it('a score of logits that are no numbers is no number, for the training to end as one that diverged', () => {
  const { score } = clicksOf({ training: PART, validation: PART, test: PART, vocabularies: [1], bayes: null }).compose(
    configured({}),
    blockedKernels,
  )
  const of = (logit: number) =>
    score(
      { evaluate: (_: Tensor, target: Tensor) => ({ loss: logit, output: tensor(target.shape, target.data.map((t) =>
        t * logit
      )) }) } as unknown as Trainer,
      'test',
      4,
    )
  expect(of(2)).toEqual({ loss: 2, auc: 1 })
  expect(of(NaN)).toEqual({ loss: NaN, auc: NaN })
})

it('rows of one kind alone are refused when they are read', () => {
  const read = (rows: string) => (): unknown =>
    clicks.read(configured({ 'training-samples': '40', 'validation-samples': rows }), undefined)
  expect(read('40')).not.toThrow()
  expect(read('2')).toThrow(UsageError)
  expect(read('2')).toThrow('--validation-samples: validation rows must hold clicks and others, got 2 of one kind')
})
