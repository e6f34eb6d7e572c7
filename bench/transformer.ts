// How long does a training step of a small Transformer take? Width 48, 4 heads, 3 blocks, 16 sequences of 32 characters
// out of 65, Adam with a bound on the norm of the gradients.

import { textBatches } from '../src/data/index.ts'
import { RULES, trainer } from '../src/dfa/index.ts'
import { initializeTransformer, transformerModel } from '../src/lab/training/transformer-models.ts'
import { adam, clipByNorm, crossEntropy } from '../src/nn/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const VOCABULARY = 65, FEATURES = 48, BLOCKS = 3, CONTEXT = 32, BATCH = 16
const RULE_NAMES = ['backpropagation', 'direct-feedback-alignment'] as const

function startStep(kernels: Kernels, rule: string): () => number {
  const network = transformerModel({ vocabulary: VOCABULARY, context: CONTEXT, features: FEATURES, blocks: BLOCKS,
    kernels })
  initializeTransformer(network, 1)
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss: crossEntropy('mean', kernels),
    optimizer: adam({ rate: 1e-4, kernels }),
    clip: clipByNorm(0.5, kernels),
    kernels,
  })
  const indices = Int32Array.from({ length: 2000 }, (_, i) => i * i % VOCABULARY)
  const { batch } = textBatches({ indices, vocabulary: VOCABULARY, context: CONTEXT, size: BATCH, seed: 1, kernels })
  const { input, target } = batch(0, 0)
  return () => step(input, target)
}

/** Measures and prints a step per rule on the vector tier, with one thread and with all. Throws: WrongResult as `benchEpoch`. */
export function benchTransformer(running: readonly Candidate[], budget: Budget): readonly Row[] {
  const chosen = running.filter(({ tier, accumulation, fused }) =>
    (tier === 'simd' || tier === 'threads') && accumulation === 'float32' && !fused
  )
  if (chosen.length === 0) {
    console.log('not run: transformer, which needs simd float32')
    return []
  }
  const cases = chosen.flatMap((candidate) => RULE_NAMES.map((rule) => ({ candidate, rule })))
  const expected = new Map<string, readonly number[]>()
  const steps = cases.map(({ candidate, rule }) => {
    const step = startStep(candidate.kernels, rule)
    const got = [step(), step(), step()]
    const wanted = expected.get(rule) ?? got
    expected.set(rule, wanted)
    got.forEach((loss, i) =>
      assertHolds(Object.is(loss, wanted[i]),
        `transformer ${rule}, ${candidate.name}: loss ${i} is ${loss}, expected ${wanted[i]}`)
    )
    return step
  })
  const print = printTable<Row>(
    `A step of a Transformer, width ${FEATURES}, ${BLOCKS} blocks, ${BATCH} × ${CONTEXT} characters, Adam`,
    [{ title: 'rule', width: 25, left: true, value: (row) =>
      row.case }, TIER, {
      title: 'threads',
      width: 7,
      value: ({ threads }) =>
        fixed(threads, 0),
    }, { title: 'ms', width: 7, value: ({ ms }) =>
      fixed(ms, 2) }, MARGIN],
  )
  return timeAll(steps, budget).map(({ median, rme }, index) => {
    const { candidate: { tier, accumulation, threads }, rule } = cases[index]
    const row: Row = {
      suite: 'transformer',
      case: rule,
      shape: [BATCH, CONTEXT, FEATURES, BLOCKS],
      tier,
      accumulation,
      threads,
      ms: 1000 * median,
      rme,
    }
    print(row)
    return row
  })
}
