import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nameQuestions } from './name-rules.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** What looks as if it ran per step and does not, and why. */
const EXCUSES: Readonly<Record<string, string>> = {
  ': install': 'sets a rule up on a network, once',
  ': restore': 'reads a checkpoint',
  ': switchRule': 'sets another rule up on a network, between steps',
  'src/dfa/rules/kolen-pollack.ts: decayOf: choose': 'makes a rule, once',
  'src/dfa/rules/weight-mirror.ts: weightMirror: choose': 'the same',
  'src/dfa/rules/sign-symmetry.ts: magnitudeFill': 'makes a rule, once',
  'src/dfa/rules/sign-symmetry.ts: magnitudeKind': 'makes a rule, once',
  'src/dfa/trainer.ts: isOwn': 'reads a checkpoint',
  'src/dfa/trainer-checkpoint.ts: isParameter': 'the same',
  'src/dfa/weight-alignment.ts: close': 'measures, on a walk through the network',
  'src/data/byte-pairs.ts': 'cuts a text into pieces, before any training',
  'src/tensor/check.ts: isForeign': 'meets the arrays of another realm, once',
  'src/tensor/tiers/select.ts': 'decides on the tier, once',
  'src/tensor/wasm/assembler.ts': 'writes the bytes of a module before it runs',
  'src/tensor/wasm/code.ts': 'writes the bytes of a function before it runs',
  'src/tensor/wasm/softmax.ts: splat64': 'writes instructions of a module',
  'src/lab/training/models.ts': 'builds a model from its description',
  'src/lab/training/configuration.ts': 'reads options and files',
  'src/lab/training/datasets.ts': 'reads a data set',
  'src/lab/training/datasets/': 'the same',
  'src/lab/training/options.ts': 'reads options',
  'src/lab/training/short-form.ts': 'names a record',
  'src/lab/training/citation-graphs.ts: graphTask': 'reads a data set',
  'src/lab/training/graph-models.ts: graphModel': 'builds a model, once',
  'src/lab/training/score.ts: lossSum: choose': 'one pass over a split: the lookup throws',
  'src/lab/training/session.ts: score: sizes[split]': 'which split is scored: undefined is loud',
  'src/lab/training/tasks/rows.ts: reader: splits[split]': 'the same',
  'src/lab/training/tasks/rows.ts: reader: readers.get': 'a reader per split and size: an unknown one is made anew',
  'src/lab/training/tasks/classification.ts': 'looks at the options given and plans a training; its batches are rows',
  'src/lab/training/tasks/nodes.ts: score: split[name]': 'which split is scored: undefined is loud',
  'src/lab/training/tasks/nodes.ts: score: targets[name]': 'the same',
  'src/lab/training/tasks/nodes.ts: decaysOf': 'plans a training',
  'src/lab/training/tasks/views.ts: score: scene[split]': 'which split is scored: undefined is loud',
  'src/lab/training/tasks/characters.ts: reader: splits[split]': 'the same',
  'src/lab/training/tasks/characters.ts: reader: readers.get':
    'a reader per split and size: an unknown one is made anew',
  'src/lab/training/tasks/checks.ts': 'looks at the options given',
  ': defaultsFor': 'the same',
  ': refuse': 'the same',
  ': sketch': 'the same',
  ': networkOf': 'builds a network, once',
  ': compose': 'plans a training, once',
  'src/lab/training/scenes.ts': 'reads a data set',
  'src/lab/training/texts.ts': 'the same',
  'src/lab/training/click-rows.ts': 'the same',
  'src/lab/train/record.ts': 'writes down what an epoch came to',
  'src/lab/train/run.ts: progressText': 'shows what an epoch came to',
  'src/lab/train/trouble.ts: deadTraining': 'looks at what an epoch came to',
  'src/lab/train/request.ts': 'looks at the options given',
  'src/lab/train/trouble.ts: smallerSteps': 'advises when a training has failed',
  'src/lab/reproduce/rules/plan.ts': 'plans trainings',
  'src/lab/reproduce/shaped/plan.ts': 'the same',
  'src/lab/reproduce/deep/summary.ts: grouped': 'sorts results for a report',
  'src/lab/reproduce/conditioning/training.ts: measure': 'keeps a dozen measurements of a training by their names',
  'src/lab/reproduce/convolution/aligned-weights.ts: panel': 'draws a report',
  'src/lab/check/check.ts: print': 'prints verdicts',
  'src/lab/check/mnist-claims.ts': 'judges results',
}

/** The text of a file with `planted` put before the only place where `at` stands. */
function plant(file: string, at: string, planted: string): Record<string, string> {
  const text = readFileSync(`${ROOT}/${file}`, 'utf8')
  expect(text.split(at), `${at} in ${file}`).toHaveLength(2)
  return { [file]: text.replace(at, () => planted + at) }
}

const ONLINE = 'src/theory/teacher-student/online.ts'
const RECURSION = 'src/theory/alignment-matrices.ts'
const POOLING = 'src/nn/pooling.ts'
const REDUCE = 'src/tensor/reduce.ts'
const SESSION = 'src/lab/training/session.ts'
const DEEP = 'src/lab/reproduce/training/recorded.ts'
const HOOK = 'src/lab/reproduce/refinetti2021/gradient-perturbation.ts'
const TRAINER = 'src/dfa/trainer.ts'

describe('names never run', () => {
  it('in anything that may run per step, sample or element', () => {
    const { questions, running, unused } = nameQuestions(ROOT, Object.keys(EXCUSES))
    expect(questions).toEqual([])
    expect(unused).toEqual([])
    expect(running).toBeGreaterThan(500)
  })

  it('and a planted question of every kind is found where it stands', () => {
    const changed = {
      ...plant(ONLINE, 'dotRowsInto(fields, w, x, N)', "if (activation === 'erf') steps += 0\n"),
      ...plant(RECURSION, 'const e = addScaled(z[a.length], -1, y)\n  const et',
        "if (String(rate) === 'none') return a\n"),
      ...plant(POOLING, 'const { geometry, output, winners } = buffers(x)',
        "switch (kind) {\n case 'max':\n  input = x\n  break\n}\n"),
      ...plant(REDUCE, "checkFloat32('sumRowsInto', 'out', out)", "if ('a' in out) return out\n"),
      ...plant(SESSION, 'return run.step(input, target)', "choose('step', 'reduction', c.reduction, IS_MEAN)\n"),
      ...plant(DEEP, 'run.step(input, target)', "loss.reduction === 'mean' ? 0 : "),
      ...plant(HOOK, 'if (c.gamma === 0) return', '({ random: 1, fixed: 2 })[c.kind].toFixed()\n'),
      ...plant(TRAINER, 'norms?.record()', "new Map([['a', 1]]).get(rule.name)\n"),
    }
    expect(nameQuestions(ROOT, Object.keys(EXCUSES), changed).questions).toEqual([
      "src/dfa/trainer.ts: step: new Map([['a', 1]]).get(rule.name)",
      'src/lab/reproduce/refinetti2021/gradient-perturbation.ts: beforeUpdate: ({ random: 1, fixed: 2 })[c.kind]',
      "src/lab/reproduce/training/recorded.ts: step: loss.reduction === 'mean'",
      "src/lab/training/session.ts: step: choose('step', 'reduction', c.reduction, IS_MEAN)",
      "src/nn/pooling.ts: forward: switch (kind) { case 'max': input = x break }",
      "src/tensor/reduce.ts: sumRowsInto: 'a' in out",
      "src/theory/alignment-matrices.ts: alignmentStep: String(rate) === 'none'",
      "src/theory/teacher-student/online.ts: advance: activation === 'erf'",
    ])
  })
})
