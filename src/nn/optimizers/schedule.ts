// Learning rates as pure functions of the step, 0 for the first; so a resumed run needs nothing but its step.

import { checkFinite, checkPositive, checkPositiveFloat32, checkSize, cos } from '../../tensor/index.ts'
import { checkFraction } from './check.ts'

/** η of step 0, 1, 2, …; at least 0. */
export type Schedule = (step: number) => number

/** One rate for all steps, or a schedule. */
export type Rate = number | Schedule

/** Throws: TypeError, RangeError unless `rate` is positive, as the float32 that steps take too, or a schedule. */
export function checkRate(where: string, rate: Rate): void {
  if (typeof rate !== 'function') checkPositiveFloat32(where, 'rate', rate)
}

/** η of this step. Throws: RangeError when the schedule gives a number that is negative or not finite in float32. */
export function rateAt(where: string, rate: Rate, step: number): number {
  if (typeof rate !== 'function') return rate
  const eta = checkFinite(where, 'rate', rate(step))
  if (eta >= 0 && Math.fround(eta) < Infinity) return eta
  throw new RangeError(
    `${where}: rate must ${eta < 0 ? 'not be negative' : 'be finite in float32'}, got ${eta} at step ${step}`,
  )
}

/** A floor of the rate. Throws: TypeError, RangeError unless 0 ≤ least ≤ rate. */
function checkLeast(where: string, least: number, rate: number): void {
  if (checkFinite(where, 'least', least) >= 0 && least <= rate) return
  throw new RangeError(`${where}: least must lie between 0 and the rate ${rate}, got ${least}`)
}

/** Options of `stepRate`. */
export interface StepRateOptions {
  readonly rate: number
  /** 0.1 unless given. */
  readonly factor?: number
  /** The steps from which on each further factor holds, ascending. */
  readonly milestones: readonly number[]
}

/** η_t = η·γᵏ with k the number of milestones ≤ t. Throws: RangeError for milestones that do not ascend. */
export function stepRate({ rate, factor = 0.1, milestones }: StepRateOptions): Schedule {
  checkRate('stepRate', rate)
  checkPositive('stepRate', 'factor', factor)
  milestones.forEach((milestone, k) =>
    checkSize('stepRate', `milestones[${k}]`, milestone, k === 0 ? 0 : milestones[k - 1] + 1)
  )
  return (step) => milestones.reduce((eta, milestone) => (step >= milestone ? eta * factor : eta), rate)
}

/** Options of `cosineRate`. */
export interface CosineRateOptions {
  readonly rate: number
  /** Steps until `least` is reached. */
  readonly steps: number
  /** η from then on; 0 unless given. */
  readonly least?: number
}

/** η_t = η_min + ½(η − η_min)(1 + cos(π·min(t/T, 1))). Equation: loshchilov2017 (5), without restarts. */
export function cosineRate({ rate, steps, least = 0 }: CosineRateOptions): Schedule {
  checkRate('cosineRate', rate)
  checkSize('cosineRate', 'steps', steps, 1)
  checkLeast('cosineRate', least, rate)
  return (step) => (step >= steps ? least : least + 0.5 * (rate - least) * (1 + cos(3.141592653589793 * step / steps)))
}

/** Options of `inverseRootRate`. */
export interface InverseRootRateOptions {
  /** η at the peak. */
  readonly rate: number
  /** w: steps of linear growth. */
  readonly warmUp: number
}

/**
 * η_t = η·min((t + 1)/w, √(w/(t + 1))): linear to the peak at t + 1 = w, then with the inverse square root.
 * Equation: vaswani2017 (3), whose factor d^−½·w^−½ is the peak η.
 */
export function inverseRootRate({ rate, warmUp }: InverseRootRateOptions): Schedule {
  checkRate('inverseRootRate', rate)
  checkSize('inverseRootRate', 'warmUp', warmUp, 1)
  return (step) => rate * (step < warmUp ? (step + 1) / warmUp : Math.sqrt(warmUp / (step + 1)))
}

/** Options of `plateauRate`. */
export interface PlateauRateOptions {
  readonly rate: number
  /** 0.1 unless given. */
  readonly factor?: number
  /** Losses in a row without a better one that are borne; one more lowers the rate. 10 unless given. */
  readonly patience?: number
  /** A loss is better when below best·(1 − threshold); 1e-4 unless given. For losses ≥ 0. */
  readonly threshold?: number
  /** Never below; 0 unless given. */
  readonly least?: number
}

/**
 * η = max(η·γᵏ, η_min), k the number of plateaus in the losses so far: runs longer than `patience` with no better one.
 * Cost: one pass over the losses, meant for once per epoch. Why: a function of the record needs no state of its own.
 * As a schedule: `let eta = rateOf([])`, `sgd(() => eta)`, `eta = rateOf(losses)` after each epoch. NaN is no better.
 */
export function plateauRate(options: PlateauRateOptions): (losses: readonly number[]) => number {
  const { rate, factor = 0.1, patience = 10, threshold = 1e-4, least = 0 } = options
  checkRate('plateauRate', rate)
  checkFraction('plateauRate', 'factor', factor)
  checkSize('plateauRate', 'patience', patience)
  checkFraction('plateauRate', 'threshold', threshold)
  checkLeast('plateauRate', least, rate)
  return (losses) => {
    let eta = rate
    let best = Infinity
    let waited = 0
    for (const loss of losses) {
      if (loss < best * (1 - threshold)) {
        best = loss
        waited = 0
      } else if (++waited > patience) {
        eta = Math.max(eta * factor, least)
        waited = 0
      }
    }
    return eta
  }
}
