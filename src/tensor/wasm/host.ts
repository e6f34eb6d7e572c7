// What the engine needs of the host's WebAssembly, typed here because the language library does not know it. Everything
// is looked up when asked for and nothing throws at import: some runtimes have no WebAssembly, some refuse to compile.

/** A WebAssembly memory. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike
  readonly grow: (pages: number) => number
}

/** A compiled module; opaque. */
export type WasmModule = object

/** The parts of the WebAssembly namespace in use. */
export interface WasmHost {
  readonly Module: new(bytes: Uint8Array) => WasmModule
  readonly Instance: new(module: WasmModule, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new(descriptor: { initial: number; maximum: number; shared?: boolean }) => WasmMemory
}

/** Bytes of a page. */
export const PAGE: number = 65536

/** The host's WebAssembly, or undefined. */
export function webAssembly(): WasmHost | undefined {
  return (globalThis as { readonly WebAssembly?: WasmHost }).WebAssembly
}
