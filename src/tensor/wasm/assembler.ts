// A small WebAssembly assembler: instructions by the specification's own names in, the bytes of a module out. The vector
// kernels are written with it at start-up, so that the package holds no binary file and needs no build step.

const BYTE_OPCODES = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  return: 0x0f,
  call: 0x10,
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
  'f32.load': 0x2a,
  'f64.load': 0x2b,
  'f32.store': 0x38,
  'f64.store': 0x39,
  'i32.const': 0x41,
  'f32.const': 0x43,
  'f64.const': 0x44,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.ge_s': 0x4e,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_u': 0x76,
  select: 0x1b,
  drop: 0x1a,
  'f32.add': 0x92,
  'f32.mul': 0x94,
  'f64.add': 0xa0,
  'f64.mul': 0xa2,
  'f32.demote_f64': 0xb6,
  'f64.promote_f32': 0xbb,
} as const

const VECTOR_OPCODES = {
  'v128.load': 0x00,
  'v128.load32_splat': 0x09,
  'v128.load64_splat': 0x0a,
  'v128.store': 0x0b,
  'v128.const': 0x0c,
  'v128.load32_zero': 0x5c,
  'v128.load64_zero': 0x5d,
  'v128.load32_lane': 0x56,
  'v128.store32_lane': 0x5a,
  'v128.store64_lane': 0x5b,
  'i8x16.shuffle': 0x0d,
  'i32x4.splat': 0x11,
  'f32x4.splat': 0x13,
  'f64x2.splat': 0x14,
  'f32x4.extract_lane': 0x1f,
  'f64x2.extract_lane': 0x21,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'f64x2.eq': 0x47,
  'f64x2.ne': 0x48,
  'f64x2.lt': 0x49,
  'f64x2.gt': 0x4a,
  'f64x2.le': 0x4b,
  'f64x2.ge': 0x4c,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'v128.any_true': 0x53,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'i32x4.neg': 0xa1,
  'i32x4.shr_s': 0xac,
  'i32x4.add': 0xae,
  'i32x4.mul': 0xb5,
  'i64x2.shl': 0xcb,
  'i64x2.shr_u': 0xcd,
  'i64x2.add': 0xce,
  'i64x2.sub': 0xd1,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.min': 0xe8,
  'f32x4.max': 0xe9,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'f64x2.abs': 0xec,
  'f64x2.neg': 0xed,
  'f64x2.sqrt': 0xef,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
  'f64x2.min': 0xf4,
  'f64x2.max': 0xf5,
  'f64x2.pmin': 0xf6,
  'f64x2.pmax': 0xf7,
  'f32x4.relaxed_madd': 0x105,
  'f64x2.relaxed_madd': 0x107,
} as const

/** Names of instructions, as in the WebAssembly specification. */
export type Instruction = keyof typeof BYTE_OPCODES | keyof typeof VECTOR_OPCODES

/** Value types. */
export type ValueType = 'i32' | 'f32' | 'f64' | 'v128'

const TYPE_BYTES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** Bytes of an unsigned number in LEB128. */
export function unsignedLeb(value: number): readonly number[] {
  const bytes: number[] = []
  do {
    const low = value % 128
    value = Math.floor(value / 128)
    bytes.push(value > 0 ? low + 128 : low)
  } while (value > 0)
  return bytes
}

/** Bytes of a signed 32-bit number in LEB128. */
export function signedLeb(value: number): readonly number[] {
  const bytes: number[] = []
  for (;;) {
    const low = value & 0x7f
    value >>= 7
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

const scratch = new DataView(new ArrayBuffer(8))

/** The eight bytes of a float64, little-endian. */
export function float64Bytes(value: number): readonly number[] {
  scratch.setFloat64(0, value, true)
  return Array.from({ length: 8 }, (_, i) => scratch.getUint8(i))
}

function float32Bytes(value: number): readonly number[] {
  scratch.setFloat32(0, value, true)
  return Array.from({ length: 4 }, (_, i) => scratch.getUint8(i))
}

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

/** What the imported memory is; must agree with the memory given at instantiation. */
export interface MemoryImport {
  readonly initial: number
  readonly maximum: number
  readonly shared: boolean
}

/** A module under construction. */
export interface Assembler {
  /** Adds a function; exported under `name` unless that is empty. `build` receives its code and its parameters. */
  readonly func: (
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    build: (code: Code, parameters: readonly Local[]) => void,
  ) => FunctionHandle
  /** The bytes of the finished module, importing `env.memory`. */
  readonly bytes: () => Uint8Array
}

/** A new, empty module. */
export function assembler(memory: MemoryImport): Assembler {
  const types: (readonly number[])[] = []
  const exports: (readonly number[])[] = []
  const bodies: (readonly number[])[] = []
  // Pushed byte by byte: spreading and flattening arrays of this size takes several times as long.
  const vector = (items: readonly (readonly number[])[]): readonly number[] => {
    const joined = [...unsignedLeb(items.length)]
    for (const item of items) for (let i = 0; i < item.length; i++) joined.push(item[i])
    return joined
  }
  const name = (
    text: string,
  ): readonly number[] => [...unsignedLeb(text.length), ...Array.from(text, (c) => c.charCodeAt(0))]
  const section = (
    id: number,
    content: readonly number[],
  ): readonly number[] => [id, ...unsignedLeb(content.length), ...content]
  return {
    func(exportName, parameters, results, build) {
      const index = bodies.length
      const typeList = (list: readonly ValueType[]): readonly number[] => vector(list.map((type) => [TYPE_BYTES[type]]))
      types.push([0x60, ...typeList(parameters), ...typeList(results)])
      bodies.push(functionBody(parameters, build))
      if (exportName !== '') exports.push([...name(exportName), 0x00, ...unsignedLeb(index)])
      return { index }
    },
    bytes() {
      const limits = [memory.shared ? 0x03 : 0x01, ...unsignedLeb(memory.initial), ...unsignedLeb(memory.maximum)]
      return new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...section(1, vector(types)),
        ...section(2, vector([[...name('env'), ...name('memory'), 0x02, ...limits]])),
        ...section(3, vector(types.map((_, i) => unsignedLeb(i)))), ...section(7, vector(exports)),
        ...section(10, vector(bodies.map((body) => [...unsignedLeb(body.length), ...body])))])
    },
  }
}

function functionBody(
  parameters: readonly ValueType[],
  build: (code: Code, parameters: readonly Local[]) => void,
): readonly number[] {
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
      scratch.setInt32(0, value, true)
      const lane = Array.from({ length: 4 }, (_, i) => scratch.getUint8(i))
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
