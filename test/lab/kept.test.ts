import { describe, expect, it } from 'vitest'
import { keepingLast } from '../../src/lab/kept.ts'

describe('keepingLast', () => {
  it('makes once what is asked for again at once, and anew what came before', () => {
    const made: string[] = []
    const of = keepingLast((name: string, options: { readonly size: number }) => {
      made.push(name + options.size)
      return made.length
    })
    expect([of('a', { size: 1 }), of('a', { size: 1 }), of('a', { size: 2 }), of('b', { size: 2 }),
      of('a', { size: 1 })]).toEqual([1, 1, 2, 3, 4])
    expect(made).toEqual(['a1', 'a2', 'b2', 'a1'])
  })

  it('keeps nothing of what could not be made', () => {
    const of = keepingLast((value: number) => {
      if (value < 0) throw new Error('no')
      return {}
    })
    const first = of(1)
    expect(() => of(-1)).toThrow('no')
    expect(of(1)).not.toBe(first)
  })
})
