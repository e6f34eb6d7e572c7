import { describe, expect, it } from 'vitest'
import { activations } from '../../../../src/lab/reproduce/launay2019/activations.ts'
import { batchNorm } from '../../../../src/lab/reproduce/launay2019/batch-norm.ts'
import { bestPractices } from '../../../../src/lab/reproduce/launay2019/best-practices.ts'
import { convolutions } from '../../../../src/lab/reproduce/launay2019/convolutions.ts'
import { dropout } from '../../../../src/lab/reproduce/launay2019/dropout.ts'
import { feedbackNormalization } from '../../../../src/lab/reproduce/launay2019/feedback-normalization.ts'
import { preAlignment } from '../../../../src/lab/reproduce/launay2019/pre-alignment.ts'
import { reductions } from '../../../../src/lab/reproduce/launay2019/reductions.ts'
import type { Experiment } from '../../../../src/lab/reproduce/experiment.ts'
import type { Practice } from '../../../../src/lab/reproduce/practices/training.ts'
import { judged, type Outcome, runsOf, valley } from './fake.ts'

const three = (x: number): readonly number[] => [x, x, x]
/** A good outcome unless one of the named claims is to fail. */
type Made = (c: Practice, fail: string) => Outcome

const TABLE: readonly (readonly [Experiment, readonly string[], Made])[] = [[feedbackNormalization, [
  'normalization-common',
  'normalization-tuned',
  'normalization-accuracy',
  'normalization-conv',
], (c, fail) => {
  const none = c.normalization === 'none', conv = c.network.kind === 'CONV'
  const common = c.rate === 0.0005 && c.hiddenReduction === 'sum'
  const worse = common ? fail === 'normalization-common'
    : conv ? fail === 'normalization-conv' : fail === 'normalization-accuracy' || fail === 'normalization-tuned'
  return {
    cosines: three(none === worse ? 0.6 : 0.2),
    test: none === worse ? 0.5 : 0.3,
    loss: valley(c.rate, none ? 0.003 : 0.1),
  }
}], [activations, ['activations-tanh', 'activations-tanh-one-rate', 'activations-absolute', 'activations-bump',
  'activations-wrong'], ({ rate, network: { activation, derivative } }, fail) => ({
    loss: valley(rate, 0.1),
    cosines: three(
      derivative === 'one' ? (fail === 'activations-wrong' ? 0.4 : 0)
        : fail.startsWith(`activations-${activation}`) ? 0.02 : activation === 'tanh' ? 0.6 : 0.3,
    ),
  })], [dropout, ['dropout-learns-FC', 'dropout-learns-CONV'],
  ({ network: { kind } }, fail) => ({ cosines: three(0.3), loss: fail.endsWith(kind) ? 2.4 : 1 })], [batchNorm, [
  'batch-norm-learns-FC',
  'batch-norm-learns-CONV',
], ({ network: { kind } }, fail) => ({ cosines: three(0.3), loss: fail.endsWith(kind) ? 2.4 : 1 })], [preAlignment, [
  'pre-alignment-start',
  'pre-alignment-end',
  'pre-alignment-masked',
  'pre-alignment-worse',
], ({ initial, keep }, fail) => {
  const aligned = initial === 'pre-aligned'
  const low = fail === (keep === 1 ? 'pre-alignment-end' : 'pre-alignment-masked')
  return {
    start: three(aligned && fail !== 'pre-alignment-start' ? 0.99999 : 0),
    cosines: three(aligned ? (low ? 0.1 : 0.9) : 0.5),
    test: aligned === (fail === 'pre-alignment-worse') ? 0.5 : 0.3,
  }
}], [convolutions, ['convolutions-low', 'convolutions-dense', 'convolutions-order', 'convolutions-bp',
  'convolutions-frozen', 'convolutions-shared'], ({ method, maps, rate }, fail) => {
  const high = fail === 'convolutions-low' ? 0.5 : 0.05
  const shared = maps === 'channel-shared' && fail !== 'convolutions-shared'
  return {
    cosines: [...three(shared ? 0.2 : high), fail === 'convolutions-dense' ? 0.01 : 0.6],
    test: method === 'BP' ? (fail === 'convolutions-bp' ? 0.42 : fail === 'convolutions-order' ? 0.3 : 0.6)
      : method === 'DFA' ? (fail === 'convolutions-frozen' ? 0.5 : 0.42) : 0.4,
    loss: valley(rate, 0.1),
  }
}], [reductions, ['reductions-sum', 'reductions-mean', 'reductions-slow'], ({ hiddenReduction, rate }, fail) => {
  const own = hiddenReduction === 'sum' ? 'reductions-sum' : 'reductions-mean'
  const slow = hiddenReduction === 'mean' && rate < 0.1
  return {
    cosines: fail === own ? [0.1, 0.2, 0.3] : [0.3, 0.2, 0.1],
    loss: slow === (fail !== 'reductions-slow') ? 2 : 1,
  }
}], [bestPractices, ['practices-learn'], (_c, fail) => ({ cosines: three(0.3), loss: fail === '' ? 1 : 2.4 })]]

/** Claims that no training decides. */
const EXACT: Readonly<Record<string, readonly string[]>> = {
  'launay2019/feedback-normalization': ['normalization-same', 'normalization-norm', 'normalization-slice'],
}

describe('experiments on practices', () => {
  it.each(TABLE.map(([experiment, ids, made]) => ({ name: experiment.name, experiment, ids, made })))(
    '$name holds where all is as claimed, and every claim fails where it is not',
    ({ experiment, ids, made }) => {
      const scale = 'paper'
      const good = judged(experiment, scale, (c) => made(c, ''))
      expect(good).toEqual(Object.fromEntries([...EXACT[experiment.name] ?? [], ...ids].map((id) => [id, 'holds'])))
      for (const id of ids) expect(judged(experiment, scale, (c) => made(c, id))[id], id).toBe('fails')
    },
  )

  it('advises by test accuracy beyond twice the standard error', () => {
    const table = (relu: number): unknown => {
      const runs = runsOf(bestPractices, 'paper',
        (c) => ({ cosines: three(0.3), test: c.network.activation === 'relu' ? relu : 0.4 + 0.001 * (c.seed % 2) }))
      const [{ table: { rows } }] = bestPractices.judge(runs, 'paper').tables ?? []
      return rows.find(([practice]) => practice === 'tanh rather than relu')?.[7]
    }
    expect(table(0.3)).toBe('follow')
    expect(table(0.5)).toBe('do not follow')
    expect(table(0.4005)).toBe('makes no difference here')
  })
})
