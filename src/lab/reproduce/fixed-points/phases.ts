// What the loss did in the parts of a training whose rule changed.

import { shown } from '../../report/format.ts'
import type { LineFigure } from '../../report/figure.ts'
import { last, mean } from '../../statistics.ts'
import { meanSeries } from '../series.ts'
import type { Phase, SwitchResult } from './switching.ts'

/** Decades by which the loss rises above where a rule took over; NaN where none did, or none came to its end. */
export function decades(phase: Phase | undefined): number {
  return phase === undefined ? NaN : Math.log10(Math.max(...phase.loss) / phase.loss[0])
}

/**
 * The part of one rule; undefined where values were not finite within it.
 * Why: losses measured before a training diverged say nothing of how far the loss rose.
 */
const part = (index: number) => ({ phases, stopped }: SwitchResult): Phase | undefined =>
  stopped !== null && index === phases.length - 1 ? undefined : phases[index]

/** The part of the second rule. */
export const fa: (result: SwitchResult) => Phase | undefined = part(1)
/** The part of the third. */
export const back: (result: SwitchResult) => Phase | undefined = part(2)

/** Geometric mean of a rise. */
export function fold(risen: readonly number[]): string {
  return `${shown(Math.pow(10, mean(risen)))}-fold`
}

/** Those that there are. */
export function phasesOf(results: readonly SwitchResult[],
  of: (result: SwitchResult) => Phase | undefined): readonly Phase[]
{
  return results.flatMap((result) => of(result) ?? [])
}

/** Decades from the loss at the change to that at the end. */
export const ended = (phase: Phase | undefined): number =>
  phase === undefined ? NaN : Math.log10(last(phase.loss) / phase.loss[0])
/** Change of weight alignment. */
export const turned = (phase: Phase | undefined): number =>
  phase === undefined ? NaN : (last(phase.weight) ?? NaN) - (phase.weight[0] ?? NaN)

/** Loss from the change on. */
export function lossFigure(title: string,
  groups: readonly { readonly name: string; readonly phases: readonly Phase[] }[]): LineFigure
{
  return {
    title,
    x: { label: 'steps since the change', scale: 'log' },
    y: { label: 'mean loss', scale: 'log' },
    series: groups.filter(({ phases }) => phases.length > 0).map(({ name, phases }) =>
      meanSeries(name, phases[0].steps.slice(1).map((step) => step - phases[0].steps[0]), phases.map(({ loss }) =>
        loss.slice(1)
      ), { draw: 'line' })
    ),
  }
}
