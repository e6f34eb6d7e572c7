// Fewer points for the same picture. All in picture units; order is kept.

export type Point = readonly [x: number, y: number]

/**
 * At most 4·columns points of a line: of every column the first, the lowest, the highest and the last.
 * Why: that is all a column of the drawing can show (a vertical stroke and its two connections); a plain stride would
 * lose spikes. Columns are slices of x where x ascends, of the index where it does not (a curve in a plane).
 */
export function thinLine(points: readonly Point[], columns = 100): Point[] {
  const n = points.length
  if (n <= 4 * columns) return [...points]
  const column = slices(points.map((point) => point[0]), columns)
  const kept: Point[] = []
  for (let start = 0; start < n;) {
    let low = start
    let high = start
    let end = start
    for (; end < n && column(end) === column(start); end++) {
      if (points[end][1] < points[low][1]) low = end
      if (points[end][1] > points[high][1]) high = end
    }
    const chosen = [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)
    for (const index of chosen) kept.push(points[index])
    start = end
  }
  return kept
}

/** At most 2·columns entries of a band: every column's two ends, both with its lowest and highest edge. */
export function thinBand(band: readonly (readonly [x: number, low: number, high: number])[],
  columns = 100): (readonly [number, number, number])[]
{
  const n = band.length
  if (n <= 2 * columns) return [...band]
  const column = slices(band.map((entry) => entry[0]), columns)
  const kept: (readonly [number, number, number])[] = []
  for (let start = 0; start < n;) {
    let end = start
    let least = Infinity
    let most = -Infinity
    for (; end < n && column(end) === column(start); end++) {
      least = Math.min(least, band[end][1])
      most = Math.max(most, band[end][2])
    }
    kept.push([band[start][0], least, most])
    if (end - 1 > start) kept.push([band[end - 1][0], least, most])
    start = end
  }
  return kept
}

/** The points whose markers can be told apart: one per cell of a square grid, the first that falls into it. */
export function thinMarkers(points: readonly Point[], cell = 0.5): Point[] {
  const seen = new Set<string>()
  return points.filter(([x, y]) => {
    const key = `${Math.round(x / cell)},${Math.round(y / cell)}`
    return !seen.has(key) && seen.add(key) !== undefined
  })
}

function slices(xs: readonly number[], columns: number): (index: number) => number {
  const n = xs.length
  const width = xs[n - 1] - xs[0]
  const ascends = width > 0 && xs.every((x, index) => index === 0 || x >= xs[index - 1])
  if (!ascends) return (index) => Math.floor((index * columns) / n)
  return (index) => Math.min(columns - 1, Math.floor(((xs[index] - xs[0]) / width) * columns))
}
