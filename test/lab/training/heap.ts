import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Bytes by which the live heap grows per step, in the stretch in which it grows least: what is kept at every step shows
 * in all of them, compiled code and its feedback in some.
 */
export function keptPerStep(step: () => void, count: number): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heapAfter = (): number => {
    for (let i = 0; i < count; i++) step()
    collect()
    return process.memoryUsage().heapUsed
  }
  let before = heapAfter()
  let least = Infinity
  for (let stretch = 0; stretch < 4; stretch++) {
    const after = heapAfter()
    least = Math.min(least, (after - before) / count)
    before = after
  }
  return least
}
