// How long does an epoch of GraphConv take? 16 hidden features on a random graph of the sizes of Cora: 2,708 nodes,
// 5,278 edges, 1,433 features of which 18 are 1 in each row, 140 nodes with a label, dropout 0.5, Adam.

import { graphOfPairs, nodeTargets, sampleNonEdges } from '../src/data/index.ts'
import { RULES, trainer } from '../src/dfa/index.ts'
import { graphModel } from '../src/lab/training/graph-models.ts'
import { adam, allocateTensor, crossEntropy, initialize } from '../src/nn/index.ts'
import { permutation, randomStream } from '../src/tensor/random.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const NODES = 2708, EDGES = 5278, FEATURES = 1433, WORDS = 18, CLASSES = 7, LABELED = 140, WIDTH = 16
const RULE_NAMES = ['backpropagation', 'direct-feedback-alignment'] as const

function startStep(kernels: Kernels, rule: string): () => number {
  const none = { rows: NODES, columns: NODES, rowStarts: new Int32Array(NODES + 1), columnIndices: new Int32Array(0) }
  const graph = graphOfPairs(NODES, sampleNonEdges(none, EDGES, randomStream(1, 'bench/graph/edges')))
  const words = randomStream(1, 'bench/graph/words')
  const pattern = {
    rows: NODES,
    columns: FEATURES,
    rowStarts: Int32Array.from({ length: NODES + 1 }, (_, i) => WORDS * i),
    columnIndices: Int32Array.from(
      Array.from({ length: NODES }, () => [...permutation(words, FEATURES).subarray(0, WORDS).sort()]).flat(),
    ),
  }
  const { network } = graphModel('gcn', {
    graph,
    pattern,
    outputs: CLASSES,
    width: WIDTH,
    dropout: { hidden: 0.5 },
    seed: 1,
    kernels,
  })
  initialize(network, 'glorot', 1)
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss: crossEntropy('mean', kernels),
    optimizer: adam({ rate: 1e-4, kernels }),
    kernels,
  })
  const input = allocateTensor(kernels, [NODES * WORDS])
  input.data.fill(1 / WORDS)
  const labels = Int32Array.from({ length: NODES }, (_, i) => i % CLASSES)
  const target = nodeTargets(labels, Array.from({ length: LABELED }, (_, i) => i), CLASSES)
  return () => step(input, target)
}

/** Measures and prints a full-batch epoch per rule on the vector tier. Throws: WrongResult as `benchEpoch`. */
export function benchGraph(running: readonly Candidate[], budget: Budget): readonly Row[] {
  const candidate = running.find(({ tier, accumulation, fused }) =>
    tier === 'simd' && accumulation === 'float32' && !fused
  )
  if (candidate === undefined) {
    console.log('not run: graph, which needs simd float32')
    return []
  }
  const steps = RULE_NAMES.map((rule) => {
    const [step, other] = [startStep(candidate.kernels, rule), startStep(candidate.kernels, rule)]
    for (let i = 0; i < 3; i++) {
      const [got, expected] = [step(), other()]
      assertHolds(Object.is(got, expected), `graph ${rule}: loss ${i} is ${got}, expected ${expected}`)
    }
    return step
  })
  const print = printTable<Row>(
    `An epoch of GraphConv ${FEATURES}-${WIDTH}-${CLASSES}, ${NODES} nodes, ${EDGES} edges, dropout, Adam`,
    [{
      title: 'rule',
      width: 37,
      left: true,
      value: (row) => row.case,
    }, TIER, { title: 'ms/epoch', width: 8, value: ({ ms }) => fixed(ms ?? NaN, 2) }, MARGIN],
  )
  return timeAll(steps, budget).map(({ median, rme }, index) => {
    const row: Row = {
      suite: 'graph',
      case: RULE_NAMES[index],
      shape: [NODES, FEATURES, WIDTH, CLASSES],
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
