import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configurationOf, configure, DEFAULTS, TRAINING_OPTIONS } from '../../../src/lab/training/configuration.ts'
import { RULE_ALIASES } from '../../../src/lab/training/rule-uses.ts'
import { RULES } from '../../../src/dfa/index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const faults = (texts: Record<string, string>, file: Record<string, unknown> = {}): readonly string[] =>
  configure(new Map(Object.entries(texts)), file).faults

describe('configure', () => {
  it('takes command line over file over defaults, and short names of rules', () => {
    const { configuration, faults: none } = configure(new Map([['rate', '0.2'], ['rule', 'kp']]), {
      rate: 0.1,
      hidden: [7, 8],
      'no-bias': true,
      seed: 3,
    })
    expect(none).toEqual([])
    expect(configuration).toEqual({
      ...DEFAULTS,
      rate: 0.2,
      rule: 'kolen-pollack',
      hidden: [7, 8],
      'no-bias': true,
      seed: 3,
    })
    expect(Object.values(RULE_ALIASES).sort()).toEqual(Object.keys(RULES).sort())
  })

  it('takes names of rules in any case, and keys in the spelling of before', () => {
    for (const name of ['DFA', 'Dfa', 'Direct-Feedback-Alignment']) {
      expect(configure(new Map([['rule', name]])).configuration.rule).toBe('direct-feedback-alignment')
    }
    expect(faults({ rule: 'DFB' })[0]).toMatch(/got "DFB"; did you mean /)
    const former = {
      optimiser: 'adam',
      initialisation: 'gaussian',
      standardise: 'none',
      'feedback-normalisation': 'none',
    }
    const { configuration, faults: none } = configure(new Map(), former)
    expect(none).toEqual([])
    expect(configuration).toEqual({
      ...DEFAULTS,
      optimizer: 'adam',
      initialization: 'gaussian',
      standardize: 'none',
      'feedback-normalization': 'none',
    })
  })

  it('reads a model from a file and keeps its text, not its path', () => {
    const file = join(folder, 'model.json')
    const text = '{"layers":[{"type":"dense","outputs":10}]}'
    writeFileSync(file, `${text}\n`)
    expect(configure(new Map([['model', file]])).configuration.model).toBe(text)
    expect(configure(new Map(), { model: JSON.parse(text) as object }).configuration.model).toBe(text)
  })

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(DEFAULTS))).toEqual(DEFAULTS)
    expect(Object.keys(DEFAULTS)).toEqual(Object.keys(TRAINING_OPTIONS))
  })

  it('names every fault at once', () => {
    expect(faults({}, { hidden: [[3], [4]], rule: ['dfa'] })).toEqual([
      '--hidden: value must be text or a number, got [[3],[4]]',
      '--rule: value must be text or a number, got ["dfa"]',
    ])
    expect(faults({ 'feedback-rank': '11', optimizer: 'momentum', momentum: '2', feedback: 'low-rank' })).toEqual([
      '--momentum: value must be at least 0 and below 1, got "2"',
      'rule: feedbackMatrices: rank must be at most 10, the number of outputs, got 11',
    ])
    expect(
      faults({ rate: '-1', rule: 'dfaa', feedback: 'foo', batch: '0' }, { epocs: 3, 'no-bias': 'yes', seed: null }),
    ).toEqual(['epocs: is no option of a training; did you mean epochs?',
      '--no-bias: value must be true or false, got "yes"', '--seed: value must be text or a number, got null',
      '--rate: value must be above zero, got "-1"',
      expect.stringMatching(/^--rule: value must be one of .*, got "dfaa"; did you mean dfa\?$/),
      '--feedback: value must be one of gaussian, uniform, unit-uniform, orthogonal, sparse, low-rank, shaped, got "foo"',
      '--batch: value must be a whole number of at least 1, got "0"'])
  })

  it.each<[Record<string, string>, string]>([[{ rule: 'bp', feedback: 'uniform' },
    '--feedback: backpropagation has no use for it'], [{ rule: 'frozen', 'feedback-seed': '1' },
    '--feedback-seed: frozen has no use for it'], [{ rule: 'fa', 'feedback-sharing': 'shared' },
    '--feedback-sharing: feedback-alignment has no use for it'], [{ 'feedback-rank': '2' },
    '--feedback-rank: only low-rank feedback has a rank, got gaussian'], [{ 'feedback-exponent': '-1' },
    '--feedback-exponent: only shaped feedback has an exponent, got gaussian'], [{ rule: 'fa', feedback: 'shaped' },
    'rule: feedbackAlignment: kind must be one of gaussian'], [{ 'feedback-connections': '2' },
    '--feedback-connections: only sparse feedback has connections, got gaussian'], [{ rule: 'dfa', decay: '0.1' },
    '--decay: direct-feedback-alignment has no use for it'], [{ rule: 'kp', decay: '1' },
    '--decay: value must be at least 0 and below 1, got "1"'], [{ rule: 'usf', 'feedback-seed': '7' },
    '--feedback-seed: uniform-sign-symmetry has no use for it'], [{ rule: 'ssdfa', feedback: 'orthogonal' },
    '--feedback: sparse-direct-feedback-alignment has no use for it'], [{ rule: 'brsf', feedback: 'orthogonal' },
    'rule: batchRandomSignSymmetry: kind must be one of gaussian, uniform, got "orthogonal"'], [{
    feedback: 'low-rank',
    'feedback-rank': '11',
  }, 'rule: feedbackMatrices: rank must be at most 10, the number of outputs, got 11'], [{
    schedule: 'step',
    milestones: '2,9',
  }, '--milestones: values must be below the 5 epochs, got 9'], [{
    model: '{"layers":[{"type":"dense","outputs":10}],"activation":"tanh"}',
  }, 'model: has no activation; it has layers alone'], [{ optimizer: 'adam', momentum: '0.5' },
    '--momentum: adam has no momentum'], [{ optimizer: 'sgd', 'weight-decay': '0.1' },
    '--weight-decay: sgd has no weight decay; use momentum with --momentum 0'], [{ optimizer: 'momentum',
    momentum: '1' }, '--momentum: value must be at least 0 and below 1, got "1"'], [{ schedule: 'step' },
    '--milestones: the step schedule must have at least one'], [{ schedule: 'step', milestones: '3,2' },
    '--milestones: values must ascend, got 3,2'], [{ milestones: '3' },
    '--milestones: the constant schedule has no milestones'], [{ 'warm-up': '3' },
    '--warm-up: the constant schedule has no warm-up'], [{ model: 'lenet', dataset: 'mnist', hidden: '3' },
    '--hidden: only the mlp has hidden widths'], [{ hidden: '' },
    '--hidden: direct-feedback-alignment needs at least one hidden layer'], [{ 'clip-norm': '1', 'clip-value': '1' },
    '--clip-value: cannot be combined with --clip-norm'], [{ model: 'lenet' }, 'model: does not fit teacher: '], [{
    model: 'nonsense',
  }, '--model: must be one of mlp, lenet, cnn, gcn, '], [{
    model: '{"layers":[{"type":"dense","outputs":3}]}',
  }, 'model: does not fit teacher: model: output must be a vector of 10, one per class, got [3]']])('refuses %j',
    (texts, message) => {
      const found = faults(texts)
      expect(found).toHaveLength(1)
      expect(found[0]).toContain(message)
    })

  it('refuses masks, slopes and pre-alignment that have nothing to act on', () => {
    expect(faults({ 'leaky-slope': '0.5' })).toEqual(['--leaky-slope: relu has no slope to choose'])
    expect(faults({ 'masked-share': '0.5' })).toEqual(['--masked-share: no --masked-layer is given'])
    expect(faults({ 'pre-align': 'true', rule: 'bp' })).toEqual([
      '--pre-align: must have a direct rule, got backpropagation',
    ])
    expect(faults({ 'frozen-layers': 'dense1, dense7' })).toEqual([
      '--frozen-layers: layers must be among dense1, dense2, got "dense7"',
    ])
    expect(faults({ 'frozen-layers': 'dense1,', 'masked-layer': 'dense2' })).toEqual([
      '--frozen-layers: layers must be among dense1, dense2, got ""',
    ])
    expect(faults({ dataset: 'mnist', model: 'cnn', 'pre-align': 'true' })).toEqual([
      'rule: preAlign: the layer above point1 must be dense, got conv2d2',
    ])
    expect(faults({ activation: 'leaky-relu', 'leaky-slope': '0.5', 'masked-layer': 'dense1', 'masked-share': '0.5' }))
      .toEqual([])
  })
})

describe('configurationOf', () => {
  it('is what configure checks, without a look at whether the rule can train the model', () => {
    const file = { dataset: 'mnist', model: 'cnn', 'pre-align': true, rate: 0.25, batch: -1 }
    const checked = configure(new Map([['rule', 'dfa']]), file)
    const { configuration, given, faults: ofValues } = configurationOf(new Map([['rule', 'dfa']]), file)
    expect(configuration).toEqual(checked.configuration)
    expect(ofValues).toEqual([expect.stringMatching(/^--batch: /)])
    expect(checked.faults).toEqual([...ofValues, expect.stringMatching(/^rule: preAlign/)])
    expect([...given].sort()).toEqual(['batch', 'dataset', 'model', 'pre-align', 'rate', 'rule'])
  })

  it('counts a switch of a file as given where it is on, as on the command line', () => {
    for (const [texts, file] of [[{ 'decay-times-rate': '' }, {}], [{}, { 'decay-times-rate': true }]]) {
      expect(faults({ ...texts, rule: 'bp' } as Record<string, string>, file)).toEqual([
        '--decay-times-rate: backpropagation has no use for it',
      ])
    }
    expect(faults({ rule: 'bp' }, { 'decay-times-rate': false })).toEqual([])
  })
})
