// How long does a training step of a radiance field take? Three hidden layers of 128, five octaves, 128 rays with 20
// samples each, Adam: 2,560 points, 0.6 GFLOP with backpropagation, and some 100,000 sines, cosines and exponentials.

import { RULES, trainer } from '../src/dfa/index.ts'
import { nerfModel } from '../src/lab/training/nerf-models.ts'
import { adam, allocateTensor, initialize, squaredError } from '../src/nn/index.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const RAYS = 128, SAMPLES = 20, WIDTH = 128, DEPTH = 3
const RULE_NAMES = ['backpropagation', 'direct-feedback-alignment'] as const

function startStep(kernels: Kernels, rule: string): () => number {
  const network = nerfModel({ depth: DEPTH, width: WIDTH, samples: SAMPLES, near: 1.5, far: 4.5, seed: 1, kernels })
  initialize(network, 'uniform', 1)
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss: squaredError(),
    optimizer: adam({ rate: 1e-4, kernels }),
    kernels,
  })
  const input = allocateTensor(kernels, [RAYS, 6]), target = allocateTensor(kernels, [RAYS, 3])
  uniformInto(input.data, randomStream(1, 'bench/nerf/rays'), -1, 1)
  target.data.fill(0.5)
  return () => step(input, target)
}

/** Measures and prints a step per rule on the vector tier. Throws: WrongResult where a step does not repeat itself. */
export function benchNerf(running: readonly Candidate[], budget: Budget): readonly Row[] {
  const candidate = running.find(({ tier, accumulation, fused }) =>
    tier === 'simd' && accumulation === 'float32' && !fused
  )
  if (candidate === undefined) {
    console.log('not run: nerf, which needs simd float32')
    return []
  }
  const steps = RULE_NAMES.map((rule) => {
    const [step, other] = [startStep(candidate.kernels, rule), startStep(candidate.kernels, rule)]
    for (let i = 0; i < 3; i++) {
      const [got, expected] = [step(), other()]
      assertHolds(Object.is(got, expected), `nerf ${rule}: loss ${i} is ${got}, expected ${expected}`)
    }
    return step
  })
  const print = printTable<Row>(
    `A step of a radiance field, ${DEPTH} × ${WIDTH}, ${RAYS} rays of ${SAMPLES} samples, Adam`,
    [{
      title: 'rule',
      width: 37,
      left: true,
      value: (row) => row.case,
    }, TIER, { title: 'ms', width: 8, value: ({ ms }) => fixed(ms ?? NaN, 2) }, MARGIN],
  )
  return timeAll(steps, budget).map(({ median, rme }, index) => {
    const row: Row = {
      suite: 'nerf',
      case: RULE_NAMES[index],
      shape: [RAYS, SAMPLES, WIDTH, DEPTH],
      tier: candidate.tier,
      accumulation: candidate.accumulation,
      threads: candidate.threads,
      ms: 1000 * median,
      rme,
    }
    print(row)
    return row
  })
}
