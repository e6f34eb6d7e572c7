// The vector tier: the kernels of ./wasm compiled at start-up, on memory of their own.

import { vectorElementwise } from '../kernels/elementwise.ts'
import { choose } from '../check.ts'
import { checkOperands, type Gemm } from '../matmul/gemm.ts'
import type { Kernels } from './kernels.ts'
import { gemmBlocked } from '../matmul/blocked.ts'
import { assembler } from '../wasm/assembler.ts'
import { emitCopyRows } from '../wasm/copy-rows.ts'
import { type ElementwiseExports, emitElementwise } from '../wasm/elementwise.ts'
import { emitGemm } from '../wasm/gemm.ts'
import { type GemmVariant, geometryOf, MOST_ROWS, workspaceBytes } from '../wasm/geometry.ts'
import { emitGemvRows } from '../wasm/gemv-rows.ts'
import { emitGemv } from '../wasm/gemv.ts'
import { type WasmHost, type WasmModule, webAssembly } from '../wasm/host.ts'
import { type Arena, createArena } from '../wasm/memory.ts'

/** Options of `simdKernels`. */
export interface SimdOptions {
  readonly accumulation?: 'float64' | 'float32'
  /**
   * Allow one rounding for product and sum under float32 accumulation, where the runtime has it: faster, and not
   * reproducible between machines.
   */
  readonly fused?: boolean
  /** Most memory for tensors and scratch space together; 1 GiB where memory can grow, else 64 MiB, unless given. */
  readonly memoryBytes?: number
  /** Memory that other threads can look into, where the runtime has it: unless false. */
  readonly shared?: boolean
}

/** Vector kernels, or the reason why there are none here. */
export type SimdResult = SimdKernels | { readonly reason: string }

/** Vector kernels with what the threaded tier builds on. */
export interface SimdKernels {
  readonly kernels: Kernels
  readonly arena: Arena
  readonly module: WasmModule
  readonly variant: GemmVariant
  /** The assembled product on addresses. */
  readonly gemm: WasmGemm
}

const GROWING = 1 << 30
const FIXED = 1 << 26

/** One call of the assembled `gemm`: see `emitGemm` for the arguments. */
export type WasmGemm = (m: number, n: number, k: number, a: number, lda: number, transposeA: number, b: number,
  ldb: number, transposeB: number, c: number, ldc: number, accumulate: number, workspace: number) => void

/** One call of the assembled `gemv`: see `emitGemv`. */
export type WasmGemv = (n: number, k: number, x: number, strideX: number, b: number, strideJ: number, strideP: number,
  y: number, accumulate: number) => void

/** One call of the assembled `gemvRows`: see `emitGemvRows`. */
export type WasmGemvRows = (columns: number, k: number, x: number, strideX: number, b: number, strideP: number,
  y: number, accumulate: number, sumsAt: number) => void

/** Whether this host runs modules with these instructions; tries, because some hosts validate and then refuse. */
function canRun(host: WasmHost, relaxed: boolean): string | undefined {
  const probe = assembler({ initial: 1, maximum: 1, shared: false })
  probe.func('probe', [], ['i32'], (f) => {
    const x = f.local('v128')
    for (let i = 0; i < 3; i++) f.get(x)
    if (relaxed) f.op('f64x2.relaxed_madd')
    else {
      f.op('f64x2.add')
      f.op('f64x2.mul')
    }
    f.op('v128.any_true')
  })
  try {
    const memory = new host.Memory({ initial: 1, maximum: 1 })
    const { exports } = new host.Instance(new host.Module(probe.bytes()), { env: { memory } })
    ;(exports['probe'] as () => number)()
    return undefined
  } catch (cause) {
    return (cause as Error).message
  }
}

/** True where a fused multiply-add can be asked for. */
export function hasRelaxedSimd(): boolean {
  const host = webAssembly()
  return host !== undefined && canRun(host, true) === undefined
}

const IS_WIDE: Readonly<Record<'float64' | 'float32', boolean>> = { float64: true, float32: false }

/**
 * Compiles the vector kernels. A host without them gives the reason instead.
 * Throws: RangeError for an unknown accumulation, and nothing else.
 */
export function simdKernels(options: SimdOptions = {}): SimdResult {
  const { accumulation = 'float64', fused = false } = options
  const wide = choose('simdKernels', 'accumulation', accumulation, IS_WIDE)
  const host = webAssembly()
  if (host === undefined) return { reason: 'this runtime has no WebAssembly' }
  const refusal = canRun(host, false)
  if (refusal !== undefined) return { reason: `WebAssembly with 128-bit vectors cannot be instantiated: ${refusal}` }
  const relaxed = canRun(host, true) === undefined
  // In float64 accumulation fusing changes no bit (the products are exact), so it is used wherever it is there.
  const variant: GemmVariant = { wide, fused: relaxed && (wide || fused) }
  try {
    const arena = newArena(host, options.memoryBytes, options.shared !== false)
    const asm = assembler({ initial: 1, maximum: arena.maximumPages, shared: arena.shared })
    emitGemm(asm, 'gemm', variant)
    emitCopyRows(asm, 'copyRows')
    // A fused tail cannot be had from scalar instructions, so one float32 row would mix roundings: it is not fused.
    emitGemv(asm, 'gemv', wide, wide && relaxed)
    emitGemvRows(asm, 'gemvRows', wide, wide && relaxed)
    emitElementwise(asm)
    const module = new host.Module(asm.bytes())
    const { exports } = new host.Instance(module, { env: { memory: arena.memory } })
    const wasmGemm = exports['gemm'] as WasmGemm
    const gemm = onArena(arena, wasmGemm, exports['gemv'] as WasmGemv, exports['gemvRows'] as WasmGemvRows, variant)
    const elementwise = vectorElementwise(exports as unknown as ElementwiseExports, arena.addressOf, arena.scratch)
    const allocate = (length: number): Float32Array => arena.allocate(length) ?? new Float32Array(length)
    return {
      kernels: { tier: 'simd', accumulation, threads: 1, gemm, elementwise, allocate },
      arena,
      module,
      variant,
      gemm: wasmGemm,
    }
  } catch (cause) {
    return { reason: `WebAssembly memory or module refused: ${(cause as Error).message}` }
  }
}

function newArena(host: WasmHost, bytes: number | undefined, shared: boolean): Arena {
  if (shared && (globalThis as { readonly SharedArrayBuffer?: unknown }).SharedArrayBuffer !== undefined) {
    try {
      return createArena(host, true, bytes ?? GROWING)
    } catch {
      // Some hosts have the constructor and refuse to share; a private memory gives the same bits.
    }
  }
  return createArena(host, false, bytes ?? FIXED)
}

/** A `Gemm` over ordinary arrays: operands in the arena are used in place, others are copied through scratch space. */
function onArena(arena: Arena, wasmGemm: WasmGemm, wasmGemv: WasmGemv, wasmGemvRows: WasmGemvRows,
  variant: GemmVariant): Gemm
{
  const geometry = geometryOf(variant)
  const { wide, fused } = variant
  const { memory } = arena
  /** y[n] := x[k]·B, B stored [k, n] by rows, or [n, k] when `byColumns`. */
  const row = (n: number, k: number, x: number, b: number, byColumns: boolean, y: number, accumulate: boolean,
    sums: number): void =>
  {
    const whole = byColumns ? 0 : n & -4
    if (whole > 0) wasmGemvRows(whole, k, x, 4, b, 4 * n, y, accumulate ? 1 : 0, sums)
    const rest = n - whole
    if (rest > 0) {
      wasmGemv(rest, k, x, 4, b + 4 * whole, 4 * (byColumns ? k : 1), 4 * (byColumns ? 1 : n), y + 4 * whole,
        accumulate ? 1 : 0)
    }
  }
  return (m, n, k, a, transposeA, b, transposeB, c, accumulate) => {
    checkOperands(m, n, k, a, b, c)
    if (m === 0 || n === 0) return
    let atA = arena.addressOf(a)
    let atB = arena.addressOf(b)
    let atC = arena.addressOf(c)
    const line = 64
    const sizeA = atA < 0 ? 4 * m * k + line : 0
    const sizeB = atB < 0 ? 4 * k * n + line : 0
    const sizeC = atC < 0 ? 4 * m * n + line : 0
    // Fused float32 products are a kind of their own and keep to one kernel, so that a row has the bits of its matrix.
    const vector = (m === 1 || n === 1) && !(fused && !wide)
    const workspace = vector ? 8 * Math.max(m, n) + 64 & -64 : workspaceBytes(geometry, wide, m, n, k)
    let at = arena.scratch(workspace + sizeA + sizeB + sizeC)
    if (at < 0) {
      if (wide) return gemmBlocked(m, n, k, a, transposeA, b, transposeB, c, accumulate)
      throw new RangeError(
        `matmul: memory must hold ${workspace + sizeA + sizeB + sizeC} more bytes of scratch space, got a full memory`,
      )
    }
    const scratch = at
    at += workspace
    if (sizeA > 0) {
      atA = at
      new Float32Array(memory.buffer, at, m * k).set(a)
      at += sizeA & -64
    }
    if (sizeB > 0) {
      atB = at
      new Float32Array(memory.buffer, at, k * n).set(b)
      at += sizeB & -64
    }
    if (sizeC > 0) {
      atC = at
      if (accumulate) new Float32Array(memory.buffer, at, m * n).set(c)
    }
    const lda = transposeA ? m : k
    const ldb = transposeB ? k : n
    if (m === 1 && vector) {
      row(n, k, atA, atB, transposeB, atC, accumulate, scratch)
    } else if (vector) {
      // One column: the same with the operands exchanged, y = op(A)·b.
      row(m, k, atB, atA, !transposeA, atC, accumulate, scratch)
    } else {
      // The unrounded sums of very tall products are kept for so many rows at a time.
      const rows = k > geometry.KC && wide ? MOST_ROWS : m
      for (let i = 0; i < m; i += rows) {
        wasmGemm(Math.min(rows, m - i), n, k, atA + 4 * i * (transposeA ? 1 : k), lda, transposeA ? 1 : 0, atB, ldb,
          transposeB ? 1 : 0, atC + 4 * i * n, n, accumulate ? 1 : 0, scratch)
      }
    }
    if (sizeC > 0) c.set(new Float32Array(memory.buffer, atC, m * n))
  }
}
