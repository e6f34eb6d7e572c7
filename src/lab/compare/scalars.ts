// A record of a training as named numbers: what tables, event files and curves are made of.

import type { AlignmentRecord } from '../../dfa/index.ts'
import type { EpochRecord } from '../train/record.ts'

/** Splits in the order of columns. */
export const SPLITS = ['training', 'validation', 'test'] as const

type Listed = Readonly<Record<string, number | null | undefined>>
type Cosines = Readonly<Record<string, { readonly mean: number | null }>>

const prefixed = (prefix: string,
  values: Listed | undefined): readonly (readonly [string, number | null | undefined])[] =>
  Object.entries(values ?? {}).map(([name, value]) => [`${prefix}/${name}`, value])
const means = (values: Cosines | undefined): Listed =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, { mean }]) => [name, mean]))

/** Parts of an alignment; older records lack some. */
function alignmentOf(alignment: Partial<AlignmentRecord>): readonly (readonly [string, number | null | undefined])[] {
  return [...prefixed('alignment/signal', means(alignment.signal)),
    ...prefixed('alignment/gradient', means(alignment.layerGradient)), ['alignment/hidden', alignment.joined?.mean], [
    'alignment/whole',
    alignment.wholeGradient,
  ], ...prefixed('alignment/weight', alignment.weight), ...prefixed('norm-ratio', alignment.normRatio),
    ...prefixed('feedback-norm', alignment.feedbackNorm)]
}

/**
 * What one record can say by name, null where it is undefined, in a fixed order: `loss/epoch` (mean over the epoch), `rate`, `<measure>/<split>` of
 * every measure that was scored, `alignment/signal/<point>`, `alignment/gradient/<layer>`, `alignment/hidden` (all layers
 * below the last as one vector), `alignment/whole`, `alignment/weight/<layer>`, `norm-ratio/<layer>`,
 * `feedback-norm/<point>`. What was not measured is not there.
 */
export function measuredOf(record: EpochRecord): ReadonlyMap<string, number | null> {
  const scores = SPLITS.flatMap((split) =>
    Object.entries((record[split] ?? {}) as Listed).map(([measure, value]) => [`${measure}/${split}`, value] as const)
  )
  const all = [['loss/epoch', record.trainingLoss] as const, ['rate', record.rate] as const, ...scores,
    ...(record.alignment === null ? [] : alignmentOf(record.alignment))]
  return new Map(all.filter((entry): entry is readonly [string, number | null] => isMeasured(entry[1])))
}

const isMeasured = (value: unknown): boolean => value === null || typeof value === 'number'

/** The numbers among them. */
export function scalarsOf(record: EpochRecord): ReadonlyMap<string, number> {
  return new Map([...measuredOf(record)].filter((entry): entry is [string, number] => entry[1] !== null))
}
