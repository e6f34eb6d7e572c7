// Sorting in place, without the view and the copy that a typed array's own sort of a part costs at every call.

/** Sorts the first `count` elements, ascending: heap sort, 2·n·log₂ n comparisons at most. */
export function ascend(x: Int32Array, count: number): void {
  for (let root = (count >> 1) - 1; root >= 0; root--) sink(x, root, count)
  for (let end = count - 1; end > 0; end--) {
    const largest = x[0]
    x[0] = x[end]
    x[end] = largest
    sink(x, 0, end)
  }
}

/** Lets the element at `root` sink until no child is larger. */
function sink(x: Int32Array, root: number, end: number): void {
  const value = x[root]
  let at = root
  for (let child = 2 * at + 1; child < end; child = 2 * at + 1) {
    if (child + 1 < end && x[child + 1] > x[child]) child++
    if (x[child] <= value) break
    x[at] = x[child]
    at = child
  }
  x[at] = value
}
