// Sizes of tiles and blocks of the vector products, and the scratch memory that follows from them.
/**
 * Register tiles. Of sixteen 128-bit registers, MR·NR/lanes hold sums, NR/lanes a row of B, one an element of A and one a
 * product; fused operations need no register for the product.
 */
export function geometryOf({ wide, fused }) {
    const blocks = wide ? { MR: fused ? 6 : 4, NR: 4, KC: 512, MC: 96, NC: 256, size: 8 }
        : { MR: fused ? 6 : 5, NR: 8, KC: 512, MC: fused ? 192 : 190, NC: 512, size: 4 };
    const { MR, NR, KC, MC, NC, size } = blocks;
    return { ...blocks, panelA: MC * KC * size, panelB: NC * KC * size, tile: MR * NR * 4 };
}
/** Rows of C whose unrounded float64 sums are kept at a time; callers cut taller products when k > KC. */
export const MOST_ROWS = 1024;
/** Bytes of scratch memory one thread needs: both panels, one tile for the edges, and the sums when k > KC. */
export function workspaceBytes(geometry, wide, m, n, k) {
    const { MR, NR, size, panelA, panelB, tile } = geometry;
    const tiles = Math.ceil(Math.min(m, MOST_ROWS) / MR) * Math.ceil(Math.min(n, geometry.NC) / NR);
    const sums = wide && k > geometry.KC ? tiles * MR * NR * size : 0;
    return panelA + panelB + tile + sums;
}
