// How long does a training step of a network of launay2020 take? Adam, under backpropagation and DFA; that of a graph is
// an epoch.

import { RULES, trainer } from '../src/dfa/index.ts'
import { adam, clipByNorm } from '../src/nn/index.ts'
import type { Kernels } from '../src/tensor/tiers/kernels.ts'
import { assertHolds, type Budget, timeAll } from './harness.ts'
import { GCN, type ModelName, MODELS, NERF, TRANSFORMER } from './models.ts'
import { fixed, MARGIN, printTable, type Row, TIER } from './report.ts'
import type { Candidate } from './tiers.ts'

const RULE_NAMES = ['backpropagation', 'direct-feedback-alignment'] as const

/** What is measured, and with which of the tiers of float32 vectors. */
interface Suite {
  readonly name: string
  readonly title: string
  readonly shape: readonly number[]
  readonly tiers: readonly string[]
  /** A bound on the norm of the gradients. */
  readonly clip?: number
}

const SUITES: Readonly<Record<ModelName, Suite>> = {
  gcn: {
    name: 'graph',
    title: `An epoch of GraphConv ${GCN.features}-${GCN.width}-${GCN.classes}, ${GCN.nodes} nodes, ${GCN.edges} edges, `
      + 'dropout 0.5, Adam',
    shape: [GCN.nodes, GCN.features, GCN.width, GCN.classes],
    tiers: ['simd'],
  },
  transformer: {
    name: 'transformer',
    title:
      `A step of a Transformer, width ${TRANSFORMER.features}, ${TRANSFORMER.blocks} blocks, ${TRANSFORMER.batch} × `
      + `${TRANSFORMER.context} characters, Adam`,
    shape: [TRANSFORMER.batch, TRANSFORMER.context, TRANSFORMER.features, TRANSFORMER.blocks],
    tiers: ['simd', 'threads'],
    clip: 0.5,
  },
  nerf: {
    name: 'nerf',
    title:
      `A step of a radiance field, ${NERF.depth} × ${NERF.width}, ${NERF.rays} rays of ${NERF.samples} samples, Adam`,
    shape: [NERF.rays, NERF.samples, NERF.width, NERF.depth],
    tiers: ['simd'],
  },
}

function startStep(model: ModelName, rule: string, kernels: Kernels): () => number {
  const { network, loss, input, target } = MODELS[model](kernels, true)
  const { clip } = SUITES[model]
  const { step } = trainer({
    network,
    rule: RULES[rule]({ kernels, seed: 1 }),
    loss,
    optimizer: adam({ rate: 1e-4, kernels }),
    ...(clip === undefined ? {} : { clip: clipByNorm(clip, kernels) }),
    kernels,
  })
  return () => step(input, target)
}

/**
 * Measures and prints a step per rule and tier. Throws: WrongResult where a step does not repeat itself, or a tier has
 * other bits than another.
 */
export function benchModel(model: ModelName, running: readonly Candidate[], budget: Budget): readonly Row[] {
  const { name, title, shape, tiers } = SUITES[model]
  const chosen = running.filter(({ tier, accumulation, fused }) =>
    tiers.includes(tier) && accumulation === 'float32' && !fused
  )
  if (chosen.length === 0) {
    console.log(`not run: ${name}, which needs simd float32`)
    return []
  }
  const cases = chosen.flatMap((candidate) => RULE_NAMES.map((rule) => ({ candidate, rule })))
  const steps = cases.map(({ candidate: { kernels, name: tier }, rule }) => {
    const step = startStep(model, rule, kernels), other = startStep(model, rule, chosen[0].kernels)
    for (let i = 0; i < 3; i++) {
      const [got, expected] = [step(), other()]
      assertHolds(Object.is(got, expected), `${name} ${rule}, ${tier}: loss ${i} is ${got}, expected ${expected}`)
    }
    return step
  })
  const print = printTable<Row>(title, [{ title: 'rule', width: 25, left: true, value: (row) => row.case }, TIER, {
    title: 'threads',
    width: 7,
    value: ({ threads }) => fixed(threads, 0),
  }, { title: 'ms', width: 7, value: ({ ms }) => fixed(ms, 2) }, MARGIN])
  return timeAll(steps, budget).map(({ median, rme }, index) => {
    const { candidate: { tier, accumulation, threads }, rule } = cases[index]
    const row: Row = { suite: name, case: rule, shape, tier, accumulation, threads, ms: 1000 * median, rme }
    print(row)
    return row
  })
}
