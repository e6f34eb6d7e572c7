// The vector kernels on memories of both kinds, arrays in them between guard words, and the comparison with the scalar
// kernels for one table of cases.

import { type ElementwiseKernels, scalarElementwise,
  vectorElementwise } from '../../../src/tensor/kernels/elementwise.ts'
import { assembler } from '../../../src/tensor/wasm/assembler.ts'
import { type ElementwiseExports, emitElementwise } from '../../../src/tensor/wasm/elementwise.ts'
import { PAGE, webAssembly } from '../../../src/tensor/wasm/host.ts'
import { firstDifference, xorshift } from '../bits.ts'

/** Vector kernels on one memory. */
export interface VectorSetup {
  readonly kernels: ElementwiseKernels
  readonly buffer: ArrayBufferLike
  /** Number of calls of exported functions so far. */
  readonly calls: () => number
}

/** Assembles and instantiates the kernels on a memory of `pages` pages. */
export function vectorSetup(shared: boolean, pages: number): VectorSetup {
  const host = webAssembly()
  if (host === undefined) throw new Error('vectorSetup: this runtime has no WebAssembly')
  const memory = shared ? new host.Memory({ initial: pages, maximum: pages, shared: true })
    : new host.Memory({ initial: pages, maximum: pages })
  const asm = assembler({ initial: 1, maximum: pages, shared })
  emitElementwise(asm)
  const { exports } = new host.Instance(new host.Module(asm.bytes()), { env: { memory } })
  let calls = 0
  const counted = Object.fromEntries(Object.entries(exports).map(([name, f]) => [name, (...numbers: number[]) => {
    calls++
    return (f as (...numbers: number[]) => number)(...numbers)
  }])) as unknown as ElementwiseExports
  const addressOf = (array: Float32Array): number => (array.buffer === memory.buffer ? array.byteOffset : -1)
  // Scratch space from the end of the memory downwards, as dirty as the last call left it.
  const scratch = (bytes: number): number => memory.buffer.byteLength - bytes & -64
  return { kernels: vectorElementwise(counted, addressOf, scratch), buffer: memory.buffer, calls: () => calls }
}

/** Bytes in pages, with room to spare. */
export function pagesFor(floats: number): number {
  return Math.ceil((4 * floats) / PAGE) + 2
}

const GUARD = 0x7fc0dead
const GUARDS = 5

/** Copies of arrays in memory, each between guard words and at an odd multiple of four bytes. */
export function placed(buffer: ArrayBufferLike, arrays: readonly Float32Array[]): readonly Float32Array[] {
  const words = new Int32Array(buffer)
  let at = 17
  return arrays.map((array) => {
    words.fill(GUARD, at, at + GUARDS)
    at += GUARDS
    const copy = new Float32Array(buffer, 4 * at, array.length)
    copy.set(array)
    at += array.length
    words.fill(GUARD, at, at + GUARDS)
    at += GUARDS
    return copy
  })
}

/** '' when the guard words around arrays are untouched. */
export function brokenGuard(arrays: readonly Float32Array[]): string {
  for (const [p, array] of arrays.entries()) {
    const words = new Int32Array(array.buffer, array.byteOffset - 4 * GUARDS, array.length + 2 * GUARDS)
    for (let i = 0; i < GUARDS; i++) {
      if (words[i] !== GUARD) return `array ${p}: written ${GUARDS - i} words before its start`
      if (words[GUARDS + array.length + i] !== GUARD) return `array ${p}: written ${i} words behind its end`
    }
  }
  return ''
}

/** One kernel: what it does with arrays of equal length, and which of them may be the same array. */
export interface Case {
  readonly name: string
  readonly arrays: number
  readonly run: (kernels: ElementwiseKernels, arrays: readonly Float32Array[]) => number | Float32Array
  /** Groups of operands that may be one array. */
  readonly aliases: readonly (readonly number[])[]
}

type UnaryKernel = ElementwiseKernels['expInto']
type Unary = {
  [K in keyof ElementwiseKernels]: ElementwiseKernels[K] extends UnaryKernel ? K : never
}[keyof ElementwiseKernels]

/** A case of a kernel (out, x). */
export function unaryCase(name: Unary): Case {
  const run: Case['run'] = (kernels, [out, x]) => (kernels[name] as UnaryKernel)(out, x)
  return { name, arrays: 2, aliases: [[0, 1]], run }
}

/** A case of a kernel (out, x, y). */
export function binaryCase(name: keyof ElementwiseKernels): Case {
  return {
    name,
    arrays: 3,
    aliases: [[0, 1], [0, 2], [1, 2], [0, 1, 2]],
    run: (kernels, [out, x, y]) => (kernels[name] as ElementwiseKernels['addInto'])(out, x, y),
  }
}

/**
 * '' when both give the same bits for arrays with these contents (every NaN equals every NaN), leave the guard words
 * alone and the vector kernel really ran. `same`: operands that are one array.
 */
export function difference(setup: VectorSetup, test: Case, contents: readonly Float32Array[],
  same: readonly number[] = []): string
{
  const alias = <T>(list: readonly T[]): readonly T[] =>
    list.map((item, p) => (same.includes(p) ? list[same[0]] : item))
  const plain = alias<Float32Array>(contents.slice(0, test.arrays).map((array) => array.slice()))
  const own = placed(setup.buffer, contents.slice(0, test.arrays))
  const inMemory = alias(own)
  const before = setup.calls()
  const want = test.run(scalarElementwise, plain)
  const got = test.run(setup.kernels, inMemory)
  if (setup.calls() === before) return `${test.name}: the vector kernel was not called`
  if (typeof want === 'number' && !Object.is(got, want)) return `${test.name}: ${got} against ${want}`
  if (typeof want !== 'number' && got !== inMemory[plain.indexOf(want)]) return `${test.name}: returned another array`
  for (let p = 0; p < test.arrays; p++) {
    const where = firstDifference(inMemory[p], plain[p])
    if (where !== '') {
      const i = Number(where.slice(1, where.indexOf(']')))
      const operands = contents.map((array) => array[i]).join(', ')
      return `${test.name}: array ${p} of length ${plain[p].length} ${where}, operands ${operands}`
    }
  }
  const broken = brokenGuard(own)
  return broken === '' ? '' : `${test.name}, length ${contents[0].length}: ${broken}`
}

/** Bits of a NaN with its sign set: what ∞ − ∞ gives on x86. */
const NEGATIVE_NAN = new Float32Array(new Int32Array([0xffc00000 | 0]).buffer)[0]

/** Values at which functions of this kind change their piece, their scale or their kind. */
export const SPECIAL: Float32Array = Float32Array.of(0, -0, 2 ** -149, -(2 ** -149), 2 ** -126, -(2 ** -126), 2 ** -127,
  1e-20, -1e-20, 1e20, -1e20, 0.5, -0.5, 1, -1, 0.99999994, 1.0000001, -1.0000001, 0.34657359, -0.34657362, 5.9999995,
  6, -6, 8.485281, -8.485282, 9.01, 22, -22, 36.7368, -37.5, 88.72283, 88.72284, -87.4, -103.97208, -103.9721, -104,
  38.6, 708, -708.5, 709.5, -746, 1e4, -1e4, 3.4028234663852886e38, -3.4028234663852886e38, Infinity, -Infinity, NaN,
  NEGATIVE_NAN)

/** `length` values of `SPECIAL` from `start` on, around. */
export function specials(length: number, start: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => SPECIAL[(i + start) % SPECIAL.length])
}

/** `length` random bit patterns. */
export function randomBits(seed: number, length: number): Float32Array {
  const random = xorshift(seed)
  return new Float32Array(Int32Array.from({ length }, () => Math.floor(random() * 2147483647.9)).buffer)
}

/** `length` values evenly from `low` to `high`. */
export function sweep(low: number, high: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => low + ((high - low) * i) / (length - 1))
}

/** The 2·reach float32 neighbors of |x|, on both sides of it and with both signs. */
export function neighbors(x: number, reach: number): Float32Array {
  const bits = new Int32Array(Float32Array.of(x).buffer)[0]
  const SIGN = -2147483648
  const around = (_: unknown, i: number): number => (bits - reach + (i >> 1)) | (i % 2 === 0 ? 0 : SIGN)
  return new Float32Array(Int32Array.from({ length: 4 * reach }, around).buffer)
}

/** Runs a case on special values in every position of short arrays, in every pairing at length 17, and with aliases. */
export function specialDifference(setup: VectorSetup, test: Case): string {
  const count = SPECIAL.length
  for (let length = 0; length <= 17; length++) {
    for (let start = 0; start < count; start++) {
      const others = length === 17 ? count : 3
      for (let other = 0; other < others; other++) {
        const contents = Array.from({ length: test.arrays }, (_, p) =>
          specials(length, p < 2 ? start + (p === 0 ? 3 : 0) : start + other * (p - 1) + 7))
        const found = difference(setup, test, contents)
        if (found !== '') return found
        if (test.arrays <= 2) break
      }
      for (const same of test.aliases) {
        const contents = Array.from({ length: test.arrays }, (_, p) => specials(length, start + 5 * p))
        const found = difference(setup, test, contents, same)
        if (found !== '') return `${found} (operands ${same.join(', ')} one array)`
      }
    }
  }
  return ''
}
