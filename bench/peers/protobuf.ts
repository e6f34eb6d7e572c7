// As much of ONNX as one matrix product needs, written by hand.
//
// A protocol-buffer field is a tag (number · 8 + wire type) and a value: wire type 0 is a base-128 integer, least
// significant group first; wire type 2 is a length and so many bytes. Field numbers are those of onnx.proto3.

const OPSET = 13
const IR_VERSION = 8
const FLOAT = 1
const ATTRIBUTE_INT = 2

type Bytes = Uint8Array

function varint(value: number): Bytes {
  const groups: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) groups.push((rest % 128) | 128)
  groups.push(rest)
  return Uint8Array.from(groups)
}

function join(...parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** A field of wire type 0. Domain: whole numbers from 0 to 2⁵³ − 1. */
export function integerField(field: number, value: number): Bytes {
  return join(varint(field * 8), varint(value))
}

/** A field of wire type 2: a message, packed numbers, or bytes. */
export function bytesField(field: number, ...content: readonly Bytes[]): Bytes {
  const inside = join(...content)
  return join(varint(field * 8 + 2), varint(inside.length), inside)
}

/** A field of wire type 2 that holds text. */
export function textField(field: number, text: string): Bytes {
  return bytesField(field, new TextEncoder().encode(text))
}

/** ValueInfoProto: a float32 tensor's name and shape. */
function valueInfo(name: string, shape: readonly number[]): Bytes {
  const dimensions = shape.map((size) => bytesField(1, integerField(1, size)))
  const tensorType = join(integerField(1, FLOAT), bytesField(2, ...dimensions))
  return join(textField(1, name), bytesField(2, bytesField(1, tensorType)))
}

/** TensorProto with raw little-endian data. */
function initializer(name: string, shape: readonly number[], data: Float32Array): Bytes {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const dimensions = shape.map((size) => integerField(1, size))
  return join(...dimensions, integerField(2, FLOAT), textField(8, name), bytesField(9, raw))
}

function switchAttribute(name: string, on: boolean): Bytes {
  return bytesField(5, textField(1, name), integerField(3, on ? 1 : 0), integerField(20, ATTRIBUTE_INT))
}

/** The product that a model computes. */
export interface ProductModel {
  /** Shapes as stored. */
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly c: readonly number[]
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** B's values, when B is part of the model rather than an input. */
  readonly constantB?: Float32Array
}

/** ModelProto of C = op(A)·op(B): MatMul, or Gemm when an operand is transposed. Inputs A (and B), output C. */
export function productModel({ a, b, c, transposeA, transposeB, constantB }: ProductModel): Bytes {
  const plain = !transposeA && !transposeB
  const node = join(textField(1, 'A'), textField(1, 'B'), textField(2, 'C'), textField(4, plain ? 'MatMul' : 'Gemm'),
    ...(plain ? [] : [switchAttribute('transA', transposeA), switchAttribute('transB', transposeB)]))
  const graph = join(bytesField(1, node), textField(2, 'product'),
    constantB === undefined ? bytesField(11, valueInfo('A', a)) : bytesField(5, initializer('B', b, constantB)),
    constantB === undefined ? bytesField(11, valueInfo('B', b)) : bytesField(11, valueInfo('A', a)),
    bytesField(12, valueInfo('C', c)))
  return join(integerField(1, IR_VERSION), bytesField(7, graph), bytesField(8, integerField(2, OPSET)))
}
