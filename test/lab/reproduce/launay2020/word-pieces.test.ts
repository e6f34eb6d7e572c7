import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LanguageConfiguration, LanguageResult } from '../../../../src/lab/reproduce/language/training.ts'
import { wordPieces } from '../../../../src/lab/reproduce/launay2020/word-pieces.ts'
import { readText } from '../../../../src/lab/training/texts.ts'
import { verdicts } from '../made.ts'
import { allRuns, TOOLS } from '../rounds.ts'

const LOSS: Readonly<Record<string, number>> = { BP: 4.8, macro: 5.1, micro: 5.6, shallow: 6.1 }
const variantOf = ({ rule, placement }: LanguageConfiguration): string => (rule === 'DFA' ? placement : rule)

const judged = (change: Readonly<Record<string, number>> = {}) =>
  verdicts(wordPieces.judge(allRuns(wordPieces, 'default', 0, (configuration): LanguageResult => {
    const c = configuration as LanguageConfiguration
    const variant = variantOf(c)
    const value = (change[variant] ?? LOSS[variant]) + 0.1 * Math.abs(Math.log(c.rate / 0.004)) + 0.001 * (c.seed % 3)
    const signal = c.rule === 'DFA' ? [{ point: 'block1/point', cosine: 0.4 }] : []
    return { validation: value, test: value, curve: new Array<number>(30).fill(value), clipped: 0.5, signal,
      references: { unigram: 6.4, bigram: 5.5 } }
  }), 'default'))

/** The two files with words in an order that can be learnt. */
function withPieces<T>(use: (data: string) => T): T {
  const data = mkdtempSync(join(tmpdir(), 'pieces-'))
  const words = (count: number, first: number): string =>
    Array.from({ length: count }, (_, i) =>
      ['Lower', 'newest', 'widest', 'Slow'][Math.floor(first + 0.618 * i * i) % 4]).join(' ')
  try {
    mkdirSync(join(data, 'text'))
    writeFileSync(join(data, 'text/wikitext2.test.txt'), words(800, 0))
    writeFileSync(join(data, 'text/wikitext2.valid.txt'), `${words(200, 1)} é`)
    return use(data)
  } finally {
    rmSync(data, { recursive: true })
  }
}

describe('launay2020/word-pieces', () => {
  it('holds where rules come in the order of the paper', () => {
    expect(judged()).toEqual({ 'pieces-order-bp-macro': 'holds', 'pieces-order-macro-micro': 'holds',
      'pieces-order-micro-shallow': 'holds', 'pieces-bigram-macro': 'holds', 'pieces-share-macro': 'holds' })
  })

  it.each([['order-bp-macro', { BP: 5.2, macro: 5.15 }], ['order-macro-micro', { micro: 5 }], ['order-micro-shallow', {
    shallow: 5.59,
  }], ['bigram-macro', { macro: 5.55 }], ['share-macro', { macro: 5.48 }]])('fails in %s where they do not',
    (id, change) => {
      expect(judged(change)[`pieces-${id}`]).toBe('fails')
    })

  it('reads lower-cased pieces learnt on what trains, with all characters of what scores', () => {
    withPieces((data) => {
      const { vocabulary, training, validation, test } = readText(data, 'wikitext2', 8)
      expect(vocabulary).toEqual(expect.arrayContaining(['é', 'lower', ' newest', ' widest', ' slow']))
      expect(vocabulary.some((piece) => piece !== piece.toLowerCase())).toBe(false)
      const text = (part: Int32Array): string => Array.from(part, (index) => vocabulary[index]).join('')
      expect(text(training).startsWith('lower ')).toBe(true)
      expect(`${text(validation)}${text(test)}`.endsWith(' é')).toBe(true)
      expect(Math.abs(validation.length - test.length)).toBeLessThanOrEqual(1)
    })
  })

  it('trains, and scores as many pieces as it is told', () => {
    withPieces((data) => {
      const [c] = wordPieces.plan('quick', 0, []) as readonly LanguageConfiguration[]
      const train = (scored: number): LanguageResult =>
        wordPieces.run({ ...c, steps: 40, context: 8, scored }, { ...TOOLS, data }) as LanguageResult
      const { test, references } = train(60)
      expect(test).toBeLessThan(references.unigram)
      expect(train(30).test).not.toBe(test)
    })
  })
})
