// One training of a character Transformer, scored on held-out text at its end.

import { type Batches, textBatches } from '../../../data/index.ts'
import { backpropagation, directFeedbackAlignment, type FeedbackOptions, frozen, type LearningRule, measureAlignment,
  type Trainer, trainer, TrainingStopped } from '../../../dfa/index.ts'
import { adam, clipByNorm, type Clipping, cosineRate, crossEntropy, inverseRootRate, type Layer, type Loss,
  type Rate } from '../../../nn/index.ts'
import { gradientNorm } from '../../../nn/optimizers/clipping.ts'
import { choose, type Kernels, tensor } from '../../../tensor/index.ts'
import { initializeTransformer, transformerModel, type TransformerPlacement,
  type TransformerTap } from '../../training/transformer-models.ts'
import { keepingLast } from '../../kept.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { readText, type References, referencesOf, type TextName, type TextParts } from '../../training/texts.ts'

/** How a model is trained: `shallow` trains the decoder alone. */
export type LanguageRule = 'BP' | 'DFA' | 'shallow'

/** What a Transformer is made of. */
export interface TransformerSizes {
  readonly features: number
  readonly heads: number
  readonly blocks: number
  readonly context: number
  readonly batch: number
  readonly steps: number
  /** Characters or pieces of each part that scores; all unless given. */
  readonly scored?: number
}

/** How rates go: to a twentieth along a cosine, one for all steps, or up for a fifth and down with the inverse root. */
export type LanguageSchedule = 'cosine' | 'constant' | 'warm-up'

/** Everything that a training depends on. */
export interface LanguageConfiguration extends TransformerSizes {
  readonly text: TextName
  readonly rule: LanguageRule
  readonly placement: TransformerPlacement
  readonly tap: TransformerTap
  readonly embeddingPoint: boolean
  readonly sharing: 'shared' | 'independent'
  readonly rate: number
  readonly beta2: number
  readonly schedule: LanguageSchedule
  /** Bound of the norm of all gradients; 0 for none. */
  readonly clip: number
  readonly seed: number
}

/** What came of a training; losses are null where it diverged. */
export interface LanguageResult {
  /** Mean loss in nats per character at the end, each character of the part once. */
  readonly validation: number | null
  readonly test: number | null
  /** Mean training loss of each of `CURVE` equal stretches of the steps. */
  readonly curve: readonly number[]
  /** Share of steps whose gradient was clipped. */
  readonly clipped: number
  /** DFA alone, at the end, by point in forward order: cosine of delivered and exact signal, mean over tokens. */
  readonly signal: readonly { readonly point: string; readonly cosine: number | null }[]
  readonly references: References
}

/** Points of a curve of training losses. */
export const CURVE = 30

/** Feedback as in the authors' code: one matrix U[−1, 1), its first rows to every point, over √(widest point). */
function feedback({ sharing, seed }: LanguageConfiguration): FeedbackOptions {
  return { kind: 'uniform', sharing, normalization: 'widest', seed }
}

const RULES: Readonly<Record<LanguageRule, (c: LanguageConfiguration, kernels: Kernels) => LearningRule>> = {
  BP: () => backpropagation(),
  DFA: (c, kernels) => directFeedbackAlignment({ ...feedback(c), kernels }),
  shallow: () => frozen(),
}

const SCHEDULES: Readonly<Record<LanguageSchedule, (rate: number, steps: number) => Rate>> = {
  cosine: (rate, steps) => cosineRate({ rate, steps, least: rate / 20 }),
  constant: (rate) => rate,
  'warm-up': (rate, steps) => inverseRootRate({ rate, warmUp: Math.max(1, Math.round(steps / 5)) }),
}

/** A model with its text, ready to be trained. */
export interface LanguageTraining {
  readonly network: Layer
  readonly trainer: Trainer
  /** One step; its loss before the update. Throws: as `Trainer.step`. */
  readonly step: () => number
  readonly parts: TextParts
  readonly loss: Loss
  /** Mean loss of a part of the text. */
  readonly score: (part: Int32Array) => number
  /** Steps that were clipped. */
  readonly clipped: () => number
  readonly kernels: Kernels
}

/** Pieces take seconds to learn. */
const textOf = keepingLast(readText)

/** Reads the text and makes the model with its initial weights. Throws: what the reader throws. */
export function startLanguage(c: LanguageConfiguration,
  { data, kernels: source }: Omit<RunTools, 'progress'>): LanguageTraining
{
  const kernels = source('float32')
  const whole = textOf(data ?? '', c.text, c.context)
  const parts = { ...whole, validation: whole.validation.subarray(0, c.scored), test: whole.test.subarray(0, c.scored) }
  const vocabulary = parts.vocabulary.length
  const { context, features, heads, blocks, placement, tap, embeddingPoint } = c
  const network = transformerModel({ vocabulary, context, features, heads, blocks, placement, tap, embeddingPoint,
    kernels })
  initializeTransformer(network, c.seed)
  let clips = 0
  const bounded = c.clip > 0 ? clipByNorm(c.clip, kernels) : undefined
  const clip: Clipping = (parameters) => {
    if (gradientNorm(parameters, kernels) > c.clip) clips++
    bounded?.(parameters)
  }
  const loss = crossEntropy('mean', kernels)
  const run = trainer({
    network,
    rule: choose('startLanguage', 'rule', c.rule, RULES)(c, kernels),
    loss,
    optimizer: adam({
      rate: choose('startLanguage', 'schedule', c.schedule, SCHEDULES)(c.rate, c.steps),
      beta2: c.beta2,
      epsilon: 1e-9,
      kernels,
    }),
    kernels,
    ...(bounded === undefined ? {} : { clip }),
  })
  const windows = (indices: Int32Array, size: number, shuffle: boolean): Batches =>
    textBatches({ indices, vocabulary, context, size, seed: c.seed, shuffle, kernels })
  const order = windows(parts.training, c.batch, true)
  return {
    network,
    trainer: run,
    parts,
    loss,
    kernels,
    clipped: () => clips,
    step() {
      const { input, target } = order.batch(Math.floor(run.steps / order.perEpoch), run.steps % order.perEpoch)
      return run.step(input, target)
    },
    score(part) {
      const { perEpoch, batch } = windows(part, c.batch, false)
      let sum = 0, count = 0
      for (let index = 0; index < perEpoch; index++) {
        const { input, target } = batch(0, index)
        sum += run.evaluate(input, target).loss * target.shape[0]
        count += target.shape[0]
      }
      return sum / count
    },
  }
}

/** One training. What is not finite ends it: its losses are null then. */
export function trainLanguage(c: LanguageConfiguration, tools: RunTools): LanguageResult {
  const training = startLanguage(c, tools)
  const { trainer: run, parts } = training
  const references = referencesOf(parts)
  const { training: text } = parts
  const state = { curve: [] as number[], sum: 0, count: 0, clipped: 0 }
  try {
    runLoop({ trainer: run, steps: c.steps, state, content: () => [{ shape: [text.length], data: text }], step(index) {
      const before = training.clipped()
      state.sum += training.step()
      state.clipped += training.clipped() - before
      state.count++
      if (index + 1 >= (state.curve.length + 1) * c.steps / CURVE) {
        state.curve.push(state.sum / state.count)
        state.sum = state.count = 0
      }
    } }, tools)
  } catch (cause) {
    if (!(cause instanceof TrainingStopped)) throw cause
    return { validation: null, test: null, curve: state.curve, clipped: state.clipped / run.steps, signal: [],
      references }
  }
  return {
    validation: training.score(parts.validation),
    test: training.score(parts.test),
    curve: state.curve,
    clipped: state.clipped / run.steps,
    signal: c.rule === 'DFA' ? signals(training, c) : [],
    references,
  }
}

/** Cosines at each point on windows of the validation part, every token a row. */
function signals({ network, trainer: run, parts, loss, kernels }: LanguageTraining,
  { context, seed }: LanguageConfiguration): LanguageResult['signal']
{
  const { batch } = textBatches({
    indices: parts.validation,
    vocabulary: parts.vocabulary.length,
    context,
    size: 16,
    seed,
    shuffle: false,
    kernels,
  })
  const { input, target } = batch(0, 0)
  const { output } = run.evaluate(input, target)
  const error = tensor(output.shape)
  loss.evaluateInto(error, output, target)
  return measureAlignment(network, error).signal.map(({ name: point, cosines: { mean } }) => ({
    point,
    cosine: Number.isFinite(mean) ? mean : null,
  }))
}
