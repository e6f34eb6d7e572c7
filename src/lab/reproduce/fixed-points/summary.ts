// Numbers, lines and rows out of the curves of trainings.

import type { Measured } from '../../../dfa/index.ts'
import type { LineFigure, Series } from '../../report/figure.ts'
import type { Axis } from '../../report/plot.ts'
import { last, mean } from '../../statistics.ts'
import { meanSeries, spread } from '../series.ts'
import type { NetworkCurves } from './training.ts'

/**
 * Signal alignment of hidden layer l, from 1, at a time of measurement, −1 for the end; NaN where undefined, as the end of a
 * training is that did not stay finite.
 */
export function signalOf({ signal, stopped }: NetworkCurves, l: number, time = -1): number {
  return time < 0 && stopped !== null ? NaN : signal[l - 1].at(time) ?? NaN
}

/** Mean over the hidden layers. */
export function meanSignal(curves: NetworkCurves, time = -1): number {
  return mean(curves.signal.map((_, l) => signalOf(curves, l + 1, time)))
}

/** Share of its loss that a training has lost by the last measurement before the alignment of any layer counts as much. */
export function lostBefore(curves: NetworkCurves, isMuch: (cosine: number) => boolean): number {
  const much = curves.steps.map((_, time) => curves.signal.some((_, l) => isMuch(signalOf(curves, l + 1, time))))
  const until = much.includes(true) ? much.indexOf(true) - 1 : much.length - 1
  return until < 0 ? 0 : 1 - curves.loss[until] / curves.loss[0]
}

/** Share of right answers over the test samples at the end, in percent; NaN where the training did not stay finite. */
export function testPercent({ testAccuracy, stopped }: NetworkCurves): number {
  return stopped === null ? 100 * last(testAccuracy) : NaN
}

/** Epochs at the times of measurement. */
export function epochsOf({ steps, perEpoch }: NetworkCurves): readonly number[] {
  return steps.map((step) => step / perEpoch)
}

/** Trainings that differ in their seeds alone. */
export interface NamedCurves {
  readonly name: string
  readonly curves: readonly NetworkCurves[]
  readonly look?: Partial<Series>
}

/** A quantity over epochs, the mean over seeds with the range over them; the start, which a log axis cannot show, left out. */
export function overEpochs(title: string, y: Axis, groups: readonly NamedCurves[],
  pick: (curves: NetworkCurves, time: number) => Measured): LineFigure
{
  return {
    title,
    x: { label: 'epoch', scale: 'log' },
    y,
    series: groups.map(({ name, curves, look }) => {
      const longest = curves.reduce((a, b) => (b.steps.length > a.steps.length ? b : a))
      const times = epochsOf(longest).map((_, time) => time).slice(1)
      return meanSeries(name, epochsOf(longest).slice(1), curves.map((one) => times.map((time) => pick(one, time))), {
        draw: 'line',
        ...look,
      })
    }),
  }
}

/** Signal alignments of layers 1 … L − 1 at the end, means over seeds: `0.70, 0.74, 0.85`. */
export function signalText(curves: readonly NetworkCurves[]): string {
  return curves[0].signal.map((_, l) => spread([mean(curves.map((one) => signalOf(one, l + 1)))], 2)).join(', ')
}

/** Means over seeds ± deviation of accuracies in percent: training, test. */
export function accuracyCells(curves: readonly NetworkCurves[]): readonly [string, string] {
  return [spread(curves.map(({ accuracy, stopped }) => stopped === null ? 100 * last(accuracy) : NaN)),
    spread(curves.map(testPercent))]
}
