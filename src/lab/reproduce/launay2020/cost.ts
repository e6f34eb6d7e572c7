// What a backward pass costs under BP and DFA: operations, bytes, and the time that they took.

import { cpus } from 'node:os'
import { last, median } from '../../statistics.ts'
import { COST_NAMES, type CostName } from '../cost/networks.ts'
import { feedbackBytes, FORMULAS, PAPER_POINTS, POINTS } from '../cost/formulas.ts'
import { type CostConfiguration, type CostResult, type CostRule, countSteps, OWNERS } from '../cost/training.ts'
import { declared, type Run } from '../experiment.ts'
import { barFigure } from '../../report/bars.ts'
import { count } from '../../report/format.ts'
import { tableOf } from '../series.ts'

type CostRun = Run<CostConfiguration, CostResult>

const TITLES: Readonly<Record<CostName, string>> = { mlp: 'MLP', gcn: 'GraphConv', macro: 'Transformer, macro',
  micro: 'Transformer, micro', nerf: 'NeRF', deepfm: 'DeepFM' }
const RULES: readonly CostRule[] = ['BP', 'independent', 'shared']
/** Steps that take about a second on one processor. */
const STEPS: Readonly<Record<CostName, number>> = { mlp: 80, gcn: 80, macro: 40, micro: 40, nerf: 50, deepfm: 300 }

const plan = (share: number, repeats: number): readonly CostConfiguration[] =>
  COST_NAMES.flatMap((network) =>
    RULES.flatMap((rule) =>
      Array.from({ length: repeats },
        (_, repeat) => ({ network, rule, steps: Math.ceil(share * STEPS[network]), repeat }))
    )
  )

/** Backward passes counted. */
export const cost = declared<{ readonly share: number; readonly repeats: number }, CostConfiguration, CostResult>({
  name: 'launay2020/cost',
  title: 'DFA needs fewer operations in the backward pass',
  source: 'launay2020; theory (5.9)',
  method: 'float32 engine',
  about:
    'A feedback point replaces the gradient that comes from above by F_l e: the product that carries it through the '
    + 'layer above is left out, one with the K columns of F_l comes in its place. One step of a network of each '
    + 'architecture on kernels that count: two operations for each product and sum of a matrix product; element-wise work, '
    + 'sparse products and lookups are not counted. Times are no claims: they are those of the runs, set-up included, '
    + 'beside whatever else the machine did.',
  basis: {
    statement:
      'fewer products and one shared matrix: authors’ public code; slower there than BP by hooks: its comments',
    setting: 'chosen here; bytes also at the paper’s sizes',
    compared: 'counts from shapes: exact',
  },
  revision: 1,
  scales: {
    quick: { minutes: 0.1, share: 0.02, repeats: 1 },
    default: { minutes: 1.2, share: 1, repeats: 3 },
    paper: { minutes: 4, share: 1, repeats: 9 },
  },
  decidedAtQuick: ['cost-counted', 'cost-fewer', 'cost-matrices', 'cost-memory'],
  plan: ({ share, repeats }) => plan(share, repeats),
  run: countSteps,
  judge({ runs, claim }) {
    const of = (network: CostName, rule: CostRule): readonly CostRun[] =>
      runs.filter(({ configuration: c }) => c.network === network && c.rule === rule)
    const counted = (network: CostName, rule: CostRule): CostResult => of(network, rule)[0].result
    const ratio = (network: CostName): number =>
      counted(network, 'independent').backward / counted(network, 'BP').backward
    const milliseconds = (network: CostName, rule: CostRule): string =>
      median(of(network, rule).map(({ seconds, configuration: { steps } }) => 1000 * seconds / (steps + 2))).toFixed(1)
    return {
      claims: [...COST_NAMES.flatMap((network) => {
        const formula = FORMULAS[network]
        if (formula === undefined) return []
        const { BP, DFA } = formula()
        return [
          claim.absolute(`cost-counted-${network}`, `${TITLES[network]}: operations of the backward pass of BP and DFA`,
            [counted(network, 'BP').backward, counted(network, 'independent').backward], [BP, DFA], 0, 'whole numbers'),
        ]
      }),
        ...COST_NAMES.map((network) =>
          claim.atMost(`cost-fewer-${network}`,
            `${TITLES[network]}: operations of DFA’s backward pass over those of BP’s`, ratio(network), 1,
            'no more than BP')
        ), ...COST_NAMES.map((network) => {
          const { feedbackBytes: bytes } = counted(network, 'independent')
          return claim.absolute(`cost-matrices-${network}`,
            `${TITLES[network]}: bytes of a matrix for each point, from the network's definition`, bytes,
            feedbackBytes(...POINTS[network]).independent, 0, 'whole numbers')
        }),
        ...COST_NAMES.map((network) =>
          claim.atMost(`cost-memory-${network}`,
            `${TITLES[network]}: bytes planned under DFA over those under BP, matrices ` + 'apart',
            counted(network, 'independent').bytes / counted(network, 'BP').bytes, 1, 'no more than BP')
        )],
      figures: [{
        svg: barFigure({
          title: 'Operations of a backward pass',
          categories: COST_NAMES.map((network) => TITLES[network]),
          value: { label: 'over those of the forward pass' },
          series: (['BP', 'independent'] as const).map((rule) => ({
            name: rule === 'BP' ? 'BP' : 'DFA',
            values: COST_NAMES.map((network) => {
              const { forward, backward } = counted(network, rule)
              return { value: backward / forward }
            }),
          })),
        }),
        caption: 'Matrix products alone, counted; a forward pass is 1.',
      }],
      tables: [
        tableOf(
          `A step: millions of operations in products, and milliseconds, medians over ${
            count(of('mlp', 'BP').length, 'run')
          } `
            + `with their set-up (judged on ${
              cpus()[0]?.model.trim() ?? 'an unknown processor'
            }, Node ${process.versions.node}; `
            + 'records name the machine that made them)',
          ['network', 'forward', 'backward BP', 'backward DFA', 'DFA/BP', 'ms BP', 'ms DFA', 'ms DFA, one matrix'],
          COST_NAMES.map((
            network,
          ) => [TITLES[network],
            ...[counted(network, 'BP').forward, counted(network, 'BP').backward,
              counted(network, 'independent').backward].map((operations) => (operations / 1e6).toFixed(1)),
            ratio(network).toFixed(3), ...RULES.map((rule) => milliseconds(network, rule))]
          ),
        ),
        tableOf(
          'Bytes: arrays that are planned, and what the matrices take, which the engine keeps one for each point even '
            + 'where all share the rows of one',
          ['network', 'planned, BP', 'planned, DFA', 'a matrix for each point', 'one matrix would take'],
          COST_NAMES.map((network) => {
            const { bytes, widths, outputs, feedbackBytes: matrices } = counted(network, 'independent')
            return [TITLES[network], counted(network, 'BP').bytes, bytes, matrices,
              feedbackBytes(widths, outputs).shared]
          }),
        ),
        tableOf('Kibibytes of feedback matrices at the paper’s sizes, from widths and K', ['network', 'K',
          'a matrix for each ' + 'point', 'one for all'], PAPER_POINTS.map(([name, widths, outputs]) => {
            const { independent, shared } = feedbackBytes(widths, outputs)
            return [name, outputs, (independent / 1024).toFixed(1), (shared / 1024).toFixed(1)]
          })),
        tableOf(
          'How many times as fast as one thread owners of segments can be at best, by counted work: the forward pass '
            + 'stays one after another (docs/layer-parallel.md, with times on threads); – where points stand inside of other '
            + 'layers or are fewer',
          ['network', ...OWNERS.map((owners) => `${owners} owners`)],
          COST_NAMES.map((network) => [TITLES[network], ...OWNERS.map((_, index) =>
            counted(network, 'independent').owners[index]?.toFixed(2) ?? '–'
          )]),
        ),
      ],
      findings: [
        `DFA’s backward pass takes ${
          COST_NAMES.map((network) => `${ratio(network).toFixed(2)} (${TITLES[network]})`).join(', ')
        } `
        + `of the operations of BP’s. The largest matrices are those of ${last(PAPER_POINTS)[0]}: `
        + `${(feedbackBytes(last(PAPER_POINTS)[1], last(PAPER_POINTS)[2]).shared / 1048576).toFixed(0)} MiB for one.`,
      ],
    }
  },
})
