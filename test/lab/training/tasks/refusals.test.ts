// What each task has no use for, and rules that cannot train its models.

import { describe, expect, it } from 'vitest'
import { RULES } from '../../../../src/dfa/index.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { SPECIAL_OPTIONS, type SpecialOption } from '../../../../src/lab/training/options.ts'
import { characters } from '../../../../src/lab/training/tasks/characters.ts'
import { classification } from '../../../../src/lab/training/tasks/classification.ts'
import { clicks } from '../../../../src/lab/training/tasks/clicks.ts'
import { nodes } from '../../../../src/lab/training/tasks/nodes.ts'
import { views } from '../../../../src/lab/training/tasks/views.ts'

const faults = (texts: Record<string, string>): readonly string[] => configure(new Map(Object.entries(texts))).faults

/** Texts of options that are no numbers. */
const TEXTS: Readonly<Partial<Record<SpecialOption, string>>> = { standardize: 'none', hidden: '3', activation: 'tanh',
  initialization: 'zero', 'pre-align': 'true', 'feedback-maps': 'channel-shared', loss: 'squared-error',
  reduction: 'sum', 'hidden-reduction': 'sum', 'weight-decay-on': 'first', features: 'raw', nodes: 'random',
  points: 'per-part', tap: 'logits', 'embedding-point': 'true', 'taught-embeddings': 'no', dropout: '0.5',
  'input-dropout': '0.5', 'attention-dropout': '0.5', 'no-bias': 'true' }

describe.each(
  [['teacher', classification], ['cora', nodes], ['text', characters], ['spheres', views], ['clicks', clicks]] as const,
)('a training on %s', (dataset, task) => {
  it('refuses the options of other tasks, each alone and with its name', () => {
    for (const name of Object.keys(SPECIAL_OPTIONS) as SpecialOption[]) {
      if (task.uses.includes(name)) continue
      const found = faults({ dataset, [name]: TEXTS[name] ?? '1' })
      expect(found, name).toEqual([expect.stringMatching(new RegExp(`^--${name}: .* has no use for it`))])
    }
  })

  it('takes every rule but the one that climbs through dense weights, with all models', () => {
    if (task === classification) return
    for (const model of task.models) {
      const refused = Object.keys(RULES).filter((rule) => faults({ dataset, model, rule }).length > 0)
      expect(refused, model).toEqual(['indirect-feedback-alignment'])
    }
  })
})

describe('a training', () => {
  it('refuses feedback shaped by what is no vector, sizes that do not fit, and what its model has not', () => {
    for (const [dataset, what] of [['text', 'characters'], ['spheres', 'rays'], ['clicks', 'categories']]) {
      expect(faults({ dataset, feedback: 'shaped' })).toEqual([
        `--feedback: shaped must have vectors as inputs, got ${what}`,
      ])
    }
    expect(faults({ model: 'transformer', heads: '5' })[0]).toMatch(/^model: does not fit text: /)
    expect(faults({ dataset: 'lego', side: '9' })).toEqual(['--side: the views of lego have their own'])
    expect(faults({ model: 'fm', hidden: '4' })).toEqual(['--hidden: fm has no hidden layers'])
    const taught = (model: string): readonly string[] => faults({ model, 'taught-embeddings': 'yes' })
    expect(taught('dcn')).toEqual(['--taught-embeddings: dcn has a feedback point at its embeddings'])
    expect([taught('deepfm'), taught('afn')]).toEqual([[], []])
    expect(faults({ dataset: 'clicks', 'validation-samples': '0' })).toEqual([
      '--validation-samples: must be at least 2 for clicks, got 0',
    ])
    expect(faults({ model: 'transformer', rule: 'drtp', tap: 'decoder' })[0]).toMatch(/tap must stand at the output/)
  })

  it('has defaults by the rule: embeddings that only exact gradients teach', () => {
    const of = (rule: string): string =>
      configure(new Map([['model', 'deepfm'], ['rule', rule]])).configuration['taught-embeddings']
    expect(['bp', 'fa', 'dfa', 'drtp', 'frozen'].map(of)).toEqual(['yes', 'yes', 'no', 'no', 'yes'])
  })
})
