import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/lab/options.ts'
import { parseSweep } from '../../../src/lab/sweep/sweep-file.ts'
import { DEFAULTS } from '../../../src/lab/training/configuration.ts'
import { shortened } from '../../../src/lab/training/short-form.ts'

const parse = (content: object): ReturnType<typeof parseSweep> => parseSweep(JSON.stringify(content), 'sweep.json')

describe('parseSweep', () => {
  it('makes configurations of train in short form, seeds fastest', () => {
    const { runs, axes } = parse({ name: 'rates', train: { hidden: [16] }, axes: [{ rule: ['bp', 'dfa'] }], seeds: 2,
      'alignment-samples': 8 })
    expect(axes).toHaveLength(2)
    expect(runs.map(({ training: { rule, seed } }) => [rule, seed])).toEqual([['backpropagation', 0], [
      'backpropagation',
      1,
    ], ['direct-feedback-alignment', 0], ['direct-feedback-alignment', 1]])
    expect(runs[3]).toEqual({ training: shortened({ ...DEFAULTS, rate: 0.001, hidden: [16], seed: 1 }),
      alignmentSamples: 8 })
    expect(parse({ name: 'one' }).runs).toEqual([{ training: shortened(DEFAULTS), alignmentSamples: 0 }])
    expect(parse({ name: 'few', seeds: [3, 7] }).runs.map(({ training: { seed } }) => seed)).toEqual([3, 7])
  })

  it.each([[{ name: 'a/b' }, /name: must be of letters/], [{ name: 'a', axis: [] },
    /axis: is none of .*; did you mean axes\?/], [{ name: 'a', train: [] }, /train: must be an object/], [{ name: 'a',
    axes: {} }, /axes: must be a list/], [{ name: 'a', axes: [{ rate: 1 }] }, /axis 1: rate: must be a list/], [{
    name: 'a',
    seeds: 0,
  }, /seeds: must be a number/], [{ name: 'a', axes: [{ seed: [1] }], seeds: 2 }, /seed: must be on one axis, got two/],
    [{ name: 'a', train: { rate: 1 }, axes: [{ rate: [1, 2] }] },
      /rate: must be an axis or stand under train, got both/], [{ name: 'a', axes: [{ rat: [1] }] },
    /rat: is no option of a training; did you mean rate\? \(rat 1\)/], [{ name: 'a',
    axes: [{ rule: ['bp', 'kp'] }, { decay: [0.1] }] },
    /--decay: backpropagation has no use for it \(rule bp, decay 0.1\)/], [{ name: 'a',
    axes: [{ rate: [-1, -2, -3, -4, -5] }] }, /4 faults: .*\(4\) and 2 more/]])('refuses %j', (content, message) => {
      expect(() => parse(content)).toThrow(UsageError)
      expect(() => parse(content)).toThrow(message)
    })

  it('refuses what is no JSON object', () => {
    expect(() => parseSweep('{', 'sweep.json')).toThrow(/^sweep\.json: must be a JSON file, got /)
    expect(() => parseSweep('[1]', 'sweep.json')).toThrow(/^sweep\.json: must hold a JSON object with name, /)
  })
})
