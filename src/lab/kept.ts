// The data of the run before: reading them takes longer than many a run.

/** Calls of `make` with what it made last, by its arguments; the rest is let go before anything new is made. */
export function keepingLast<A extends readonly unknown[], T>(make: (...args: A) => T): (...args: A) => T {
  let kept: { readonly key: string; readonly value: T } | undefined
  return (...args) => {
    const key = JSON.stringify(args)
    if (kept?.key !== key) {
      kept = undefined
      kept = { key, value: make(...args) }
    }
    return kept.value
  }
}
