// One function under construction: instructions in, the bytes of its body out.

import { float32Bytes, float64Bytes, int32Bytes, signedLeb, TYPE_BYTES, unsignedLeb,
  type ValueType } from './encoding.ts'
import { BYTE_OPCODES, type Instruction, VECTOR_OPCODES } from './instructions.ts'

/** A local variable of a function under construction. */
export interface Local {
  readonly index: number
  readonly type: ValueType
}

/** Something that leaves one value on the stack when it is emitted. */
export type Expression = () => void

/** The body of one function: instructions in order, and a few words for the patterns that recur. */
export interface Code {
  /** Adds a local variable, zero at first. */
  readonly local: (type: ValueType) => Local
  /** Emits one instruction with its immediate bytes. */
  readonly op: (name: Instruction, ...immediates: readonly number[]) => void
  readonly get: (local: Local) => void
  readonly set: (local: Local) => void
  readonly i32: (value: number) => void
  readonly f64: (value: number) => void
  readonly f32: (value: number) => void
  /** A v128 constant of two equal float64 lanes. */
  readonly f64x2: (value: number) => void
  /** A local that holds two equal float64 lanes from the start of the function: for constants inside loops. */
  readonly f64x2Local: (value: number) => Local
  /** A v128 constant of four equal 32-bit integer lanes. */
  readonly i32x4: (value: number) => void
  /** A load or store at the address on the stack plus `offset` bytes; alignment is a hint and given as 1. */
  readonly memory: (name: Instruction, offset?: number, ...lane: readonly number[]) => void
  /** target += step. */
  readonly advance: (target: Local, step: number | Local) => void
  /** while (counter < end, unsigned) body; the test comes first. */
  readonly whileBelow: (counter: Local, end: Local, body: () => void) => void
  /** if (i32 on the stack is not zero) then … else …. */
  readonly when: (then: () => void, otherwise?: () => void) => void
  /** Calls a function added before. */
  readonly call: (callee: FunctionHandle) => void
}

/** A function of a module under construction. */
export interface FunctionHandle {
  readonly index: number
}

/**
 * The bytes of a function's body: locals, constants that loops use, instructions, end.
 * `build` receives its code and its parameters.
 */
export function functionBody(parameters: readonly ValueType[],
  build: (code: Code, parameters: readonly Local[]) => void): readonly number[]
{
  const bytes: number[] = []
  const prologue: number[] = []
  const constants: { readonly value: number; readonly local: Local }[] = []
  const locals: ValueType[] = []
  const op: Code['op'] = (name, ...immediates) => {
    if (name in BYTE_OPCODES) bytes.push(BYTE_OPCODES[name as keyof typeof BYTE_OPCODES])
    else bytes.push(0xfd, ...unsignedLeb(VECTOR_OPCODES[name as keyof typeof VECTOR_OPCODES]))
    for (const byte of immediates) bytes.push(byte)
  }
  // The three most frequent instructions make no arrays where one byte is enough.
  const index = (opcode: number, local: Local): void => {
    bytes.push(opcode)
    if (local.index < 128) bytes.push(local.index)
    else bytes.push(...unsignedLeb(local.index))
  }
  const get: Code['get'] = (local) => index(BYTE_OPCODES['local.get'], local)
  const set: Code['set'] = (local) => index(BYTE_OPCODES['local.set'], local)
  const i32: Code['i32'] = (value) => {
    bytes.push(BYTE_OPCODES['i32.const'])
    if (value >= 0 && value < 64) bytes.push(value)
    else bytes.push(...signedLeb(value))
  }
  const EMPTY_BLOCK = 0x40
  const code: Code = {
    op,
    get,
    set,
    i32,
    local(type) {
      locals.push(type)
      return { index: parameters.length + locals.length - 1, type }
    },
    f64: (value) => op('f64.const', ...float64Bytes(value)),
    f32: (value) => op('f32.const', ...float32Bytes(value)),
    f64x2: (value) => op('v128.const', ...float64Bytes(value), ...float64Bytes(value)),
    f64x2Local(value) {
      const known = constants.find((constant) => Object.is(constant.value, value))
      if (known !== undefined) return known.local
      const local = code.local('v128')
      const start = bytes.length
      code.f64x2(value)
      set(local)
      prologue.push(...bytes.splice(start))
      constants.push({ value, local })
      return local
    },
    i32x4(value) {
      const lane = int32Bytes(value)
      op('v128.const', ...lane, ...lane, ...lane, ...lane)
    },
    memory: (name, offset = 0, ...lane) => op(name, 0, ...unsignedLeb(offset), ...lane),
    advance(target, step) {
      get(target)
      if (typeof step === 'number') i32(step)
      else get(step)
      op('i32.add')
      set(target)
    },
    whileBelow(counter, end, body) {
      const below = (): void => {
        get(counter)
        get(end)
        op('i32.lt_u')
      }
      below()
      op('if', EMPTY_BLOCK)
      op('loop', EMPTY_BLOCK)
      body()
      below()
      op('br_if', 0)
      op('end')
      op('end')
    },
    when(then, otherwise) {
      op('if', EMPTY_BLOCK)
      then()
      if (otherwise !== undefined) {
        op('else')
        otherwise()
      }
      op('end')
    },
    call: (callee) => op('call', ...unsignedLeb(callee.index)),
  }
  build(code, parameters.map((type, index) => ({ index, type })))
  // Locals are declared in runs of equal types; one run each keeps the encoder simple and costs two bytes.
  const declared = [...unsignedLeb(locals.length), ...locals.flatMap((type) => [1, TYPE_BYTES[type]])]
  return [...declared, ...prologue, ...bytes, 0x0b]
}
