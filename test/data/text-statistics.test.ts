import { describe, expect, it } from 'vitest'
import { bigramLoss, unigramLoss } from '../../src/data/index.ts'

const of = (text: string): Int32Array => Int32Array.from(text, (c) => c.charCodeAt(0) - 97)

describe('tables of counts', () => {
  it('score characters by their share in training, one added to each count', () => {
    // a 3 + 1, b 1 + 1, c 0 + 1, of 4 + 3.
    const loss = unigramLoss({ training: of('aaba'), scored: of('abc'), vocabulary: 3 })
    expect(loss).toBeCloseTo(-(Math.log(4 / 7) + Math.log(2 / 7) + Math.log(1 / 7)) / 3, 14)
  })

  it('score pairs by what followed in training', () => {
    // After a: b twice of 2 + 3; after b: a once of 1 + 3; after c nothing is known.
    const loss = bigramLoss({ training: of('abab'), scored: of('abca'), vocabulary: 3 })
    expect(loss).toBeCloseTo(-(Math.log(3 / 5) + Math.log(1 / 4) + Math.log(1 / 3)) / 3, 14)
  })

  it('find the order that a text has, which single characters do not show', () => {
    const text = of('ab'.repeat(500))
    const scored = { training: text, scored: text, vocabulary: 2 }
    expect(unigramLoss(scored)).toBeCloseTo(Math.log(2), 6)
    expect(bigramLoss(scored)).toBeLessThan(0.01)
  })

  it('refuse indices outside of the vocabulary and parts with nothing to count', () => {
    const good = { training: of('ab'), scored: of('ab'), vocabulary: 2 }
    expect(() => unigramLoss({ ...good, scored: of('ac') })).toThrow(
      new RangeError('unigramLoss: scored[1] must be below 2, got 2'),
    )
    expect(() => bigramLoss({ ...good, training: Int32Array.of(0, -1) })).toThrow(
      new RangeError('bigramLoss: training[1] must be below 2, got -1'),
    )
    expect(() => bigramLoss({ ...good, scored: of('a') })).toThrow(
      new RangeError('bigramLoss: scored must have at least 2 characters, got 1'),
    )
    expect(() => unigramLoss({ ...good, training: of('') })).toThrow(RangeError)
    expect(() => unigramLoss({ ...good, vocabulary: 0 })).toThrow(RangeError)
  })
})
