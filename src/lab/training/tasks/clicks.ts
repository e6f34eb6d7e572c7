// Whether somebody clicks, by categories of who and what: rows of fields.

import type { Batches } from '../../../data/index.ts'
import type { Trainer } from '../../../dfa/index.ts'
import { areaUnderCurve, binaryCrossEntropy, type Layer } from '../../../nn/index.ts'
import type { Kernels } from '../../../tensor/index.ts'
import { CRITEO_FILES, type Part, readRows, type RecommenderTask, type RowsName } from '../click-rows.ts'
import type { Split } from '../datasets.ts'
import type { TrainingConfiguration } from '../options.ts'
import { initializeRecommender, recommender, type RecommenderName, RECOMMENDERS,
  SHALLOW_RECOMMENDERS } from '../recommender-models.ts'
import { ruleUses } from '../rule-uses.ts'
import type { Score } from '../score.ts'
import { checkedRead, refuseShaped } from './checks.ts'
import { rowParts } from './rows.ts'
import type { Material, Measure, Task } from './task.ts'

/** Rows to train on and to validate unless --training-samples and --validation-samples say otherwise; as many test. */
const SIZES: Readonly<Record<RowsName, readonly [number, number]>> = { clicks: [80_000, 20_000], criteo: [6000, 1000] }

/** Fields of a sketch: what a rule can refuse does not depend on how many categories there are. */
const SKETCHED: readonly number[] = [2, 2, 2]

/** Models without a feedback point at their embeddings, where something is to be said about who teaches these. */
const WITHOUT_POINT: readonly RecommenderName[] = ['deepfm', 'afn']

/** Throws: RangeError for sizes that do not fit. */
function networkOf(c: TrainingConfiguration, vocabularies: readonly number[], kernels?: Kernels): Layer {
  return recommender(c.model as RecommenderName, {
    vocabularies,
    embedding: c.embedding,
    hidden: c.hidden,
    dropout: c.dropout,
    teachEmbeddings: { yes: true, no: false }[c['taught-embeddings']],
    seed: c.seed,
    ...(kernels === undefined ? {} : { kernels }),
  })
}

/** Log loss and area under the curve of all logits of a split; NaN both where a logit is. */
function scoreOf({ evaluate }: Trainer, { perEpoch, batch }: Batches): Score {
  const logits: number[] = [], labels: number[] = []
  let loss = 0
  for (let index = 0; index < perEpoch; index++) {
    const { input, target } = batch(0, index)
    const { loss: mean, output } = evaluate(input, target)
    loss += mean * target.shape[0]
    for (let row = 0; row < target.data.length; row++) {
      logits.push(output.data[row])
      labels.push(target.data[row])
    }
  }
  const auc = Number.isNaN(loss) ? NaN : areaUnderCurve(logits, labels)
  return { loss: loss / labels.length, auc }
}

/** The rows, where all parts have an area under the curve. Throws: Error naming the option whose rows are too few. */
function bothKinds(task: RecommenderTask): RecommenderTask {
  const { training, validation, test } = task
  const check = (option: string, what: string, { target: { data } }: Part): void => {
    if (data.includes(0) && data.includes(1)) return
    throw new Error(`--${option}: ${what} rows must hold clicks and others, got ${data.length} of one kind`)
  }
  check('training-samples', 'training', training)
  check('validation-samples', 'validation', validation)
  check('validation-samples', 'test', test)
  return task
}

/** Rows as the material of trainings. */
export function clicksOf({ training, validation, test, vocabularies }: RecommenderTask): Material {
  const split = ({ input, target }: Part): Split => ({ inputs: input, targets: target })
  const splits = { training: split(training), validation: split(validation), test: split(test) }
  return {
    content: Object.values(splits).flatMap(({ inputs, targets }) => [inputs, targets]),
    compose(c, kernels) {
      const network = networkOf(c, vocabularies, kernels)
      const parts = rowParts(splits, c, kernels)
      return {
        ...parts,
        network,
        score: (run, split, count) => scoreOf(run, parts.rowsOf(split, count)),
        loss: binaryCrossEntropy('mean'),
        drawWeights: () => initializeRecommender(network, c.seed),
      }
    },
  }
}

const AUC: Measure = {
  name: 'auc',
  word: 'AUC',
  title: 'AUC',
  label: 'area under the curve',
  inUnit: (value) => value,
  text: (value) => value.toFixed(4),
  best: 'highest',
  perfect: 1,
  chance: () => 0.5,
}

/** Rows of clicks. */
export const clicks: Task = {
  title: 'clicks',
  about: 'clicks (generated), criteo (a sample of real ones) with deepfm, fm, dcn, autoint, afn, logistic-regression. '
    + 'Log loss; scores are areas under the curve. Adam, rate 0.001, embeddings of 6, hidden layers of 64, 64, 64, '
    + 'batches of 256, 6 epochs; --taught-embeddings no under direct rules, as in launay2020, yes under others',
  datasets: { clicks: { files: [] }, criteo: { files: CRITEO_FILES } },
  models: ['deepfm', ...RECOMMENDERS.filter((name) => name !== 'deepfm')],
  takesLayers: false,
  uses: ['training-samples', 'validation-samples', 'batch', 'hidden', 'dropout', 'embedding', 'taught-embeddings'],
  reasons: {
    initialization: 'its weights are drawn as in PyTorch, embeddings N(0, 0.01)',
    'initial-scale': 'its weights are drawn as in PyTorch, embeddings N(0, 0.01)',
    activation: 'hidden layers have relu behind batch normalization',
    loss: 'the loss is binary cross-entropy',
    reduction: 'the loss is the mean over rows',
    'hidden-reduction': 'the loss is the mean over rows',
    standardize: 'categories are no numbers',
  },
  defaultsFor: ({ dataset, rule }) => {
    const [trained, validated] = SIZES[dataset as RowsName]
    return {
      'training-samples': trained,
      'validation-samples': validated,
      hidden: [64, 64, 64],
      batch: 256,
      optimizer: 'adam',
      'feedback-normalization': 'width',
      rate: 0.001,
      epochs: 6,
      'taught-embeddings': ruleUses(rule, 'feedback-sharing') ? 'no' : 'yes',
    }
  },
  refuse(c, given, faults) {
    refuseShaped(c, 'categories', faults)
    const shallow = (SHALLOW_RECOMMENDERS as readonly string[]).includes(c.model)
    for (const name of ['hidden', 'dropout', 'taught-embeddings'] as const) {
      if (shallow && given.has(name)) faults.push(`--${name}: ${c.model} has no hidden layers`)
    }
    if (given.has('taught-embeddings') && !shallow && !(WITHOUT_POINT as readonly string[]).includes(c.model)) {
      faults.push(`--taught-embeddings: ${c.model} has a feedback point at its embeddings`)
    }
    for (const name of ['training-samples', 'validation-samples'] as const) {
      if (c[name] < 2) faults.push(`--${name}: must be at least 2 for ${c.dataset}, got ${c[name]}`)
    }
  },
  sketch: (c) => networkOf(c, SKETCHED),
  read(c, directory) {
    const sizes = [c['training-samples'], c['validation-samples'], c['validation-samples']] as const
    return clicksOf(checkedRead(() => bothKinds(readRows(c.dataset as RowsName, directory ?? '', sizes, 0))))
  },
  subject: ({ model, dataset }) => `${model} on ${dataset}`,
  objective: () => 'log loss per row',
  units: { all: 'rows', short: 'rows' },
  measures: [AUC],
  aligned: 'signal',
}
