// What an engine offers to the faster tiers, found by doing it: some runtimes validate WebAssembly and then refuse to
// compile it.

/** `yes`, or why not. */
export type Feature = string

/** The features the tiers ask for. */
export interface Features {
  readonly webAssembly: Feature
  readonly simd: Feature
  readonly relaxedSimd: Feature
  readonly sharedArrayBuffer: Feature
  /** Workers and shared WebAssembly memory. */
  readonly threads: Feature
}

/** The few names of the host this file touches; any of them may be absent. */
interface Host {
  readonly WebAssembly?: { readonly Module: new(bytes: Uint8Array) => object;
    readonly Instance: new(module: object) => { readonly exports: Readonly<Record<string, unknown>> };
    readonly Memory: new(options: { initial: number; maximum: number; shared: boolean }) => object }
  readonly SharedArrayBuffer?: new(length: number) => { readonly byteLength: number }
  readonly Worker?: unknown
  readonly crossOriginIsolated?: boolean
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
}

// (module (func (export "f") (result i32) …)): everything up to the length of the code section.
const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 10]
const CONST_7 = [0x41, 7]
const SPLAT = [...CONST_7, 0xfd, 0x0f] // i32.const 7, i8x16.splat
const EXTRACT = [0xfd, 0x16, 0] // i8x16.extract_lane_u 0
const MADD = [0xfd, 0x87, 2] // f64x2.relaxed_madd: 7e-274² + 7e-274, so every byte is 7 again

function runs(host: Host, body: readonly number[]): Feature {
  const { WebAssembly: wasm } = host
  if (wasm === undefined) return 'no WebAssembly'
  try {
    const code = [0, ...body, 0x0b]
    const module = new wasm.Module(Uint8Array.from([...HEAD, code.length + 2, 1, code.length, ...code]))
    const f = new wasm.Instance(module).exports['f']
    return typeof f === 'function' && f() === 7 ? 'yes' : 'wrong result'
  } catch (error) {
    return because(error)
  }
}

/** What an error of the host says, without whose error it is, cut at a word. */
function because(error: unknown): string {
  const text = firstLine(error).replace(/^\w+Error: /, '').replace(/^WebAssembly\.Module\(\): /, '')
  return text.length <= 60 ? text : `${text.slice(0, 60).replace(/\s+\S*$/, '')} …`
}

/** The first line of an error, short enough for a table. */
export function firstLine(error: unknown): string {
  return String(error).split('\n')[0].slice(0, 100)
}

function shared(host: Host): Feature {
  if (host.SharedArrayBuffer === undefined) {
    return host.crossOriginIsolated === false ? 'page is not cross-origin isolated' : 'no SharedArrayBuffer'
  }
  try {
    return new host.SharedArrayBuffer(8).byteLength === 8 ? 'yes' : 'wrong result'
  } catch (error) {
    return because(error)
  }
}

function threads(host: Host): Feature {
  const sharing = shared(host)
  if (sharing !== 'yes') return sharing
  try {
    const workers = host.Worker ?? host.process?.getBuiltinModule?.('worker_threads')
    if (workers === undefined) return 'no workers'
    if (host.WebAssembly === undefined) return 'no WebAssembly'
    new host.WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    return 'yes'
  } catch (error) {
    return because(error)
  }
}

/** Tries every feature in the engine that runs this. */
export function features(): Features {
  const host = globalThis as unknown as Host
  return {
    webAssembly: runs(host, CONST_7),
    simd: runs(host, [...SPLAT, ...EXTRACT]),
    relaxedSimd: runs(host, [...SPLAT, ...SPLAT, ...SPLAT, ...MADD, ...EXTRACT]),
    sharedArrayBuffer: shared(host),
    threads: threads(host),
  }
}
