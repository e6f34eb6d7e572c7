// What several tasks measure beside the loss.

import type { Measure } from './task.ts'

/** Share of right answers. */
export function accuracy(bounds: Pick<Measure, 'perfect' | 'chance'>): Measure {
  return {
    name: 'accuracy',
    title: 'Accuracy',
    label: 'share of right answers',
    unit: '%',
    inUnit: (value) => 100 * value,
    text: (value) => `${(100 * value).toFixed(2)} %`,
    best: 'highest',
    ...bounds,
  }
}
