// How long does an epoch of MNIST take under each learning rule? 784-500-10, relu, batch 64, momentum: 938 steps on
// generated batches of the same sizes, measured step by step.

import { mlp, RULES, trainer } from '../src/dfa/index.ts'
import { allocateTensor, crossEntropy, initialize, momentumSgd } from '../src/nn/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { randomStream, uniformAt, uniformInto } from '../src/tensor/random.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const SIZES = [784, 500, 10] as const
const BATCH = 64
const STEPS = Math.ceil(60_000 / BATCH)
/** Distinct batches in turn. */
const BATCHES = 4

function startStep(kernels: Kernels, rule: string): () => number {
  const network = mlp({ sizes: SIZES, activation: 'relu', kernels })
  initialize(network, 'uniform', 1)
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss: crossEntropy('mean', kernels),
    // Small: no rule may diverge while it is timed for long.
    optimizer: momentumSgd({ rate: 1e-4, kernels }),
    kernels,
  })
  const batches = Array.from({ length: BATCHES }, (_, index) => {
    const input = allocateTensor(kernels, [BATCH, SIZES[0]])
    uniformInto(input.data, randomStream(1, `bench/epoch/input${index}`))
    const target = allocateTensor(kernels, [BATCH, SIZES[2]])
    const labels = randomStream(1, `bench/epoch/label${index}`)
    for (let i = 0; i < BATCH; i++) target.data[i * SIZES[2] + Math.floor(SIZES[2] * uniformAt(labels, i))] = 1
    return { input, target }
  })
  let next = 0
  return () => {
    const { input, target } = batches[next]
    next = (next + 1) % BATCHES
    return step(input, target)
  }
}

/** Measures and prints one epoch per rule on the vector tier. Throws: WrongResult when two trainings of one rule differ. */
export function benchEpoch(running: readonly Candidate[], budget: Budget): readonly Row[] {
  const candidate = running.find(({ tier, accumulation, fused }) =>
    tier === 'simd' && accumulation === 'float32' && !fused
  )
  if (candidate === undefined) {
    console.log('not run: epoch, which needs simd float32')
    return []
  }
  const cases = Object.keys(RULES).map((rule) => {
    const step = startStep(candidate.kernels, rule)
    const other = startStep(candidate.kernels, rule)
    for (let i = 0; i < 3; i++) {
      const [got, expected] = [step(), other()]
      assertHolds(Object.is(got, expected), `epoch ${rule}: loss ${i} is ${got}, expected ${expected}`)
    }
    return { rule, step }
  })
  const print = printTable<Row>(
    `An epoch of MNIST (${STEPS} steps), ${SIZES.join('-')}, relu, batch ${BATCH}, momentum`,
    [{
      title: 'rule',
      width: 37,
      left: true,
      value: (row) => row.case,
    }, TIER, { title: 'ms/step', width: 7, value: ({ ms }) => fixed((ms ?? NaN) / STEPS, 2) }, {
      title: 's/epoch',
      width: 7,
      value: ({ ms }) => fixed((ms ?? NaN) / 1000, 2),
    }, MARGIN],
  )
  const timings = timeAll(cases.map(({ step }) => step), budget)
  return cases.map(({ rule }, index) => {
    const { median, rme } = timings[index]
    const row: Row = {
      suite: 'epoch',
      case: rule,
      shape: [BATCH, ...SIZES],
      tier: candidate.tier,
      accumulation: candidate.accumulation,
      threads: candidate.threads,
      ms: 1000 * median * STEPS,
      rme,
    }
    print(row)
    return row
  })
}
