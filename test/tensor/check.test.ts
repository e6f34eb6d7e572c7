import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { checkFinite, checkFloat32, checkLength, checkPositive, checkSize, choose, isFloat32Array, show,
  unreachable } from '../../src/tensor/check.ts'
import { matmul, tensor } from '../../src/tensor/index.ts'

describe('show', () => {
  const cases: [unknown, string][] = [['a\nb', '"a\\nb"'], [3.5, '3.5'], [-0, '-0'], [0, '0'], [NaN, 'NaN'], [-Infinity,
    '-Infinity'], [5n, '5'], [true, 'true'], [undefined, 'undefined'], [null, 'null'], [Symbol('s'), 'Symbol(s)'], [[],
    '[]'], [[1, [-0, 'x']], '[1, [-0, "x"]]'], [new Float32Array(7), 'Float32Array(7)'], [new Uint8Array(2),
    'Uint8Array(2)'], [new ArrayBuffer(3), 'ArrayBuffer(3)'], [() => 1, 'a function'], [{}, 'an object {}'], [{
    a: 1,
    b: 2,
    c: 3,
    d: 4,
    e: 5,
  }, 'an object {a, b, c, d}'], [Object.create(null), 'an object {}']]
  it('writes every kind of value as it should stand in a message', () => {
    for (const [value, text] of cases) expect(show(value)).toBe(text)
  })

  it('never exceeds 60 characters', () => {
    expect(show(Array.from({ length: 100 }, (_, i) => i))).toBe(
      `${Array.from({ length: 100 }, (_, i) => i).join(', ').replace(/^/, '[').slice(0, 57)}...`,
    )
    expect(show('x'.repeat(58))).toHaveLength(60)
    expect(show('x'.repeat(58))).not.toContain('...')
    expect(show('x'.repeat(59))).toHaveLength(60)
    expect(show('x'.repeat(59)).endsWith('...')).toBe(true)
  })
})

describe('checkSize', () => {
  it('returns whole numbers from the least on', () => {
    expect(checkSize('f', 'n', 0)).toBe(0)
    expect(checkSize('f', 'n', 3, 3)).toBe(3)
    expect(checkSize('f', 'n', Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('throws a RangeError for a wrong number and a TypeError for anything else', () => {
    for (const value of [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 53]) {
      expect(() => checkSize('f', 'n', value)).toThrow(
        new RangeError(`f: n must be a whole number of at least 0, got ${value}`),
      )
      expect(() => checkSize('f', 'n', value)).toThrow(RangeError)
    }
    expect(() => checkSize('f', 'n', 2, 3)).toThrow(new RangeError('f: n must be a whole number of at least 3, got 2'))
    for (const [value, text] of [['3', '"3"'], [undefined, 'undefined'], [null, 'null'], [[3], '[3]'], [3n,
      '3']] as const)
    {
      expect(() => checkSize('f', 'n', value as never)).toThrow(TypeError)
      expect(() => checkSize('f', 'n', value as never)).toThrow(
        `f: n must be a whole number of at least 0, got ${text}`,
      )
    }
  })
})

describe('checkFinite and checkPositive', () => {
  it('return what they accept', () => {
    for (const value of [-1e308, -0, 0, 5e-324]) expect(checkFinite('f', 'x', value)).toBe(value)
    expect(checkPositive('f', 'x', 5e-324)).toBe(5e-324)
  })

  it('say what is wrong with the rest', () => {
    for (const check of [checkFinite, checkPositive]) {
      for (const value of [NaN, Infinity, -Infinity]) {
        expect(() => check('f', 'x', value)).toThrow(RangeError)
        expect(() => check('f', 'x', value)).toThrow(`f: x must be a finite number, got ${value}`)
      }
      expect(() => check('f', 'x', '1' as never)).toThrow(TypeError)
      expect(() => check('f', 'x', '1' as never)).toThrow('f: x must be a finite number, got "1"')
    }
    for (const [value, text] of [[0, '0'], [-0, '-0'], [-2, '-2']] as const) {
      expect(() => checkPositive('f', 'x', value)).toThrow(RangeError)
      expect(() => checkPositive('f', 'x', value)).toThrow(`f: x must be positive, got ${text}`)
    }
  })
})

describe('checkFloat32 and checkLength', () => {
  it('accept a Float32Array and the right length', () => {
    expect(checkFloat32('f', 'x', new Float32Array(1))).toBeUndefined()
    expect(checkLength('f', 'x', [1, 2], 2)).toBeUndefined()
  })

  it('refuse other arrays by kind and other lengths by number', () => {
    for (const [value, text] of [[new Float64Array(2), 'Float64Array(2)'], [[1, 2], '[1, 2]'], [undefined, 'undefined'],
      [null, 'null'], [{ data: 1 }, 'an object {data}']] as const)
    {
      expect(() => checkFloat32('f', 'x', value as never)).toThrow(TypeError)
      expect(() => checkFloat32('f', 'x', value as never)).toThrow(`f: x must be a Float32Array, got ${text}`)
    }
    expect(() => checkLength('f', 'x', [1, 2], 3)).toThrow(RangeError)
    expect(() => checkLength('f', 'x', [1, 2], 3)).toThrow('f: x must have 3 elements, got 2')
  })
})

describe('choose', () => {
  const table = { erf: 1, relu: 0 }

  it('gives what the table holds, for a string made at run time too', () => {
    expect(choose('f', 'kind', 'erf', table)).toBe(1)
    expect(choose('f', 'kind', ['re', 'lu'].join('') as 'relu', table)).toBe(0)
  })

  it('refuses every other name, inherited ones and what only reads like a name included', () => {
    for (const [name, text] of [['tanh', '"tanh"'], ['toString', '"toString"'], ['', '""'], [['erf'], '["erf"]'], [
      undefined,
      'undefined',
    ]] as const) {
      expect(() => choose('f', 'kind', name as 'erf', table)).toThrow(RangeError)
      expect(() => choose('f', 'kind', name as 'erf', table)).toThrow(`f: kind must be one of erf, relu, got ${text}`)
    }
  })
})

describe('unreachable', () => {
  it('always throws and says what it met', () => {
    expect(() => unreachable('f', { kind: 'x' } as never)).toThrow('unreachable: f has no case for an object {kind}')
  })
})

describe('isFloat32Array', () => {
  it('knows arrays of another realm, and nothing that only reads like one', () => {
    const foreign = runInNewContext('new Float32Array([1, 2])') as Float32Array
    expect(foreign instanceof Float32Array).toBe(false)
    expect(isFloat32Array(foreign)).toBe(true)
    expect(tensor([2], foreign).data).toBe(foreign)
    expect(matmul(tensor([1, 2], foreign), tensor([2, 1], foreign)).data).toEqual(Float32Array.of(5))
    const lookalike = { length: 2, [Symbol.toStringTag]: 'Float32Array' }
    for (const other of [lookalike, new Float64Array(2), [1, 2], undefined, null]) {
      expect(isFloat32Array(other)).toBe(false)
    }
  })
})
