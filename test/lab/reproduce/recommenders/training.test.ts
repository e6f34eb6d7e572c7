import { describe, expect, it } from 'vitest'
import { isFeedbackPoint } from '../../../../src/dfa/feedback-point.ts'
import { isErrorTap } from '../../../../src/dfa/error-tap.ts'
import { type RecommenderConfiguration, startRecommender, TAP_WIDTH,
  trainRecommender } from '../../../../src/lab/reproduce/recommenders/training.ts'
import { readRows } from '../../../../src/lab/training/click-rows.ts'
import { RECOMMENDERS } from '../../../../src/lab/training/recommender-models.ts'
import { walk } from '../../../../src/nn/index.ts'
import { blockedKernels } from '../../../../src/tensor/index.ts'
import { TOOLS } from '../rounds.ts'

const C: RecommenderConfiguration = { rows: 'clicks', sizes: [96, 40, 30], model: 'dcn', variant: 'plain', rule: 'BP',
  embedding: 2, hidden: [4], batch: 16, epochs: 3, rate: 0.01, seed: 1 }
const train = (change: Partial<RecommenderConfiguration>) => trainRecommender({ ...C, ...change }, TOOLS)

describe('trainRecommender', () => {
  it.each(RECOMMENDERS)('trains %s and scores the first epoch of the best validation', (model) => {
    const { best, last, bayes, signal } = train({ model })
    expect(last.epoch).toBe(3)
    expect(best.validation).toBeGreaterThanOrEqual(last.validation)
    expect(bayes?.auc).toBeGreaterThan(best.test.auc - 0.3)
    expect(signal).toBeNull()
    expect(train({ model })).toEqual({ best, last, bayes, signal, rank: train({ model }).rank })
  })

  it('is worth chance where it diverges', () => {
    const { best, last, rank, signal } = train({ rate: 1e36 })
    expect({ best: best.test, last, rank, signal }).toEqual({ best: { auc: 0.5, logLoss: Math.LN2 },
      last: { epoch: 1, validation: 0.5, test: { auc: 0.5, logLoss: Math.LN2 } }, rank: null, signal: null })
  })

  it('moves embeddings of DCN along one line under DFA and by direct feedback to them alone, in a plane under BP', () => {
    const rank = (change: Partial<RecommenderConfiguration>): number => train(change).rank ?? NaN
    expect(rank({})).toBeGreaterThan(1.02)
    for (const rule of ['DFA', 'embeddings'] as const) expect(rank({ rule })).toBeCloseTo(1, 4)
    expect(rank({ rule: 'DFA', variant: 'wide' })).toBeGreaterThan(1.02)
    expect(rank({ rule: 'DFA', variant: 'broad-tap' })).toBeGreaterThan(1.02)
    expect(train({ rule: 'shallow' }).rank).toBeNull()
    expect(train({ rule: 'DFA' }).signal).not.toBeNull()
  })
})

describe('startRecommender', () => {
  const { training, vocabularies } = readRows('clicks', '', C.sizes, 1)

  it('reads the error below the readout of a broad tap, and delivers all of it', () => {
    const { network, trainer } = startRecommender({ ...C, variant: 'broad-tap', rule: 'DFA' }, vocabularies,
      blockedKernels)
    trainer.step(training.input, training.target)
    const [tap] = walk(network).filter(isErrorTap)
    expect(tap.error?.shape).toEqual([96, TAP_WIDTH])
    expect(walk(network).filter(isFeedbackPoint).every(({ delivered }) => delivered !== undefined)).toBe(true)
  })

  it('delivers to the embeddings alone what DFA would, and exact gradients above', () => {
    const delivered = (rule: RecommenderConfiguration['rule']) => {
      const { network, trainer } = startRecommender({ ...C, rule }, vocabularies, blockedKernels)
      trainer.step(training.input, training.target)
      return walk(network).filter(isFeedbackPoint).map((point) => point.delivered?.data.slice())
    }
    const [exact, direct, alone] = (['BP', 'DFA', 'embeddings'] as const).map(delivered)
    expect(alone[0]).toEqual(direct[0])
    expect(alone[0]).not.toEqual(exact[0])
    expect(alone.slice(1)).toEqual(exact.slice(1))
  })
})
