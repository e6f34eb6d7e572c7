// Learning rates by training loss over all seeds: a ladder of rates, climbed by one seed, settled by all.

/** Factors of about three. */
export const RATES: readonly number[] = [0.000001, 0.000003, 0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03,
  0.1, 0.3, 1, 3, 10, 30]

/** How rates are found, in words. */
export const RATE_TEXT =
  'The rate of each variant is that of least training loss in the last epoch, in the mean over seeds, on a ladder '
  + 'of factors of three: one seed climbs it until its best rate has two worse neighbors, then all seeds train there '
  + 'and below, until the best rate has a worse one under it. Losses no better than chance count as divergence.'

/** A training at one rate: its last training loss, null where it diverged. */
export interface Trial {
  readonly rate: number
  readonly seed: number
  readonly loss: number | null
}

/**
 * Trials to make next, none when the search is over. The first seed tries `first`, then the neighbors of its best rate
 * until both are known. Then all seeds train at that rate and, because what suits one seed may make another diverge, at
 * lower ones until the best rate that all seeds know has a worse one below it. An end of the ladder ends the search there.
 */
export function trialsToMake(trials: readonly Trial[], seeds: readonly number[], first: readonly number[],
  ladder: readonly number[] = RATES): readonly Pick<Trial, 'rate' | 'seed'>[]
{
  const [leader] = seeds
  const own = trials.filter(({ seed }) => seed === leader)
  const missing = (rates: readonly (number | undefined)[],
    of: readonly number[]): readonly Pick<Trial, 'rate' | 'seed'>[] =>
    rates.flatMap((rate) =>
      rate === undefined ? [] : of.filter((seed) =>
        !trials.some((t) => t.rate === rate && t.seed === seed)
      ).map((seed) => ({ rate, seed }))
    )
  const begin = missing(first, [leader])
  if (begin.length > 0) return begin
  const at = ladder.indexOf(best(own.map(({ rate }) => ({ rate, loss: meanLoss(trials, rate, [leader]) }))))
  const climb = missing([ladder[at - 1], ladder[at + 1]], [leader])
  if (climb.length > 0) return climb
  const settle = missing([ladder[at]], seeds)
  if (settle.length > 0) return settle
  return missing([ladder[ladder.indexOf(bestRate(trials, seeds)) - 1]], seeds)
}

/**
 * The rate of least mean loss among those that all seeds know; the smallest where all diverged.
 * Throws: Error without one.
 */
export function bestRate(trials: readonly Trial[], seeds: readonly number[]): number {
  const known = [...new Set(trials.map(({ rate }) => rate))].filter((rate) =>
    seeds.every((seed) => trials.some((t) => t.rate === rate && t.seed === seed))
  )
  if (known.length === 0) throw new Error('bestRate: trials must hold a rate that all seeds know')
  return best(known.map((rate) => ({ rate, loss: meanLoss(trials, rate, seeds) })))
}

/** Infinity where one of them diverged. */
function meanLoss(trials: readonly Trial[], rate: number, seeds: readonly number[]): number {
  return (seeds.reduce(
    (total, seed) => total + (trials.find((t) => t.rate === rate && t.seed === seed)?.loss ?? Infinity),
    0,
  ) / seeds.length)
}

function best(rates: readonly { readonly rate: number; readonly loss: number }[]): number {
  return rates.reduce((a, b) => (b.loss < a.loss || (b.loss === a.loss && b.rate < a.rate) ? b : a)).rate
}
