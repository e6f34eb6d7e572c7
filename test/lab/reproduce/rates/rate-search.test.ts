import { describe, expect, it } from 'vitest'
import { bestRate, RATES, type Trial, trialsToMake } from '../../../../src/lab/reproduce/rates/rate-search.ts'

const SEEDS = [4, 5, 6]

/** All trials until the search ends, for a loss that is a function of rate and seed. */
function search(loss: (rate: number, seed: number) => number | null, first: readonly number[],
  seeds: readonly number[] = SEEDS): readonly Trial[]
{
  const trials: Trial[] = []
  for (;;) {
    const next = trialsToMake(trials, seeds, first)
    if (next.length === 0) return trials
    trials.push(...next.map(({ rate, seed }) => ({ rate, seed, loss: loss(rate, seed) })))
  }
}

const distance = (rate: number, best: number): number => Math.abs(Math.log(rate / best))

describe('the search for a rate', () => {
  it('goes on until the best rate has two worse neighbors, then trains all seeds there and one step below', () => {
    const trials = search((rate) => distance(rate, 0.003), [0.01, 0.03, 0.1])
    expect(bestRate(trials, SEEDS)).toBe(0.003)
    expect(trials.map(({ rate, seed }) => [rate, seed])).toEqual([[0.01, 4], [0.03, 4], [0.1, 4], [0.003, 4], [0.001,
      4], [0.003, 5], [0.003, 6], [0.001, 5], [0.001, 6]])
  })

  it('goes further down where other seeds diverge at the first one’s best rate', () => {
    const trials = search((rate, seed) => (rate > 0.002 && seed === 6 ? null : distance(rate, 0.03)), [0.03])
    expect(bestRate(trials, SEEDS)).toBe(0.001)
    expect(trials.filter(({ rate }) => rate === 0.0003)).toHaveLength(3)
  })

  it('ends at the ends of the ladder', () => {
    expect(bestRate(search((rate) => -rate, [0.01]), SEEDS)).toBe(30)
    expect(bestRate(search((rate) => rate, [0.01]), SEEDS)).toBe(RATES[0])
    expect(bestRate(search(() => null, [0.1], [0]), [0])).toBe(RATES[0])
  })

  it('does not choose a rate that only some seeds know', () => {
    expect(() => bestRate([{ rate: 0.1, seed: 4, loss: 1 }], SEEDS)).toThrow(
      'bestRate: trials must hold a rate that all seeds know',
    )
  })
})
