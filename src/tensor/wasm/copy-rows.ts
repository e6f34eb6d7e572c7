// Copies a block of a matrix: what a thread has computed apart is put in its place.

import type { Assembler } from './assembler.ts'
import type { Local } from './code.ts'

/** One call of the assembled `copyRows`: see `emitCopyRows`. */
export type CopyRows = (to: number, ldTo: number, from: number, ldFrom: number, rows: number, columns: number) => void

/**
 * Adds `copyRows` to a module: to[r, q] := from[r, q] for float32 blocks of `rows` × `columns`. Addresses in bytes,
 * leading dimensions in elements; the blocks must not overlap.
 */
export function emitCopyRows(asm: Assembler, name: string): void {
  asm.func(name, Array.from({ length: 6 }, () => 'i32' as const), [], (f, p) => {
    const [to, ldTo, from, ldFrom, rows, columns] = p
    const [r, q, whole, target, source] = Array.from({ length: 5 }, () => f.local('i32'))
    const assign = (local: Local, value: Local): void => {
      f.get(value)
      f.set(local)
    }
    const bytes = (local: Local): void => {
      f.get(local)
      f.i32(2)
      f.op('i32.shl')
      f.set(local)
    }
    const each = (end: Local, step: number, load: 'v128.load' | 'f32.load',
      store: 'v128.store' | 'f32.store'): void =>
    {
      f.whileBelow(q, end, () => {
        f.get(target)
        f.get(source)
        f.memory(load)
        f.memory(store)
        f.advance(target, 4 * step)
        f.advance(source, 4 * step)
        f.advance(q, step)
      })
    }
    bytes(ldTo)
    bytes(ldFrom)
    f.get(columns)
    f.i32(-4)
    f.op('i32.and')
    f.set(whole)
    f.whileBelow(r, rows, () => {
      assign(target, to)
      assign(source, from)
      f.i32(0)
      f.set(q)
      each(whole, 4, 'v128.load', 'v128.store')
      each(columns, 1, 'f32.load', 'f32.store')
      f.advance(to, ldTo)
      f.advance(from, ldFrom)
      f.advance(r, 1)
    })
  })
}
