// Loss against compute as a power law.

import { mean, type Sample, sample, slope } from '../../statistics.ts'

/** ln L = ln a − b·ln C by least squares. */
export interface PowerLaw {
  /** b */
  readonly exponent: number
  /** L at compute C. */
  readonly at: (compute: number) => number
  /** Root mean square of what the fit leaves over, in ln L. */
  readonly residual: number
}

/** The power law through points (C, L), all positive, of at least two different C. */
export function powerLaw(points: readonly (readonly [compute: number, loss: number])[]): PowerLaw {
  const x = points.map(([compute]) => Math.log(compute)), y = points.map(([, loss]) => Math.log(loss))
  const fitted = slope(x, y), [cx, cy] = [mean(x), mean(y)]
  const line = (at: number): number => cy + fitted * (at - cx)
  return {
    exponent: -fitted,
    at: (compute) => Math.exp(line(Math.log(compute))),
    residual: Math.sqrt(mean(x.map((value, i) => (y[i] - line(value)) * (y[i] - line(value))))),
  }
}

/** What a function makes of each seed's own fit: mean and standard error over seeds. */
export function overFits(fits: readonly PowerLaw[], of: (fit: PowerLaw, seed: number) => number): Sample {
  return sample(fits.map(of))
}
