import { describe, expect, it } from 'vitest'
import { assembler } from '../../../src/tensor/wasm/assembler.ts'
import { type Code, functionBody, type Local } from '../../../src/tensor/wasm/code.ts'
import type { ValueType } from '../../../src/tensor/wasm/encoding.ts'
import { PAGE, webAssembly } from '../../../src/tensor/wasm/host.ts'

type Build = (code: Code, parameters: readonly Local[]) => void

/** The function, assembled and instantiated. */
function assembled(parameters: readonly ValueType[], build: Build): (...numbers: number[]) => number {
  const host = webAssembly()
  if (host === undefined) throw new Error('assembled: this runtime has no WebAssembly')
  const asm = assembler({ initial: 1, maximum: 1, shared: false })
  asm.func('f', parameters, ['i32'], build)
  const memory = new host.Memory({ initial: 1, maximum: 1 })
  expect(memory.buffer.byteLength).toBe(PAGE)
  return new host.Instance(new host.Module(asm.bytes()), { env: { memory } }).exports['f'] as never
}

describe('the code of a function', () => {
  it('counts, with the test first', () => {
    const sum = assembled(['i32'], (code, [end]) => {
      const i = code.local('i32'), total = code.local('i32')
      code.whileBelow(i, end, () => {
        code.advance(total, i)
        code.advance(i, 1)
      })
      code.get(total)
    })
    expect([sum(0), sum(1), sum(5), sum(1000)]).toEqual([0, 0, 10, 499500])
  })

  it('branches, and has constants of either sign and of any length', () => {
    for (const value of [0, 63, 64, -1, -65, 8191, -123456, 2147483647, -2147483648]) {
      const choice = assembled(['i32'], (code, [asked]) => {
        const chosen = code.local('i32')
        code.get(asked)
        code.when(() => {
          code.i32(value)
          code.set(chosen)
        }, () => {
          code.i32(7)
          code.set(chosen)
        })
        code.get(chosen)
      })
      expect([choice(1), choice(0)]).toEqual([value, 7])
    }
  })

  it('holds one local for each constant of a loop, set before the first instruction; 0 and −0 are two', () => {
    const locals: Local[] = []
    const body = functionBody(['i32'], (code) => {
      code.i32(1)
      for (const value of [0, 2, 0, -0]) locals.push(code.f64x2Local(value))
    })
    expect(locals.map(({ index }) => index)).toEqual([1, 2, 1, 3])
    // Three runs of one v128 each, then the constants: 0xfd 12 and sixteen bytes, into the local.
    expect(body.slice(0, 9)).toEqual([3, 1, 0x7b, 1, 0x7b, 1, 0x7b, 0xfd, 12])
    expect(body.slice(-3)).toEqual([0x41, 1, 0x0b])
  })
})
