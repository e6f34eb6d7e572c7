import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'
import { CASES, isolateOf, RULE_NAMES } from './cases.ts'
import { count, type Counted, plainTable, summary, total } from './counts.ts'
import type { Way } from './messages.ts'

const WAYS: readonly Way[] = ['worker', 'process']

/** Isolates with these hashes, in turns of two cases, each pair in another way. */
function counted(...hashes: readonly string[]): readonly Counted[] {
  return hashes.map((hash, index) => ({
    way: WAYS[Math.floor(index / 2) % 2],
    isolate: isolateOf(CASES.slice(0, 2), index),
    answer: { index, hash },
  }))
}

describe('count', () => {
  it('finds nothing where each case has one hash, whatever the way', () => {
    const rows = count(counted('a', 'b', 'a', 'b', 'a', 'b'))
    expect(rows.map(({ first }) => first)).toEqual(['a', 'b'])
    expect(rows[0].cells).toEqual({ worker: { isolates: 2, differing: 0 }, process: { isolates: 1, differing: 0 } })
    expect(total(rows, WAYS)).toEqual({ isolates: 6, differing: 0 })
    expect(summary(rows, WAYS)).toBe('6 isolates, 0 distinct from the first')
  })

  it('counts every other hash, in its case and way', () => {
    const rows = count(counted('a', 'b', 'c', 'b', 'a', 'd'))
    expect(rows[0].cells.process).toEqual({ isolates: 1, differing: 1 })
    expect(rows[1].cells.worker).toEqual({ isolates: 2, differing: 1 })
    expect(summary(rows, WAYS)).toBe('6 isolates, 2 distinct from the first')
    expect(plainTable(rows, WAYS)).toContain('2 (1 differ)')
  })

  it('counts every isolate that threw, though all of them threw alike', () => {
    expect(total(count(counted('threw x', 'b', 'threw x', 'b')), WAYS)).toEqual({ isolates: 4, differing: 2 })
  })
})

describe('cases', () => {
  it('have names of their own and every rule there is', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
    expect([...RULE_NAMES].sort()).toEqual(Object.keys(RULES).sort())
  })

  it('take turns, with garbage at another step of the first half in each round', () => {
    const bursts = Array.from({ length: 20 }, (_, round) => isolateOf(CASES, round * CASES.length + 1))
    expect(bursts.every(({ asked }) => asked === CASES[1])).toBe(true)
    expect(new Set(bursts.map(({ burst }) => burst)).size).toBe(20)
    expect(bursts.every(({ asked, burst }) => burst >= 0 && burst < asked.steps / 2)).toBe(true)
  })
})
