// What several tasks measure beside the loss.

import type { Measure } from './task.ts'

/** Share of right answers. */
export function accuracy(bounds: Pick<Measure, 'perfect' | 'chance'>): Measure {
  return {
    name: 'accuracy',
    word: 'accuracy',
    title: 'Accuracy',
    label: 'share of right answers',
    unit: '%',
    inUnit: (value) => 100 * value,
    text: (value) => `${(100 * value).toFixed(2)} %`,
    best: 'highest',
    ...bounds,
  }
}

/** The loss as what a training is judged by; `unit` where it has one of its own, and how that is said in a line. */
export function lossMeasure(unit?: string, short = unit): Measure {
  return {
    name: 'loss',
    word: 'loss',
    title: 'Loss',
    label: unit ?? 'loss',
    ...(unit === undefined ? {} : { unit }),
    inUnit: (value) => value,
    text: (value) => `${value.toFixed(4)}${short === undefined ? '' : ` ${short}`}`,
    best: 'lowest',
  }
}

/** Whether `value` is better than `other`. */
export function isBetter({ best }: Measure, value: number, other: number): boolean {
  return { highest: value > other, lowest: value < other }[best]
}
