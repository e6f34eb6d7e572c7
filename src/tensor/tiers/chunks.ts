// How a product is cut for threads: large chunks first, small ones last, whole tiles each.

/** What bounds a chunk, in rows or columns of C. */
export interface ChunkLimits {
  /** Rows or columns of a register tile: chunks begin at multiples. */
  readonly tile: number
  /** Below this, packing the shared operand once more per chunk costs too much. */
  readonly least: number
  readonly most: number
}

/** Share of what is left that goes into one round of equal chunks. */
const SHARE = 0.6

/**
 * Writes where each chunk of [0, long) begins, ascending, and `long` behind the last; returns the number of chunks, 0
 * where `starts` has no room. Chunks are taken from the last to the first. Each round has as many equal chunks as there
 * are threads, so that equally fast ones finish together; rounds become smaller, so that nobody waits long for a late one.
 */
export function cutInto(starts: Int32Array, long: number, threads: number, { tile, least, most }: ChunkLimits): number {
  const largest = most - most % tile
  let count = 0
  for (let rest = long; rest > 0;) {
    const wanted = rest > 3 * threads * least ? SHARE * rest / threads : rest / threads
    const size = Math.max(tile, Math.min(Math.ceil(wanted / tile) * tile, largest))
    for (let i = 0; i < threads && rest > 0; i++) {
      if (count + 1 >= starts.length) return 0
      starts[count++] = Math.min(size, rest)
      rest -= size
    }
  }
  // Sizes in the order in which they are taken become beginnings in ascending order.
  let end = long
  for (let i = 0; i < count >> 1; i++) {
    const other = count - 1 - i
    const size = starts[i]
    starts[i] = starts[other]
    starts[other] = size
  }
  starts[count] = long
  for (let i = count - 1; i >= 0; i--) {
    end -= starts[i]
    starts[i] = end
  }
  return count
}
