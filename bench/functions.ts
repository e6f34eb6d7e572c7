// What does a call of a portable function cost, next to the host's own, whose bits differ from engine to engine?

import { asin } from '../src/tensor/functions/asin.ts'
import { cos } from '../src/tensor/functions/cos.ts'
import { erf } from '../src/tensor/functions/erf.ts'
import { exp } from '../src/tensor/functions/exp.ts'
import { expm1 } from '../src/tensor/functions/expm1.ts'
import { log } from '../src/tensor/functions/log.ts'
import { log1p } from '../src/tensor/functions/log1p.ts'
import { pow } from '../src/tensor/functions/pow.ts'
import { sigmoid } from '../src/tensor/functions/sigmoid.ts'
import { sin } from '../src/tensor/functions/sin.ts'
import { tanh } from '../src/tensor/functions/tanh.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import { type Budget, timeAll, WrongResult } from './harness.ts'
import { fixed, MARGIN, printTable, type Row } from './report.ts'

type Real = (x: number, y: number) => number

interface Entry {
  readonly name: string
  /** Where x is drawn from, and y, for functions that have one. */
  readonly range: readonly [number, number]
  readonly second?: readonly [number, number]
  readonly ours: Real
  /** Math's function of that name, or what one would write with Math. */
  readonly host: Real | undefined
}

const FUNCTIONS: readonly Entry[] = [{ name: 'exp', range: [-20, 20], ours: exp, host: Math.exp }, {
  name: 'expm1',
  range: [-4, 4],
  ours: expm1,
  host: Math.expm1,
}, { name: 'log', range: [1e-6, 1000], ours: log, host: Math.log }, {
  name: 'log1p',
  range: [-0.9, 10],
  ours: log1p,
  host: Math.log1p,
}, { name: 'tanh', range: [-4, 4], ours: tanh, host: Math.tanh }, {
  name: 'sigmoid',
  range: [-10, 10],
  ours: sigmoid,
  host: (x) => 1 / (1 + Math.exp(-x)),
}, { name: 'erf', range: [-3, 3], ours: erf, host: undefined }, {
  name: 'sin',
  range: [-10, 10],
  ours: sin,
  host: Math.sin,
}, { name: 'sin, large', range: [-1e9, 1e9], ours: sin, host: Math.sin }, {
  name: 'cos',
  range: [-10, 10],
  ours: cos,
  host: Math.cos,
}, { name: 'asin', range: [-1, 1], ours: asin, host: Math.asin }, {
  name: 'pow',
  range: [0.01, 100],
  second: [-5, 5],
  ours: pow,
  host: Math.pow,
}]

/** Values per call of a loop. */
const LENGTH = 1_000_000
const QUICK_LENGTH = 100_000

type Loop = (out: Float64Array, x: Float64Array, y: Float64Array) => void

/**
 * A loop of its own for each function. From one shared loop V8 would call through a pointer, which costs about as much
 * as the cheaper functions; the name keeps it from recognizing the same source and sharing what it learnt.
 */
function loopOf(name: string, f: Real): Loop {
  const loop = 'return (out, x, y) => { for (let i = 0; i < out.length; i++) out[i] = f(x[i], y[i]) }'
  return new Function('f', `// ${name}\n${loop}`)(f) as Loop
}

/**
 * Measures and prints. Throws: WrongResult when a value is further from the host's than eight float64 roundings allow;
 * erf, which the host lacks, is compared with its series. What every bit must be is the tests' business.
 */
export function benchFunctions(budget: Budget, quick: boolean): readonly Row[] {
  const length = quick ? QUICK_LENGTH : LENGTH
  const headline = 'Functions of one float64 (pow: two), ns per call in a loop over many values'
  const print = printTable<Row & { readonly range: string }>(headline, [{
    title: 'function',
    width: 10,
    left: true,
    value: (row) => row.case,
  }, { title: 'range', width: 24, left: true, value: ({ range }) => range }, {
    title: 'ns',
    width: 6,
    value: ({ ns }) => fixed(ns, 2),
  }, { title: 'Math', width: 6, value: ({ limit }) => fixed(limit, 2) }, {
    title: 'Math/ours',
    width: 9,
    value: ({ share }) => fixed(share, 2),
  }, MARGIN])
  const rows: Row[] = []
  const out = new Float64Array(length)
  for (const { name, range, second, ours, host } of FUNCTIONS) {
    const draw = (seed: number, [low, high]: readonly [number, number]): Float64Array =>
      uniformInto(new Float64Array(length), randomStream(seed, `bench/${name}`), low, high)
    const x = draw(1, range)
    const y = second === undefined ? x : draw(2, second)
    const loop = loopOf(`ours ${name}`, ours)
    loop(out, x, y)
    check(name, out, x, y, host)
    const runs = [(): void => loop(out, x, y)]
    if (host !== undefined) {
      const hostLoop = loopOf(`host ${name}`, host)
      runs.push(() => hostLoop(out, x, y))
    }
    const [own, other] = timeAll(runs, budget)
    const ns = 1e9 * own.median / length
    const limit = runs.length === 1 ? undefined : 1e9 * other.median / length
    const share = limit === undefined ? undefined : limit / ns
    rows.push({ suite: 'functions', case: name, shape: [length], ns, limit, share, rme: own.rme })
    const interval = ([low, high]: readonly [number, number]): string => `[${low}, ${high})`
    print({ ...rows[rows.length - 1], range: interval(range) + (second === undefined ? '' : `, ${interval(second)}`) })
  }
  return rows
}

function check(name: string, out: Float64Array, x: Float64Array, y: Float64Array, host: Real | undefined): void {
  // The series is slow; a thousand places tell as much.
  for (let i = 0; i < out.length; i += host === undefined ? 1000 : 1) {
    const expected = host === undefined ? erfSeries(x[i]) : host(x[i], y[i])
    const bound = host === undefined ? 1e-12 : 8 * 2 ** -52 * Math.abs(expected)
    if (Math.abs(out[i] - expected) <= bound) continue
    const call = `${name}(${x[i]}${y === x ? '' : `, ${y[i]}`})`
    throw new WrongResult(`functions: ${call} is ${out[i]}, expected ${expected} ± ${bound}`)
  }
}

/** erf x = 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n!·(2n + 1)); terms to 3¹⁸ⁿ/n! lose three digits to cancellation at |x| = 3. */
function erfSeries(x: number): number {
  let power = x
  let total = x
  for (let n = 1; n < 80; n++) {
    power *= -x * x / n
    total += power / (2 * n + 1)
  }
  return 2 / Math.sqrt(Math.PI) * total
}
