// What experiments are made of, in one place: declarations, claims, statistics, figures and tables.

export { type Claim, type ClaimBuilder, outside, undecided } from '../claims/claim.ts'
export { barFigure } from '../report/bars.ts'
export { drawn, mapped, meanSeries, type NamedTable, overSeeds, sideBySide, spread,
  tableOf } from '../report/captioned.ts'
export { type LineFigure, lineFigure, type Series } from '../report/figure.ts'
export { count, typeset } from '../report/format.ts'
export { heatmap } from '../report/heatmap.ts'
export type { ReportFigure } from '../report/html.ts'
export type { Axis } from '../report/plot.ts'
export type { Cell, Column } from '../report/table.ts'
export { finite, last, mean, median, pairedDifference, quantile, ratioOfMeans, rounded, type Sample, sample,
  standardDeviation } from '../statistics.ts'
export { type Declaration, declared, type Evidence, type Experiment, type Judgment, perSeed, type Run, type RunTools,
  type Scale } from './experiment.ts'
export { logSpaced } from './series.ts'
