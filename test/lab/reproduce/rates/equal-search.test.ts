import { describe, expect, it } from 'vitest'
import { leastLoss, ratesToTry, type Scored, searchText } from '../../../../src/lab/reproduce/rates/equal-search.ts'

const SPACE = { rates: [0.002, 0.004, 0.008], reach: 3 }

/** All rates that a search of this loss tries, in its order. */
function tried(loss: (rate: number) => number | null, space = SPACE): readonly number[] {
  const known: Scored[] = []
  for (;;) {
    const next = ratesToTry(space, known)
    if (next.length === 0) return known.map(({ rate }) => rate)
    known.push(...next.map((rate) => ({ rate, loss: loss(rate) })))
  }
}

describe('ratesToTry', () => {
  it('is content with the list where the best rate stands inside', () => {
    expect(tried((rate) => Math.abs(Math.log(rate / 0.004)))).toEqual([0.002, 0.004, 0.008])
  })

  it('moves the end where the best rate stands until it has a worse neighbor', () => {
    expect(tried((rate) => Math.abs(Math.log(rate / 0.016)))).toEqual([0.002, 0.004, 0.008, 0.016, 0.032])
    expect(tried((rate) => Math.abs(Math.log(rate / 0.0005)))).toEqual([0.002, 0.004, 0.008, 0.001, 0.0005, 0.00025])
  })

  it('gives up after as many moves as are allowed', () => {
    expect(tried((rate) => -rate)).toEqual([0.002, 0.004, 0.008, 0.016, 0.032, 0.064])
    expect(tried((rate) => -rate, { rates: [0.1], reach: 0 })).toEqual([0.1])
    expect(tried((rate) => -rate, { rates: [0.1, 0.2], reach: 0 })).toEqual([0.1, 0.2])
  })

  it('counts divergence as the worst, and of equal losses takes the smaller rate', () => {
    expect(tried((rate) => rate > 0.005 ? null : -rate)).toEqual([0.002, 0.004, 0.008])
    expect(leastLoss([{ rate: 0.2, loss: 1 }, { rate: 0.1, loss: 1 }, { rate: 0.4, loss: null }])).toBe(0.1)
    expect(() => leastLoss([])).toThrow('leastLoss: known must hold a rate, got none')
  })

  it('is told in words', () => {
    expect(searchText(SPACE)).toBe(
      'each rule tries the rates 0.002, 0.004, 0.008, and goes on by the same factor while its best rate stands at an '
        + 'end, up to 3 times',
    )
    expect(searchText({ rates: [0.1], reach: 0 })).toBe('each rule tries the rates 0.1')
  })
})
