// How long does an epoch of DeepFM take? 80,000 rows of ten fields of 16 categories, embeddings of 6, three dense layers of
// 64 with batch normalization, batches of 256, Adam; and the same with tables a thousand times as long, of which a step
// must not cost more.

import { batches } from '../src/data/index.ts'
import { RULES, trainer } from '../src/dfa/index.ts'
import { initializeRecommender, recommender } from '../src/lab/training/recommender-models.ts'
import { adam, binaryCrossEntropy } from '../src/nn/index.ts'
import { tensor } from '../src/tensor/index.ts'
import { randomStream, uniformInto } from '../src/tensor/random.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const ROWS = 80_000, FIELDS = 10, CATEGORIES = 16, BATCH = 256
const STEPS = Math.ceil(ROWS / BATCH)
/** Rule, and how many times as long the tables are as there are categories in use. */
const CASES = [['backpropagation', 1], ['direct-feedback-alignment', 1], ['direct-feedback-alignment', 1000]] as const

function startStep(kernels: Kernels, rule: string, longer: number): () => number {
  const network = recommender('deepfm', {
    vocabularies: Array.from({ length: FIELDS }, () => longer * CATEGORIES),
    teachEmbeddings: rule === CASES[0][0],
    seed: 1,
    kernels,
  })
  initializeRecommender(network, 1)
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss: binaryCrossEntropy('mean'),
    optimizer: adam({ rate: 1e-3, kernels }),
    kernels,
  })
  const draw = (name: string, count: number, below: number): Float32Array =>
    uniformInto(new Float32Array(count), randomStream(1, `bench/recommender/${name}`), 0, below).map(Math.floor)
  const rows = batches({
    inputs: tensor([ROWS, FIELDS],
      draw('categories', ROWS * FIELDS, CATEGORIES).map((k) => longer * Math.min(k, CATEGORIES - 1))),
    targets: tensor([ROWS, 1], draw('clicks', ROWS, 2).map((t) => Math.min(t, 1))),
    size: BATCH,
    seed: 1,
    kernels,
  })
  let done = 0
  return () => {
    const { input, target } = rows.batch(Math.floor(done / STEPS), done % STEPS)
    done++
    return step(input, target)
  }
}

/** Measures and prints an epoch per case on the vector tier. Throws: WrongResult as `benchEpoch`. */
export function benchRecommender(running: readonly Candidate[], budget: Budget): readonly Row[] {
  const candidate = running.find(({ tier, accumulation, fused }) =>
    tier === 'simd' && accumulation === 'float32' && !fused
  )
  if (candidate === undefined) {
    console.log('not run: recommender, which needs simd float32')
    return []
  }
  const names = CASES.map(([rule, longer]) => (longer === 1 ? rule : `${rule}, long tables`))
  const steps = CASES.map(([rule, longer], index) => {
    const [step, other] = [startStep(candidate.kernels, rule, longer), startStep(candidate.kernels, rule, longer)]
    for (let i = 0; i < 3; i++) {
      const [got, expected] = [step(), other()]
      assertHolds(Object.is(got, expected), `recommender ${names[index]}: loss ${i} is ${got}, expected ${expected}`)
    }
    return step
  })
  const print = printTable<Row>(`An epoch of DeepFM, ${ROWS} rows of ${FIELDS} fields, batches of ${BATCH}, Adam`, [{
    title: 'rule',
    width: 39,
    left: true,
    value: (row) => row.case,
  }, TIER, { title: 's/epoch', width: 8, value: ({ ms }) => fixed((ms ?? NaN) / 1000, 2) }, MARGIN])
  return timeAll(steps, budget).map(({ median, rme }, index) => {
    const row: Row = {
      suite: 'recommender',
      case: names[index],
      shape: [ROWS, FIELDS, BATCH],
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
