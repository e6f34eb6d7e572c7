// What was to be reached, and was it? Every row is computed from the rows measured in this run.

import { printTable, type Row, type TargetRow, tierName } from './report.ts'

/** "n ≥ 256", and what "whole gemm" is judged by, at its slowest: squares and the two products of a training step. */
const LARGE_SQUARES: readonly string[] = ['256,256,256', '512,512,512', '1024,1024,1024']
const WHOLE: readonly string[] = ['128,128,128', ...LARGE_SQUARES, '128,784,512', '512,128,784']

/** A measured figure against a bound; undefined where nothing was measured. */
interface Claim {
  readonly what: string
  readonly target: string
  readonly value: number | undefined
  readonly show: (value: number) => string
  readonly holds: (value: number) => boolean
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values)
}

function greatest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values)
}

const percent = (value: number): string => `${(100 * value).toFixed(0)} %`
const decimals = (digits: number, unit: string) => (value: number): string => `${value.toFixed(digits)}${unit}`

function atLeast(what: string, value: number | undefined, bound: number, show: (value: number) => string): Claim {
  return { what, target: `≥ ${show(bound)}`, value, show, holds: (measured) => measured >= bound }
}

function atMost(what: string, value: number | undefined, bound: number, show: (value: number) => string): Claim {
  return { what, target: `≤ ${show(bound)}`, value, show, holds: (measured) => measured <= bound }
}

/** A·B without transposition. */
const plain = (row: Row): boolean => row.transposeA === false && row.transposeB === false

const isWhole = (row: Row): boolean => WHOLE.includes(String(row.shape))

const sameShape = (x: Row, y: Row): boolean => String(x.shape) === String(y.shape)

/** The claims of the table of targets that this bench can judge; ratios to other libraries are those of bench/peers. */
function claims(rows: readonly Row[]): readonly Claim[] {
  const matmul = rows.filter(({ suite }) => suite === 'matmul')
  const products = (tier: string, accumulation: string): readonly Row[] =>
    matmul.filter((row) => row.case === 'product' && row.tier === tier && row.accumulation === accumulation)
  const fused = matmul.filter((row) => row.case === 'fused')
  const rate = decimals(1, ' GFLOP/s')
  const times = decimals(2, ' ×')
  const whole = (of: readonly Row[]): readonly Row[] => of.filter((row) => plain(row) && isWhole(row))
  const speed = (of: readonly Row[]): number | undefined => least(whole(of).flatMap(({ gflops }) => gflops ?? []))
  const share = (of: readonly Row[]): number | undefined => least(whole(of).flatMap((row) => row.share ?? []))
  const blocked = products('blocked', 'float64')
  const simd64 = products('simd', 'float64')
  const simd32 = products('simd', 'float32')
  const accumulations = ['float64', 'float32']
  return [atLeast('blocked, slowest whole product', speed(blocked), 7.5, rate),
    atLeast('blocked, share of the scalar limit', share(blocked), 0.5, percent),
    atLeast('simd float64, slowest whole product', speed(simd64), 19, rate),
    atLeast('simd float64, share of its limit', share(simd64), 0.65, percent),
    atLeast('simd float32, slowest whole product', speed(simd32), 43, rate),
    atLeast('simd float32, share of its limit', share(simd32), 0.73, percent),
    atLeast('simd float32 fused, slowest whole product', speed(fused), 52, rate),
    ...accumulations.flatMap((accumulation) => {
      const gains = speedUps(products('threads', accumulation), products('simd', accumulation))
      const all = gains.map(({ gain }) => gain)
      const large = gains.filter(({ row }) => LARGE_SQUARES.includes(String(row.shape))).map(({ gain }) => gain)
      return [atLeast(`threads ${accumulation} over one thread, n ≥ 256, least`, least(large), 1.8, times),
        atLeast(`threads ${accumulation} over one thread, any shape, least`, least(all), 0.95, times)]
    }),
    ...([['blocked', blocked], ['simd float64', simd64], ['simd float32', simd32]] as const).flatMap(([name, of]) => [
      atLeast(`${name}, transposed over plain, least`, transposedOverPlain(of), 0.95, times),
      atLeast(`${name}, n = 10 over 256³`, overSquare(of, '128,512,10'), 0.4, percent),
      // One multiplication for each element read: scalar code is limited by its instructions, lanes by memory.
      name === 'blocked' ? atLeast(`${name}, m = 1 over 256³`, overSquare(of, '1,784,512'), 0.4, percent)
        : atLeast(`${name}, m = 1, share of the triad's bandwidth (L3)`, vectorShare(of, rows), 0.9, percent),
    ]), ...stepClaims(rows), ...elementwiseClaims(rows), ...startupClaims(rows)]
}

/** Speed of each row over that of the row of the other list with the same shape and operands. */
function speedUps(fast: readonly Row[], slow: readonly Row[]): readonly { readonly row: Row; readonly gain: number }[] {
  return fast.flatMap((row) => {
    const other = slow.find((candidate) =>
      sameShape(candidate, row) && candidate.transposeA === row.transposeA && candidate.transposeB === row.transposeB
    )
    return other?.gflops === undefined || row.gflops === undefined ? [] : [{ row, gain: row.gflops / other.gflops }]
  })
}

function transposedOverPlain(rows: readonly Row[]): number | undefined {
  return least(rows.filter((row) => !plain(row) && isWhole(row)).flatMap((row) => {
    const other = rows.find((candidate) => plain(candidate) && sameShape(candidate, row))
    return other?.gflops === undefined || row.gflops === undefined ? [] : [row.gflops / other.gflops]
  }))
}

function overSquare(rows: readonly Row[], shape: string): number | undefined {
  const find = (wanted: string): number | undefined =>
    rows.find((row) => plain(row) && String(row.shape) === wanted)?.gflops
  const narrow = find(shape)
  const square = find('256,256,256')
  return narrow === undefined || square === undefined ? undefined : narrow / square
}

/** A vector times a matrix reads the matrix once: 784 · 512 float32, which only L3 holds. */
function vectorShare(products: readonly Row[], rows: readonly Row[]): number | undefined {
  const ms = products.find((row) => plain(row) && row.shape?.[0] === 1)?.ms
  const triad = rows.find((row) => row.case === 'triad L3')?.gbps
  return ms === undefined || triad === undefined ? undefined : 4e-6 * 784 * 512 / ms / triad
}

function stepClaims(rows: readonly Row[]): readonly Claim[] {
  const steps = rows.filter(({ suite }) => suite === 'step')
  const convolution = (tier: string, accumulation: string): number | undefined =>
    steps.find((row) => row.case === 'convolution' && row.tier === tier && row.accumulation === accumulation)?.ms
  const ms = (tier: string, accumulation: string): number | undefined =>
    steps.find((row) => row.case === 'backpropagation' && row.tier === tier && row.accumulation === accumulation)?.ms
  const memory = rows.filter(({ suite }) => suite === 'memory')
  const bytes = (what: string): number | undefined =>
    greatest(memory.filter((row) => row.case === what).flatMap((row) => row.bytes ?? []))
  const resident = bytes('resident')
  const megabytes = resident === undefined ? undefined : resident / 1e6
  const time = decimals(1, ' ms')
  return [
    atMost('MLP step, backpropagation, blocked', ms('blocked', 'float64'), 55, time),
    atMost('MLP step, backpropagation, simd float32', ms('simd', 'float32'), 10, time),
    atMost('MLP step, backpropagation, threads float32', ms('threads', 'float32'), 6, time),
    ...steps.filter(({ ratio }) => ratio !== undefined).map((row) =>
      atMost(`MLP step, DFA over backpropagation, ${tierName(row)}`, row.ratio, 0.85, decimals(3, ''))
    ),
    atMost('small convolutional net step, simd float32', convolution('simd', 'float32'), 40, time),
    atMost('small convolutional net step, blocked', convolution('blocked', 'float64'), 200, time),
    atMost('epoch of MNIST, 784-500-10, slowest rule, simd float32', epochSeconds(rows), 4, decimals(2, ' s')),
    atMost('epoch of GraphConv 16 on a graph like Cora, slower rule, simd float32',
      greatest(rows.filter(({ suite }) => suite === 'graph').flatMap(({ ms }) => ms ?? [])), 12, decimals(2, ' ms')),
    atMost('Transformer step, width 48, 3 blocks, slower rule, best tier, float32', transformerMilliseconds(rows), 25,
      decimals(2, ' ms')),
    atMost('epoch of DeepFM on 80,000 rows, slowest case, simd float32',
      greatest(rows.filter(({ suite }) => suite === 'recommender').flatMap(({ ms }) => ms ?? [])), 6000,
      decimals(0, ' ms')),
    atMost('step of a radiance field 3 × 128, 128 rays of 20 samples, slower rule, simd float32',
      greatest(rows.filter(({ suite }) => suite === 'nerf').flatMap(({ ms }) => ms ?? [])), 35, time),
    atMost('MLP training, resident memory', megabytes, 80, decimals(0, ' MB')),
    // A loss that is returned is a number on the heap: twelve or sixteen bytes are no array.
    atMost('MLP training, allocated per step', bytes('allocated per step'), 64, decimals(0, ' bytes')),
  ]
}

/** Of the tier that is fastest under its slower rule. */
function transformerMilliseconds(rows: readonly Row[]): number | undefined {
  const found = rows.filter(({ suite }) => suite === 'transformer')
  const slowest = [...new Set(found.map(({ tier }) => tier))].flatMap((tier) =>
    greatest(found.filter((row) => row.tier === tier).flatMap(({ ms }) => ms ?? [])) ?? []
  )
  return slowest.length === 0 ? undefined : Math.min(...slowest)
}

function epochSeconds(rows: readonly Row[]): number | undefined {
  const slowest = greatest(rows.filter(({ suite }) => suite === 'epoch').flatMap(({ ms }) => ms ?? []))
  return slowest === undefined ? undefined : slowest / 1000
}

function elementwiseClaims(rows: readonly Row[]): readonly Claim[] {
  const found = rows.filter(({ suite }) => suite === 'elementwise')
  const row = (name: string, tier: string): Row | undefined =>
    found.find((candidate) => candidate.case === name && candidate.tier === tier)
  const ours = row('tanh', 'TypeScript')?.ms
  const host = row('tanh', 'Math.tanh')?.ms
  const gain = ours === undefined || host === undefined ? undefined : host / ours
  return [
    ...['add', 'relu', 'relu backward', 'sgd update'].map((name) =>
      atLeast(`${name}, simd, share of the triad's bandwidth`, row(name, 'simd')?.share, 0.9, percent)
    ),
    ...['tanh', 'exp'].map((name) =>
      atMost(`${name}, simd, a million`, row(name, 'simd')?.ms, 2.5, decimals(2, ' ms'))
    ),
    atLeast('tanh, TypeScript, over Math.tanh', gain, 2, decimals(2, ' ×')),
  ]
}

function startupClaims(rows: readonly Row[]): readonly Claim[] {
  const row = (name: string): Row | undefined =>
    rows.find(({ suite, case: found }) => suite === 'startup' && found === name)
  const kilobytes = (name: string): number | undefined => {
    const bytes = row(name)?.bytes
    return bytes === undefined ? undefined : bytes / 1000
  }
  return [atMost('import of the library', row('import')?.ms ?? row('import, modules')?.ms, 10, decimals(1, ' ms')),
    atMost('a run of one step, process and record and all', row('run')?.ms, 250, decimals(0, ' ms')),
    atMost('whole library, gzip', kilobytes('library'), 30, decimals(1, ' kB')),
    atMost('tensor room, gzip', kilobytes('tensor'), 10, decimals(1, ' kB'))]
}

/** Prints the table, without what was not measured unless `all`, and returns all rows. */
export function judge(rows: readonly Row[], all: boolean): readonly TargetRow[] {
  const judged = claims(rows).map(({ what, target, value, show, holds }): TargetRow => ({
    suite: 'targets',
    what,
    target,
    measured: value === undefined ? 'not measured' : show(value),
    met: value === undefined ? undefined : holds(value),
  }))
  const print = printTable<TargetRow>('Targets', [{ title: 'what', width: 58, left: true, value: ({ what }) => what }, {
    title: 'target',
    width: 15,
    value: ({ target }) => target,
  }, { title: 'measured', width: 14, value: ({ measured }) => measured }, {
    title: 'met',
    width: 3,
    value: ({ met }) => (met === undefined ? '–' : met ? 'yes' : 'no'),
  }])
  for (const row of judged) if (all || row.met !== undefined) print(row)
  const known = judged.filter(({ met }) => met !== undefined)
  console.log(
    `\n${known.filter(({ met }) => met === true).length} of ${known.length} targets met`
      + (known.length < judged.length ? `; ${judged.length - known.length} not measured in this run` : ''),
  )
  return judged
}
