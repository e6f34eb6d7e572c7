import { describe, expect, it } from 'vitest'
import { apart, near, settled, within } from '../../../../src/lab/reproduce/rules/claims.ts'

const head = { id: 'x', statement: 's', source: 't' }
// Mean m, standard error 0.1.
const about = (m: number): readonly number[] => [m - Math.sqrt(0.03), m, m + Math.sqrt(0.03)]

describe('near', () => {
  it('allows the tolerance and two standard errors on both sides', () => {
    const holds = [98.29, 98.31, 99.69, 99.71].map((m) => near(head, about(m), 99, 0.5).holds)
    expect(holds).toEqual([false, true, true, false])
    expect(near(head, [99], 99, 0.5).holds).toBe(false)
  })
})

describe('within', () => {
  it('judges the worst of several rules, and is content with one that is better', () => {
    const error = 2 * Math.SQRT2 * 0.1
    expect(within(head, about(90), [about(95), about(87 - error + 0.01)], 3).holds).toBe(true)
    expect(within(head, about(90), [about(95), about(87 - error - 0.01)], 3).holds).toBe(false)
  })
})

describe('apart', () => {
  it('judges the nearest pair, and wants the gap beyond two standard errors', () => {
    const error = 2 * Math.SQRT2 * 0.1
    expect(apart(head, [about(95), about(90)], [about(80), about(87 - error - 0.01)], 3).holds).toBe(true)
    expect(apart(head, [about(95), about(90)], [about(80), about(87 - error + 0.01)], 3).holds).toBe(false)
    expect(apart(head, [[90]], [[10]], 3).holds).toBe(false)
  })
})

describe('settled', () => {
  it('leaves nothing decided at quick scale and everything at others', () => {
    const claims = [near(head, about(1), 1, 1), near(head, about(9), 1, 1)]
    expect(settled(claims, 'quick').map(({ holds }) => holds)).toEqual([null, null])
    expect(settled(claims, 'paper').map(({ holds }) => holds)).toEqual([true, false])
  })
})
