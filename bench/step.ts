// How long does a training step take, with backpropagation and with direct feedback alignment, and in how much memory?

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { referenceKernels, referenceKernelsFloat32 } from '../src/tensor/tiers/kernels.ts'
import { benchConvolution } from './convolution.ts'
import { assertHolds, assertSameBits, type Budget, timeAll } from './harness.ts'
import type { Limits } from './limits.ts'
import type { MemoryUse } from './memory.ts'
import { BATCH, flopsOf, type RuleName, RULES, SIZES, startTraining, type Training } from './network.ts'
import { fixed, MARGIN, printTable, type Row, SHARE, TIER } from './report.ts'
import { type Candidate, limitOf } from './tiers.ts'

/** Losses and parameters after the first steps. */
interface Beginning {
  readonly losses: readonly number[]
  readonly parameters: readonly Float32Array[]
}

function begin({ trainer, step }: Training, steps: number): Beginning {
  const losses = Array.from({ length: steps }, step)
  return { losses, parameters: trainer.parameters.map(({ value }) => value.data) }
}

/**
 * Measures and prints steps, then memory. Throws: WrongResult when losses or parameters after the first steps differ
 * from those of the reference tier.
 */
export function benchStep(running: readonly Candidate[], limits: Limits, budget: Budget,
  quick: boolean): readonly Row[]
{
  const steps = quick ? 1 : 2
  const expected = new Map<string, Beginning>()
  const cases: { readonly candidate: Candidate; readonly rule: RuleName; readonly step: () => void }[] = []
  for (const candidate of running) {
    for (const rule of RULES) {
      const training = startTraining(candidate.kernels, rule)
      // The fused variant has no bits of its own to be held to: its losses must be those of float32, nearly.
      const key = `${candidate.accumulation} ${rule}`
      const kernels = candidate.accumulation === 'float32' ? referenceKernelsFloat32 : referenceKernels
      const reference = expected.get(key) ?? begin(startTraining(kernels, rule), steps)
      expected.set(key, reference)
      compare(`step ${candidate.name}, ${rule}`, begin(training, steps), reference, candidate.fused)
      cases.push({ candidate, rule, step: training.step })
    }
  }
  const headline = `One training step, ${SIZES.join('-')}, relu, batch ${BATCH}; bits equal to the reference tier`
  const print = printTable<Row>(headline, [{
    title: 'rule',
    width: 25,
    left: true,
    value: (row) => row.case.replace(' fused', ''),
  }, TIER, { title: 'threads', width: 7, value: ({ threads }) => fixed(threads, 0) }, {
    title: 'ms',
    width: 7,
    value: ({ ms }) => fixed(ms, 2),
  }, { title: 'GFLOP/s', width: 7, value: ({ gflops }) => fixed(gflops, 1) }, SHARE, {
    title: 'DFA/BP',
    width: 6,
    value: ({ ratio }) => fixed(ratio, 3),
  }, MARGIN])
  const timings = timeAll(cases.map(({ step }) => step), quick ? budget : { ...budget, rounds: 4, seconds: 0.3 })
  const rows: Row[] = []
  for (const [index, { candidate, rule }] of cases.entries()) {
    const { median, rme } = timings[index]
    const gflops = 1e-9 * flopsOf(rule) / median
    const limit = limitOf(limits, candidate)
    rows.push({
      suite: 'step',
      case: rule + (candidate.fused ? ' fused' : ''),
      shape: [BATCH, ...SIZES],
      tier: candidate.tier,
      accumulation: candidate.accumulation,
      threads: candidate.threads,
      ms: 1000 * median,
      gflops,
      limit,
      share: limit === undefined ? undefined : gflops / limit,
      rme,
      ...(rule === 'backpropagation' ? {} : { ratio: median / timings[index - 1].median }),
    })
    print(rows[rows.length - 1])
  }
  return [...rows, ...(quick ? [] : benchConvolution(running, budget, quick)), ...benchMemory(running, quick)]
}

function compare(what: string, got: Beginning, expected: Beginning, nearly: boolean): void {
  for (const [index, loss] of got.losses.entries()) {
    const wanted = expected.losses[index]
    const same = nearly ? Math.abs(loss - wanted) <= 1e-4 * wanted : Object.is(loss, wanted)
    assertHolds(same, `${what}: loss ${index} is ${loss}, expected ${wanted}`)
  }
  if (nearly) return
  for (const [index, values] of got.parameters.entries()) {
    assertSameBits(`${what}: parameter ${index}`, values, expected.parameters[index])
  }
}

/** Resident memory after 2,000 steps and allocation over 1,000 more; the slow tier is asked for allocation alone. */
function benchMemory(running: readonly Candidate[], quick: boolean): readonly Row[] {
  const print = printTable<Row>('Memory of training with backpropagation, each in a fresh process', [{
    title: 'tier',
    width: 14,
    left: true,
    value: ({ tier, accumulation }) => `${tier} ${accumulation}`,
  }, { title: 'steps', width: 5, value: ({ shape = [] }) => String(shape[0]) }, {
    title: 'what',
    width: 26,
    left: true,
    value: (row) => row.case,
  }, { title: 'bytes', width: 12, value: ({ bytes = 0 }) => Math.round(bytes).toLocaleString('en-GB') }])
  const rows: Row[] = []
  const add = (row: Row): void => {
    rows.push(row)
    print(row)
  }
  for (const { tier, accumulation, fused } of running) {
    if (fused || tier === 'threads' || (tier === 'simd' && accumulation === 'float64')) continue
    const steps = tier === 'blocked' ? 10 : quick ? 50 : 2000
    const chunks = tier === 'blocked' || quick ? 8 : 50
    const length = tier === 'blocked' ? 3 : 20
    const script = fileURLToPath(new URL('./memory.js', import.meta.url))
    const flags = ['--expose-gc', '--single-threaded-gc']
    const args = [script, tier, accumulation, ...[steps, chunks, length].map(String)]
    const text = execFileSync(process.execPath, [...flags, ...args], { encoding: 'utf8' })
    const { resident, allocated, retained } = JSON.parse(text) as MemoryUse
    const base = { suite: 'memory', tier, accumulation, threads: 1 }
    if (tier !== 'blocked') add({ ...base, case: 'resident', shape: [steps], bytes: resident })
    add({ ...base, case: 'allocated per step', shape: [chunks * length], bytes: allocated })
    add({ ...base, case: 'heap growth per step', shape: [chunks * length], bytes: retained })
  }
  return rows
}
