// How far classes lie apart in a space of features.

/** Share of points whose class most of their k nearest neighbors have; the smaller class wins a tie. */
export function neighborAccuracy(distances: Float32Array, labels: ArrayLike<number>, k: number): number {
  const count = labels.length
  const classes = Math.max(...Array.from(labels)) + 1
  let correct = 0
  for (let i = 0; i < count; i++) {
    const nearest: number[] = []
    for (let j = 0; j < count; j++) {
      if (j === i) continue
      const d = distances[i * count + j]
      if (nearest.length === k && d >= distances[i * count + nearest[k - 1]]) continue
      let at = nearest.length
      while (at > 0 && distances[i * count + nearest[at - 1]] > d) at--
      nearest.splice(at, 0, j)
      if (nearest.length > k) nearest.pop()
    }
    const votes = new Array<number>(classes).fill(0)
    for (const j of nearest) votes[labels[j]]++
    if (votes.indexOf(Math.max(...votes)) === labels[i]) correct++
  }
  return correct / count
}

/**
 * Mean of (b − a)/max(a, b), a the mean distance of a point to the others of its class, b the least mean distance to
 * another class; 0 for a point alone in its class, and where both are zero. Equation: Rousseeuw 1987.
 */
export function silhouette(distances: Float32Array, labels: ArrayLike<number>): number {
  const count = labels.length
  const classes = Math.max(...Array.from(labels)) + 1
  const sizes = new Array<number>(classes).fill(0)
  for (let i = 0; i < count; i++) sizes[labels[i]]++
  let total = 0
  for (let i = 0; i < count; i++) {
    const sums = new Array<number>(classes).fill(0)
    for (let j = 0; j < count; j++) sums[labels[j]] += Math.sqrt(distances[i * count + j])
    if (sizes[labels[i]] < 2) continue
    const a = sums[labels[i]] / (sizes[labels[i]] - 1)
    const b = Math.min(...sums.map((sum, c) => (c === labels[i] || sizes[c] === 0 ? Infinity : sum / sizes[c])))
    if (Math.max(a, b) > 0) total += (b - a) / Math.max(a, b)
  }
  return total / count
}
