// Argument checks. They test the path of success first and build a message only when they throw:
// `<function>: <argument> must <requirement>, got <value>`.

/** A value as it should stand in an error message: strings quoted, arrays in brackets, never longer than 60 characters. */
export function show(value: unknown): string {
  let text: string
  if (typeof value === 'string') text = JSON.stringify(value)
  else if (Array.isArray(value)) text = `[${value.map(show).join(', ')}]`
  else if (ArrayBuffer.isView(value)) text = `${value.constructor.name}(${(value as Float32Array).length})`
  else if (value instanceof ArrayBuffer) text = `ArrayBuffer(${value.byteLength})`
  else if (typeof value === 'function') text = 'a function'
  else if (typeof value === 'object' && value !== null) {
    text = `an object {${Object.keys(value).slice(0, 4).join(', ')}}`
  } else text = Object.is(value, -0) ? '-0' : String(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

/**
 * Returns `value` when it is a whole number of at least `least` (0 unless given).
 * Throws: TypeError when it is not a number; RangeError when it is negative, fractional, not finite or above 2⁵³−1.
 */
export function checkSize(where: string, name: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  const message = `${where}: ${name} must be a whole number of at least ${least}, got ${show(value)}`
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message)
}

/** Returns `value` when it is a finite number. Throws: TypeError (not a number), RangeError (NaN or infinite). */
export function checkFinite(where: string, name: string, value: number): number {
  if (Number.isFinite(value)) return value
  const message = `${where}: ${name} must be a finite number, got ${show(value)}`
  throw typeof value === 'number' ? new RangeError(message) : new TypeError(message)
}

/** Returns `value` when it is finite and above zero. Throws: TypeError, RangeError. */
export function checkPositive(where: string, name: string, value: number): number {
  if (checkFinite(where, name, value) > 0) return value
  throw new RangeError(`${where}: ${name} must be positive, got ${show(value)}`)
}

/** Returns `value` when it and its float32 are finite and above zero. Throws: TypeError, RangeError. */
export function checkPositiveFloat32(where: string, name: string, value: number): number {
  const rounded = Math.fround(checkPositive(where, name, value))
  if (rounded > 0 && rounded < Infinity) return value
  throw new RangeError(`${where}: ${name} must be positive and finite in float32, got ${show(value)}`)
}

/** Prototypes of Float32Array in other realms, so that each is asked for its name once. */
const FOREIGN: WeakSet<object> = /* @__PURE__ */ new WeakSet()

/** True for a Float32Array, one of another realm (a frame, a `node:vm` context) included. */
export function isFloat32Array(value: unknown): value is Float32Array {
  if (value instanceof Float32Array) return true
  if (!ArrayBuffer.isView(value)) return false
  const prototype = Object.getPrototypeOf(value) as object
  return FOREIGN.has(prototype) || isForeign(value, prototype)
}

function isForeign(value: object, prototype: object): boolean {
  if (Object.prototype.toString.call(value) !== '[object Float32Array]') return false
  FOREIGN.add(prototype)
  return true
}

/** Throws a TypeError unless `value` is a Float32Array. */
export function checkFloat32(where: string, name: string, value: Float32Array): void {
  if (isFloat32Array(value)) return
  throw new TypeError(`${where}: ${name} must be a Float32Array, got ${show(value)}`)
}

/** Throws a RangeError when two one-dimensional buffers that must agree in length do not. */
export function checkLength(where: string, name: string, value: ArrayLike<number>, length: number): void {
  if (value.length === length) return
  throw new RangeError(`${where}: ${name} must have ${length} elements, got ${value.length}`)
}

/**
 * What the table holds under a name: the one way from a name, which may come from a message, a file or a caller, to a
 * function or a constant of the program. Throws: RangeError for a name that the table does not have.
 * Why: asked once, at construction, so that nothing that runs compares strings. In fresh workers of Node 20, about one
 * in two hundred, a string from a message was for one step not equal to the literal it was compared with.
 */
export function choose<Name extends string, Choice>(where: string, argument: string, name: Name,
  table: Readonly<Record<Name, Choice>>): Choice
{
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name]
  throw new RangeError(`${where}: ${argument} must be one of ${Object.keys(table).join(', ')}, got ${show(name)}`)
}

/** The end of a choice among kinds that the types have exhausted. Throws: Error, always. */
export function unreachable(where: string, value: never): never {
  throw new Error(`unreachable: ${where} has no case for ${show(value)}`)
}
