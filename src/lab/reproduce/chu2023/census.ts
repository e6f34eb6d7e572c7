// How often a random minimum is stable under random feedback, and what alignment says about it.

import { choose, type Matrix, matrix, normalInto, type RandomStream, randomStream, trace,
  uniformInto } from '../../../tensor/index.ts'
import { errorOperator, layerTerms, leastDecay, leastSymmetricParts, stabilityOf } from '../../../theory/index.ts'
import { count } from '../../report/format.ts'
import type { Sample } from '../../statistics.ts'
import { declared, type Run } from '../experiment.ts'
import { sideBySide, tableOf } from '../series.ts'

/** One row of the census. */
interface Row {
  /** n_0, …, n_L. */
  readonly sizes: readonly number[]
  /** Standard deviation of W_1 times √n_0; other weights have 1/√(inputs of the layer), feedback 1. */
  readonly scale: number
  readonly distribution: 'gaussian' | 'uniform'
  readonly draws: number
  readonly seed: number
}

/** How many draws are so, and how many of each trace are stable. */
interface Counts {
  readonly stable: number
  /** tr M_1 > 0. */
  readonly aligned: number
  readonly stableAligned: number
  /** The symmetric parts of all M_l are positive. */
  readonly positive: number
  readonly stablePositive: number
  /** Draws and stable ones among them with tr M_1 in each of the bins. */
  readonly bins: readonly (readonly [draws: number, stable: number])[]
}

/** Bins of tr M_1, half a unit wide. */
const FIRST = -4
const BINS = 16

/** Rows with what an independent census of 20,000 draws gave: P(stable), P(stable | tr > 0), P(tr > 0 | stable). */
const REFERENCE: readonly (Pick<Row, 'sizes' | 'scale'> & { readonly found: readonly number[] })[] = [{
  sizes: [10, 5, 2],
  scale: 1,
  found: [0.245, 0.494, 1],
}, { sizes: [10, 5, 3], scale: 1, found: [0.11, 0.221, 1] }, {
  sizes: [5, 10, 2],
  scale: 1,
  found: [0.424, 0.695, 0.814],
}, { sizes: [5, 10, 2], scale: 3, found: [0.946, 0.99, 0.519] }, {
  sizes: [1, 1, 1],
  scale: 1,
  found: [0.766, 1, 0.649],
}]

/** Sizes and distributions besides. */
const OTHERS: readonly Pick<Row, 'sizes' | 'scale' | 'distribution'>[] = [{
  sizes: [10, 5, 1],
  scale: 1,
  distribution: 'gaussian',
}, { sizes: [10, 5, 3], scale: 1, distribution: 'uniform' }, { sizes: [16, 12, 4], scale: 2, distribution: 'gaussian' },
  { sizes: [6, 4, 4, 2], scale: 1, distribution: 'gaussian' }]

/** Fills with independent draws of mean 0 and the given deviation. */
const FILLS: Readonly<
  Record<Row['distribution'], (out: Float64Array, stream: RandomStream, deviation: number) => void>
> = {
  gaussian: (out, stream, deviation) => void normalInto(out, stream, deviation),
  uniform: (out, stream, deviation) => {
    uniformInto(out, stream, -Math.sqrt(3) * deviation, Math.sqrt(3) * deviation)
  },
}

/** Draws minima (the teacher is the product of the weights) and counts. */
function takeCensus({ sizes, scale, distribution, draws, seed }: Row, progress: (fraction: number) => void): Counts {
  const stream = randomStream(seed, `census/${sizes.join('-')}/${scale}/${distribution}`)
  const fill = choose('census', 'distribution', distribution, FILLS)
  const drawn = (rows: number, columns: number, deviation: number): Matrix => {
    const out = matrix(rows, columns)
    fill(out.data, stream, deviation)
    return out
  }
  const outputs = sizes[sizes.length - 1]
  const bins = Array.from({ length: BINS }, (): [number, number] => [0, 0])
  const counts = { stable: 0, aligned: 0, stableAligned: 0, positive: 0, stablePositive: 0 }
  for (let draw = 0; draw < draws; draw++) {
    if (draw % 500 === 0) progress(draw / draws)
    const weights = sizes.slice(1).map((rows, l) => drawn(rows, sizes[l], (l === 0 ? scale : 1) / Math.sqrt(sizes[l])))
    const feedback = sizes.slice(1, -1).map((rows) => drawn(rows, outputs, 1))
    const terms = layerTerms(weights, feedback)
    const isStable = weights.length === 2 ? leastDecay(weights[0], weights[1], feedback[0]) > 0
      : stabilityOf(errorOperator(terms)).isStable
    const alignment = trace(terms[0].above)
    const isPositive = Math.min(...leastSymmetricParts(terms)) > 0
    const bin = bins[Math.floor(2 * (alignment - FIRST))]
    if (bin !== undefined) {
      bin[0]++
      if (isStable) bin[1]++
    }
    if (alignment > 0) counts.aligned++
    if (isPositive) counts.positive++
    if (!isStable) continue
    counts.stable++
    if (alignment > 0) counts.stableAligned++
    if (isPositive) counts.stablePositive++
  }
  return { ...counts, bins }
}

type CensusRun = Run<Row, Counts>

/** A share of counted draws with its binomial standard error. */
function share(part: number, whole: number): Sample {
  const p = part / whole
  return { mean: p, standardError: Math.sqrt(p * (1 - p) / whole), seeds: whole, of: 'draws' }
}

const nameOf = ({ sizes, scale, distribution }: Row): string =>
  `${sizes.join('-')}, scale ${scale}${distribution === 'uniform' ? ', uniform' : ''}`
const isNarrow = ({ configuration: { sizes } }: CensusRun): boolean => sizes[0] > sizes[1]
const summed = (runs: readonly CensusRun[], value: (counts: Counts) => number): number =>
  runs.reduce((sum, { result }) => sum + value(result), 0)
/** P(stable), P(stable | tr > 0), P(tr > 0 | stable). */
const shares = (
  { configuration: { draws }, result: r }: CensusRun,
): readonly Sample[] => [share(r.stable, draws), share(r.stableAligned, r.aligned), share(r.stableAligned, r.stable)]

/** P(stable) in every bin that holds draws enough, at the middle of the bin. */
const curve = ({ result: { bins } }: CensusRun): readonly (readonly [number, Sample])[] =>
  bins.flatMap(([draws, stable], bin) => draws < 25 ? [] : [[FIRST + (bin + 0.5) / 2, share(stable, draws)] as const])

/** Random minima under random feedback. */
export const census = declared<{ readonly draws: number }, Row, Counts>({
  name: 'chu2023/census',
  title: 'A census of random minima: alignment is necessary, not sufficient',
  source: 'chu2023; theory (6.11), (6.16), (6.19)',
  method: 'random draws',
  about:
    'A minimum of a linear network (the teacher is the product of its weights) and feedback are drawn independently. Is it stable? Where inputs outnumber hidden units, no stable minimum may have a negative weight alignment tr W₂F, and many with a positive one are unstable; elsewhere the last layer can do without.',
  data: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.02, draws: 1000 },
    default: { minutes: 0.2, draws: 20_000 },
    paper: { minutes: 2, draws: 200_000 },
  },
  decidedAtQuick: ['census-necessary', 'census-positive', 'census-not-sufficient', 'census-single'],
  plan: ({ draws }, seed) =>
    [...REFERENCE.map(({ sizes, scale }) => ({ sizes, scale, distribution: 'gaussian' as const })), ...OTHERS].map((
      row,
    ) => ({ ...row, draws, seed })),
  run: (row, { progress }) => takeCensus(row, progress),
  judge({ runs, claim, setting: { draws } }) {
    const narrow = runs.filter(isNarrow)
    const many = narrow.filter(({ configuration: { sizes } }) => sizes[sizes.length - 1] > 1)
    const single = narrow.filter((run) => !many.includes(run))
    const wide = runs.filter((run) => !isNarrow(run))
    const scales = wide.filter(({ configuration: { sizes } }) => sizes[1] === 10)
    const list = (some: readonly CensusRun[]): string =>
      some.map(({ configuration }) => nameOf(configuration)).join('; ')
    const each = count(draws, 'draw')
    return {
      claims: [
        claim.absolute('census-necessary',
          `stable minima with tr M₁ ≤ 0 where inputs outnumber hidden units, ${each} each: ${list(narrow)}`,
          summed(narrow, ({ stable, stableAligned }) => stable - stableAligned), 0, 0, 'exact'),
        claim.absolute('census-positive', 'unstable minima whose M_l all have a positive symmetric part, all rows',
          summed(runs, ({ positive, stablePositive }) => positive - stablePositive), 0, 0, 'exact'),
        claim.below('census-not-sufficient', `P(stable | tr M₁ > 0): ${list(many)}`, many.map((run) => shares(run)[1]),
          0.9, 'far from 1'),
        claim.absolute('census-single', `one output, ${list(single)}: P(stable | tr > 0), there is one μ only`,
          single.map((run) => shares(run)[1]), single.map(() => 1), 0, 'exact'),
        claim.absolute('census-half', `P(tr M₁ > 0), all rows: F and −F are as likely`,
          runs.map(({ configuration: c, result }) => share(result.aligned, c.draws)), runs.map(() => 0.5), 0.015,
          'three standard errors of 20,000 draws and more'),
        ...REFERENCE.map(({ found, ...row }, index) =>
          claim.absolute(`census-row-${index + 1}`,
            `${
              row.sizes.join('-')
            }, scale ${row.scale}: P(stable), P(stable | tr > 0), P(tr > 0 | stable) as in an independent census`,
            shares(runs[index]).map(({ mean }) => mean), found, 0.015,
            'two to three standard errors of two censuses of 20,000 draws')
        ),
        claim.ordered('census-scale', `P(stable) with the scale of W₁: ${list(scales)}`, scales.map((run) =>
          shares(run)[0]
        ), 'rising', 0, 'order'),
      ],
      figures: [
        sideBySide(
          'P(stable) in bins of tr M₁ (half a unit wide, 25 draws at least), with binomial standard errors. Left: more inputs than hidden units. There is nothing at negative alignment, and at positive alignment the more outputs, the less it says. Right: the last layer can stabilize alone, the more so the larger W₁.',
          [['more inputs than hidden units', narrow] as const, ['at least as many hidden units', wide] as const].map((
            [title, some],
          ) => ({
            title,
            x: { label: 'tr M₁ (weight alignment)' },
            y: { label: 'P(stable)', domain: [0, 1] as const },
            series: some.map((run) => ({
              name: nameOf(run.configuration),
              points: curve(run).map(([x, { mean }]) => [x, mean] as const),
              band: curve(run).map(([x, { mean, standardError }]) =>
                [x, mean - standardError, mean + standardError] as const
              ),
            })),
            marks: [{ x: 0 }],
          })),
        ),
      ],
      tables: [
        tableOf('Random minima',
          ['sizes and scale of W₁', 'P(stable)', 'P(tr > 0)', 'P(tr > 0 | stable)', 'P(stable | tr > 0)',
            'P(stable | symmetric parts > 0)'].map((name, index) => index === 0 ? name : { name, digits: 3 }),
          runs.map((run) => {
            const { configuration: c, result: r } = run
            const [stable, given, aligned] = shares(run).map(({ mean }) => mean)
            return [nameOf(c), stable, r.aligned / c.draws, aligned, given, r.stablePositive / r.positive]
          })),
      ],
    }
  },
})
