import { describe, expect, it } from 'vitest'
import { readText } from '../../../../src/lab/training/texts.ts'
import { configurationOf, type VariantName } from '../../../../src/lab/reproduce/language/plan.ts'
import { CURVE, type LanguageResult, startLanguage,
  trainLanguage } from '../../../../src/lab/reproduce/language/training.ts'
import { parametersOf } from '../../../../src/nn/index.ts'
import { blockedKernels } from '../../../../src/tensor/index.ts'
import { withText, WORDS } from './made-text.ts'

const SIZES = { features: 8, heads: 2, blocks: 2, context: 6, batch: 4, steps: 60 }
const tools = (data: string) => ({ data, kernels: () => blockedKernels, progress() {} })
const configured = (variant: VariantName, own: Parameters<typeof configurationOf>[4] = {}, rate = 0.02) =>
  configurationOf({ sizes: SIZES }, variant, rate, 1, own)
const trained = (...args: Parameters<typeof configured>): LanguageResult =>
  withText(WORDS, (data) => trainLanguage(configured(...args), tools(data)))

describe('readText', () => {
  it('keeps the order of the text in three parts', () => {
    withText(WORDS, (data) => {
      const { vocabulary, training, validation, test } = readText(data, 'tinyshakespeare', 6)
      expect(vocabulary).toEqual([' ', 'a', 'b', 'c'])
      expect([training.length, validation.length, test.length]).toEqual([2519, 140, 140])
      expect([...training, ...validation, ...test].map((index) => vocabulary[index]).join('')).toBe(WORDS)
    })
  })

  it('names the file of a text that is too short, or none', () => {
    withText('abc', (data) => expect(() => readText(data, 'tinyshakespeare', 6)).toThrow('at least 7 characters'))
    withText('a\u0000'.replace('\u0000', '\ufffd'), (data) => {
      expect(() => readText(`${data}/nowhere`, 'tinyshakespeare', 6)).toThrow('text/tinyshakespeare.txt')
    })
  })
})

describe('trainLanguage', () => {
  it('scores both parts, and repeats itself', () => {
    const first = trained('macro')
    expect(first.curve).toHaveLength(CURVE)
    expect(first.validation).toBeLessThan(first.references.unigram)
    expect(first.test).not.toBe(first.validation)
    expect(first.curve[CURVE - 1]).toBeLessThan(first.curve[0])
    expect(trained('macro')).toEqual(first)
  })

  it('measures cosines at every point of DFA, and there alone', () => {
    expect(trained('micro').signal.map(({ point }) => point)).toEqual(['block1/point1', 'block1/point2', 'block1/point',
      'block2/point1', 'block2/point2', 'block2/point'])
    for (const { cosine } of trained('macro-embedding').signal) expect(Math.abs(cosine ?? NaN)).toBeLessThan(1)
    expect([trained('BP').signal, trained('shallow').signal]).toEqual([[], []])
  })

  it('scores the loss of the network over each character of a part once', () => {
    withText(WORDS, (data) => {
      const { score, trainer, parts } = startLanguage(configured('BP'), tools(data))
      // 139 characters have one before them: 23 windows of 6, one character is left out.
      let sum = 0
      for (let w = 0; w < 23; w++) {
        const at = (t: number): number => parts.test[6 * w + t]
        const target = new Float32Array(24)
        for (let t = 0; t < 6; t++) target[4 * t + at(t + 1)] = 1
        const input = { shape: [1, 6], data: Float32Array.from([0, 1, 2, 3, 4, 5], at) }
        sum += trainer.evaluate(input, { shape: [6, 4], data: target }).loss
      }
      expect(score(parts.test)).toBeCloseTo(sum / 23, 6)
    })
  })

  it('counts what is clipped, and clips or not as it is told', () => {
    expect(trained('BP', { clip: 1e-6 }).clipped).toBe(1)
    expect(trained('BP', { clip: 1e6 }).clipped).toBe(0)
    const free = trained('BP', { clip: 0 })
    expect(free.clipped).toBe(0)
    expect(trained('BP', { clip: 1e6 }).test).toBe(free.test)
    expect(trained('BP', { clip: 0.1 }).test).not.toBe(free.test)
  })

  it('follows schedule and β₂', () => {
    const losses = [{}, { schedule: 'constant' }, { schedule: 'warm-up' }, { beta2: 0.98 }] as const
    expect(new Set(losses.map((own) => trained('macro', own).test)).size).toBe(4)
  })

  it('says null where a training diverges', () => {
    expect(trained('BP', { clip: 0, schedule: 'constant' }, 1e30)).toMatchObject({ validation: null, test: null,
      signal: [] })
  })

  it('trains nothing but the decoder in the control', () => {
    withText(WORDS, (data) => {
      const { network, step } = startLanguage(configured('shallow'), tools(data))
      const values = () => parametersOf(network).map(({ value }) => value.data.slice())
      const before = values()
      for (let i = 0; i < 5; i++) step()
      const changed = values().map((value, i) => value.some((v, at) => v !== before[i][at]))
      expect(parametersOf(network).filter((_, i) => changed[i]).map(({ name }) => name)).toEqual(['decoder/weight',
        'decoder/bias'])
    })
  })
})
