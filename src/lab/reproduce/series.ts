// What experiments share: times spaced by ratio; lines over seeds, captioned figures and tables are those of all reports.

export { drawn, mapped, meanSeries, type NamedTable, overSeeds, sideBySide, spread,
  tableOf } from '../report/captioned.ts'

/** Whole numbers from `first` to `last`, about `count` of them, in equal ratios; each once, ends included. */
export function logSpaced(first: number, last: number, count: number): readonly number[] {
  const times = Array.from({ length: count },
    (_, index) => Math.round(first * Math.pow(last / first, count === 1 ? 1 : index / (count - 1))))
  return [...new Set(times)]
}
