// Sizes of tiles and blocks of the vector products, and the scratch memory that follows from them.

/** How a kernel rounds: see `Gemm`; `fused` uses relaxed multiply-add where the runtime has it. */
export interface GemmVariant {
  /** Sums in float64, rounded once; else rounded to float32 after every product and sum. */
  readonly wide: boolean
  /**
   * One rounding for product and sum. Harmless in float64, where the product of two float32 numbers is exact; in float32
   * the result depends on whether the processor fuses, so that variant is not reproducible and never chosen by itself.
   */
  readonly fused: boolean
}

/** Geometry of a variant; see ../matmul/blocked.ts for what the letters mean. */
export interface Geometry {
  readonly MR: number
  readonly NR: number
  readonly KC: number
  readonly MC: number
  readonly NC: number
  /** Bytes of one packed element. */
  readonly size: 4 | 8
  /** Bytes of the fixed parts of a workspace: both packed panels, and one float32 tile for the edges. */
  readonly panelA: number
  readonly panelB: number
  readonly tile: number
}

/**
 * Register tiles. Of sixteen 128-bit registers, MR·NR/lanes hold sums, NR/lanes a row of B, one an element of A and one a
 * product; fused operations need no register for the product.
 */
export function geometryOf({ wide, fused }: GemmVariant): Geometry {
  const blocks = wide ? { MR: fused ? 6 : 4, NR: 4, KC: 512, MC: 96, NC: 256, size: 8 } as const
    : { MR: fused ? 6 : 5, NR: 8, KC: 512, MC: fused ? 192 : 190, NC: 512, size: 4 } as const
  const { MR, NR, KC, MC, NC, size } = blocks
  return { ...blocks, panelA: MC * KC * size, panelB: NC * KC * size, tile: MR * NR * 4 }
}

/** Rows of C whose unrounded float64 sums are kept at a time; callers cut taller products when k > KC. */
export const MOST_ROWS = 1024

/** Bytes of scratch memory one thread needs: both panels, one tile for the edges, and the sums when k > KC. */
export function workspaceBytes(geometry: Geometry, wide: boolean, m: number, n: number, k: number): number {
  const { MR, NR, size, panelA, panelB, tile } = geometry
  const tiles = Math.ceil(Math.min(m, MOST_ROWS) / MR) * Math.ceil(Math.min(n, geometry.NC) / NR)
  const sums = wide && k > geometry.KC ? tiles * MR * NR * size : 0
  return panelA + panelB + tile + sums
}
