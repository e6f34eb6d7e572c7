// One training of a recommender, scored at the epoch of its best validation AUC.

import { batches } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, measureAlignment, type Trainer, trainer,
  TrainingStopped } from '../../../dfa/index.ts'
import { passOn } from '../../../dfa/feedback-point.ts'
import { adam, binaryCrossEntropy, type FieldEmbedding, type Layer, walk } from '../../../nn/index.ts'
import { isFieldEmbedding } from '../../../nn/field-embedding.ts'
import { choose, type Kernels, tensor } from '../../../tensor/index.ts'
import { initializeRecommender, recommender, type RecommenderName,
  type RecommenderOptions } from '../../training/recommender-models.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { paperFeedback } from '../graphs/training.ts'
import { mean } from '../../statistics.ts'
import { type Part, type PartSizes, readRows, type RowsName, type Score, scoreOf } from '../../training/click-rows.ts'
import { movementRank } from './movement.ts'

/** How a model is trained: `embeddings` delivers the error directly to the embeddings, and is exact above them. */
export type RecommenderRule = 'BP' | 'DFA' | 'shallow' | 'embeddings'

/** A change of DCN: none; embeddings taught by a factorization machine beside it; errors tapped at many features. */
export type Variant = 'plain' | 'wide' | 'broad-tap'

/** Everything that a training depends on. */
export interface RecommenderConfiguration {
  readonly rows: RowsName
  readonly sizes: PartSizes
  readonly model: RecommenderName
  readonly variant: Variant
  readonly rule: RecommenderRule
  readonly embedding: number
  readonly hidden: readonly number[]
  readonly batch: number
  readonly epochs: number
  readonly rate: number
  readonly seed: number
}

/** Scores at one epoch, from 1. */
export interface EpochScore {
  readonly epoch: number
  readonly validation: number
  readonly test: Score
}

/** What came of a training. */
export interface RecommenderResult {
  /** The first epoch of the highest validation AUC. */
  readonly best: EpochScore
  readonly last: EpochScore
  readonly bayes: Score | null
  /** Effective rank of the embeddings' movement at the end, see `movementRank`; null where none moved. */
  readonly rank: number | null
  /** At the end, DFA alone: cosine of delivered and exact signal, mean over validation rows and points. */
  readonly signal: number | null
}

/** Features at which `broad-tap` reads errors. */
export const TAP_WIDTH = 16

const VARIANTS: Readonly<Record<Variant, Partial<RecommenderOptions>>> = {
  plain: {},
  wide: { wide: true },
  'broad-tap': { tapWidth: TAP_WIDTH },
}

/** Where exact gradients of the layers above reach embeddings that no point covers. */
const TEACHES: Readonly<Record<RecommenderRule, boolean>> = { BP: true, DFA: false, shallow: false, embeddings: true }

type MakeRule = (seed: number, kernels: Kernels) => LearningRule

const direct: MakeRule = (seed, kernels) => directFeedbackAlignment({ ...paperFeedback(seed), kernels })

const RULES: Readonly<Record<RecommenderRule, MakeRule>> = {
  BP: () => backpropagation(),
  DFA: direct,
  shallow: () => frozen(),
  embeddings(seed, kernels) {
    const rule = direct(seed, kernels)
    return {
      name: 'direct-to-embeddings',
      install(parts) {
        rule.install(parts)
        for (const point of parts.points.slice(1)) point.delivery = passOn
      },
    }
  },
}

/** A model on its way. */
interface Training {
  readonly network: Layer
  readonly embeddings: FieldEmbedding | undefined
  readonly trainer: Trainer
}

/** The model of a configuration with its rule and its initial weights. */
export function startRecommender(c: RecommenderConfiguration, vocabularies: readonly number[],
  kernels: Kernels): Training
{
  const variant = choose('startRecommender', 'variant', c.variant, VARIANTS)
  const network = recommender(c.model, {
    vocabularies,
    embedding: c.embedding,
    hidden: c.hidden,
    seed: c.seed,
    kernels,
    teachEmbeddings: choose('startRecommender', 'rule', c.rule, TEACHES),
    ...variant,
  })
  initializeRecommender(network, c.seed)
  const rule = choose('startRecommender', 'rule', c.rule, RULES)(c.seed, kernels)
  return {
    network,
    embeddings: walk(network).filter(isFieldEmbedding).find(({ features }) => features === c.embedding),
    trainer: trainer({
      network,
      rule,
      loss: binaryCrossEntropy('mean'),
      optimizer: adam({ rate: c.rate, kernels }),
      kernels,
    }),
  }
}

/** Logits of a part, in batches of the size that training has: a part at once would need memory for all of it. */
function scorer(run: Trainer, part: Part, size: number, kernels: Kernels): () => Score {
  const { perEpoch, batch } = batches({ inputs: part.input, targets: part.target, size, seed: 0, shuffle: false,
    kernels })
  const logits = new Float32Array(part.target.data.length)
  return () => {
    for (let i = 0; i < perEpoch; i++) {
      const { input, target } = batch(0, i)
      logits.set(run.evaluate(input, target).output.data, i * size)
    }
    return scoreOf(logits, part)
  }
}

/** What a training is worth that did not come through an epoch: guesses of one half. */
const chance = (epoch: number): EpochScore => ({ epoch, validation: 0.5, test: { auc: 0.5, logLoss: Math.LN2 } })

/** One training; one that diverges is worth chance at its end, and what it was worth before at its best epoch. */
export function trainRecommender(c: RecommenderConfiguration, tools: RunTools): RecommenderResult {
  const { data, kernels: source } = tools
  const kernels = source('float64')
  const task = readRows(c.rows, data ?? '', c.sizes, c.seed)
  const { network, embeddings, trainer: run } = startRecommender(c, task.vocabularies, kernels)
  const start = embeddings?.weight.value.data.slice()
  const reader = batches({ inputs: task.training.input, targets: task.training.target, size: c.batch, seed: c.seed,
    kernels })
  const validate = scorer(run, task.validation, c.batch, kernels), test = scorer(run, task.test, c.batch, kernels)
  const state = { best: chance(0), last: chance(0) }
  try {
    runLoop({ trainer: run, steps: c.epochs * reader.perEpoch, state,
      content: () => [task.training.input, task.training.target], step(index) {
      const { input, target } = reader.batch(Math.floor(index / reader.perEpoch), index % reader.perEpoch)
      run.step(input, target)
      if ((index + 1) % reader.perEpoch > 0) return
      const epoch = (index + 1) / reader.perEpoch
      state.last = { epoch, validation: validate().auc, test: test() }
      if (epoch === 1 || state.last.validation > state.best.validation) state.best = state.last
    } }, tools)
  } catch (error) {
    if (!(error instanceof TrainingStopped)) throw error
    return { best: state.best, last: chance(state.last.epoch + 1), bayes: task.bayes, rank: null, signal: null }
  }
  const isDirect = choose('trainRecommender', 'rule', c.rule, { BP: false, DFA: true, shallow: false,
    embeddings: false })
  return {
    ...state,
    bayes: task.bayes,
    rank: embeddings !== undefined && start !== undefined ? movementRank(embeddings, start) : null,
    signal: isDirect ? signalCosine(network, run, task.validation, c.batch, kernels) : null,
  }
}

/** Mean cosine over the points, on the first batch of validation rows, as evaluation sees it. */
function signalCosine(network: Layer, run: Trainer, part: Part, size: number, kernels: Kernels): number | null {
  const { input, target } = batches({ inputs: part.input, targets: part.target, size, seed: 0, shuffle: false,
    kernels }).batch(0, 0)
  const { output } = run.evaluate(input, target)
  const error = tensor(output.shape)
  binaryCrossEntropy('mean').evaluateInto(error, output, target)
  const means = measureAlignment(network, error).signal.map(({ cosines }) => cosines.mean).filter(Number.isFinite)
  return means.length === 0 ? null : mean(means)
}
