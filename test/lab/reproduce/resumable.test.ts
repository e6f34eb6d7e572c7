import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backpropagation, mlp, type Trainer, trainer } from '../../../src/dfa/index.ts'
import { adam, initialize, squaredError } from '../../../src/nn/index.ts'
import { blockedKernels, randomStream, type Tensor, tensor, uniformInto } from '../../../src/tensor/index.ts'
import { freshKernels } from '../../../src/lab/kernels.ts'
import { trainCell } from '../../../src/lab/reproduce/defaults/training.ts'
import { type Experiment, RunInterrupted, type RunTools } from '../../../src/lab/reproduce/experiment.ts'
import { configurationOf } from '../../../src/lab/reproduce/language/plan.ts'
import { trainLanguage } from '../../../src/lab/reproduce/language/training.ts'
import { trainRecommender } from '../../../src/lab/reproduce/recommenders/training.ts'
import { runLoop } from '../../../src/lab/reproduce/resumable.ts'
import { trainPublished } from '../../../src/lab/reproduce/rules/published-training.ts'
import { trainRule } from '../../../src/lab/reproduce/rules/training.ts'
import { trainViews } from '../../../src/lab/reproduce/views/training.ts'
import { configure } from '../../../src/lab/training/configuration.ts'
import { conditioningBeyond } from '../../../src/lab/reproduce/refinetti2021/conditioning-beyond.ts'
import { convolution } from '../../../src/lab/reproduce/refinetti2021/convolution.ts'
import { globalAlignment } from '../../../src/lab/reproduce/refinetti2021/global-alignment.ts'
import { feedbackNormalization } from '../../../src/lab/reproduce/launay2019/feedback-normalization.ts'
import { shapedFeedbackNonlinear } from '../../../src/lab/reproduce/beyond/shaped-feedback-nonlinear.ts'
import { withText, WORDS } from './language/made-text.ts'
import { withDigits } from './rules/made-digits.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resumable-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const TOOLS: RunTools = { data: undefined, kernels: freshKernels, progress() {} }

/** The result of a run that is asked to end after every `steps` steps, and of how many pieces it came. */
function inPieces<R>(run: (tools: RunTools) => R, steps: number): { readonly result: R; readonly pieces: number } {
  const checkpoint = join(folder, 'a.checkpoint')
  for (let pieces = 1;; pieces++) {
    let left = steps
    try {
      return { result: run({ ...TOOLS, checkpoint, isAsked: () => --left === 0 }), pieces }
    } catch (error) {
      if (!(error instanceof RunInterrupted) || pieces > 50) throw error
    }
  }
}

const RULE = { stage: 'final', dataset: 'teacher', model: 'mlp', units: 'relu', rate: 0.003, seed: 1, epochs: 3,
  batch: 50, trainingSamples: 500, validationSamples: 100, testSamples: 100 } as const
const PUBLISHED = { table: 'akrout', rate: 0.1, epochs: 3, trainingSamples: 256, validationSamples: 128, testSamples: 0,
  looks: [1, 3], seed: 2 } as const
const SIZES = { features: 8, heads: 2, blocks: 1, context: 6, batch: 4, steps: 60 }

/** The first run of the first round of a quick plan whose configuration has this word. */
const first = (experiment: Experiment, word: string) => (tools: RunTools): unknown => {
  const c = experiment.plan('quick', 0, []).find((one) => JSON.stringify(one).includes(word))
  return experiment.run(c ?? {}, tools)
}

describe('a run that is stopped goes on to the same bits', () => {
  const runs: Readonly<Record<string, readonly [run: (tools: RunTools) => unknown, steps: number]>> = {
    'a rule of the tables with twins and mirrors': [
      (tools) =>
        ['direct-kolen-pollack', 'weight-mirror'].map((rule) =>
          trainRule({ ...RULE, rule, optimizer: 'adam' }, { ...tools,
            ...(tools.checkpoint === undefined ? {} : { checkpoint: `${tools.checkpoint}-${rule}` }) })
        ),
      7,
    ],
    'authors’ settings': [
      (tools) => withDigits(384, (data) => trainPublished({ ...PUBLISHED, rule: 'weight-mirror' }, { ...tools, data })),
      1,
    ],
    'defaults of train': [
      (tools) =>
        trainCell({ stage: 'table',
          training:
            configure(
              new Map([['hidden', '20'], ['epochs', '3'], ['training-samples', '400'], ['validation-samples', '64']]),
            ).configuration }, tools),
      4,
    ],
    'a language model': [
      (tools) =>
        withText(WORDS, (data) =>
          trainLanguage(configurationOf({ sizes: SIZES }, 'macro', 0.02, 1, {}), { ...tools, data })),
      17,
    ],
    'a radiance field': [
      (tools) =>
        trainViews({ stage: 'final', scene: 'spheres', rule: 'DFA', side: 4, depth: 2, width: 8, frequencies: 2,
          samples: 6, rays: 8, steps: 9, rate: 0.01, seed: 1, pictures: 1 }, tools),
      2,
    ],
    'a deep network, measured on its way': [first(globalAlignment, 'clusters'), 150],
    'a practice of the second paper': [first(feedbackNormalization, 'FC'), 9],
    'filters of the first paper': [first(convolution, 'trainingSamples'), 20],
    'conditioning beyond linear networks': [first(conditioningBeyond, 'probe'), 90],
    'shaped feedback': [first(shapedFeedbackNonlinear, 'exponent'), 9],
    'a recommender': [
      (tools) =>
        trainRecommender({ rows: 'clicks', sizes: [96, 40, 30], model: 'dcn', variant: 'plain', rule: 'DFA',
          embedding: 2, hidden: [4], batch: 16, epochs: 4, rate: 0.01, seed: 1 }, tools),
      5,
    ],
  }

  it.each(Object.entries(runs))('%s', (_, [run, steps]) => {
    const { result, pieces } = inPieces(run, steps)
    expect(pieces).toBeGreaterThan(2)
    expect(JSON.stringify(result)).toBe(JSON.stringify(run(TOOLS)))
  })
})

describe('runLoop', () => {
  const [x, y] = ['x', 'y'].map((name) =>
    tensor([8, 3], uniformInto(new Float32Array(24), randomStream(1, name), -1, 1))
  )
  const made = (): Trainer => {
    const network = mlp({ sizes: [3, 5, 3], activation: 'tanh' })
    initialize(network, 'uniform', 1)
    return trainer({ network, rule: backpropagation(), loss: squaredError(), optimizer: adam({ rate: 0.01 }),
      kernels: blockedKernels })
  }
  const file = (): string => join(folder, 'loop.checkpoint')
  /** Losses of a whole run; it is killed before step `end`, and keeps itself after every step. */
  const run = (end: number, content: readonly Tensor[] = [x], steps = 20) => {
    const one = made(), state = { losses: [] as number[] }, done: number[] = []
    const loop = { trainer: one, steps, state, content: () => content, step(index: number) {
      if (index === end) throw new Error('killed')
      done.push(index)
      state.losses.push(one.step(x, y))
    } }
    try {
      runLoop(loop, { checkpoint: file(), progress() {} }, 0)
    } catch (error) {
      expect((error as Error).message).toBe('killed')
    }
    return { losses: state.losses, first: done[0] }
  }

  it('goes on from what it kept before it was killed', () => {
    const { losses } = run(Infinity)
    rmSync(file())
    expect(run(7).losses).toEqual(losses.slice(0, 7))
    expect(run(13)).toEqual({ losses: losses.slice(0, 13), first: 7 })
    expect(run(Infinity)).toEqual({ losses, first: 13 })
  })

  it('begins anew where the file is broken, of other data, of another length, or of another network', () => {
    run(7)
    const bytes = readFileSync(file())
    for (const spoiled of [bytes.subarray(0, bytes.length / 2), Buffer.alloc(0), Buffer.from('{"a":1}')]) {
      writeFileSync(file(), spoiled)
      expect(run(7).first).toBe(0)
    }
    writeFileSync(file(), bytes)
    expect(run(9, [y]).first).toBe(0)
    writeFileSync(file(), bytes)
    expect(run(9, [x], 30).first).toBe(0)
    writeFileSync(file(), bytes)
    expect(run(9).first).toBe(7)
  })

  it('keeps nothing where nobody says where, and nothing once it is whole', () => {
    const one = made()
    runLoop({ trainer: one, steps: 3, state: {}, content: () => [x], step: () => void one.step(x, y) }, { progress() {},
      isAsked: () => true }, 0)
    expect(one.steps).toBe(3)
    expect(existsSync(file())).toBe(false)
  })

  it('goes on where the disk takes nothing', () => {
    const one = made()
    runLoop({ trainer: one, steps: 3, state: {}, content: () => [x], step: () => void one.step(x, y) }, { progress() {},
      checkpoint: join('/dev/null', 'a.checkpoint') }, 0)
    expect(one.steps).toBe(3)
  })
})
