// What the engine needs of the host's WebAssembly, typed here because the language library does not know it. Everything
// is looked up when asked for and nothing throws at import: some runtimes have no WebAssembly, some refuse to compile.
/** Bytes of a page. */
export const PAGE = 65536;
/** The host's WebAssembly, or undefined. */
export function webAssembly() {
    return globalThis.WebAssembly;
}
