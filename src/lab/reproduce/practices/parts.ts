// Experiments whose variants are trained alike: at one rate, or each at its own best.

import type { Run, Scale } from '../experiment.ts'
import type { Judgment } from '../experiment.ts'
import { CONV, FC, type NetworkSpec } from './networks.ts'
import { type Budget, planAt, planTuned, runsAt, tunedOf, type Variant } from './plan.ts'
import { alignmentFigure, budgetText, type NamedRuns, practiceTable } from './presentation.ts'
import type { Practice } from './training.ts'

/** What one network is trained with at one scale. */
export interface NetworkScale extends Budget {
  readonly network: NetworkSpec
  /** Of experiments that take one rate for all. */
  readonly rate: number
  /** Searches for a rate begin at so many times what is said of their variants: fewer and smaller steps need more. */
  readonly faster: number
  readonly seeds: number
}

/** Variants that are compared with each other. */
export interface Part {
  /** Heading of its table and figure. */
  readonly title: string
  readonly variants: readonly Variant[]
  /** One rate for all; or one for each variant, or that with which its search begins, in their order. */
  readonly rates: number | readonly number[]
  /** Whether each variant searches for its best rate. */
  readonly search?: boolean
  readonly seeds: number
}

const TINY = { dataset: 'patterns', hiddenReduction: 'mean', batch: 20, seeds: 1, rate: 0.3, faster: 3 } as const

/**
 * The fully connected network by scale. The paper's is from the authors' code: hidden errors summed. The default has time
 * for a few hundred steps: small batches, and a mean in all layers, which lets the last layer keep up.
 */
export const FC_SCALES: Readonly<Record<Scale, NetworkScale>> = {
  quick: { ...TINY, network: { ...FC, widths: [40, 40, 40] }, trainingSamples: 200, epochs: 4 },
  default: {
    dataset: 'cifar10',
    network: FC,
    trainingSamples: 800,
    hiddenReduction: 'mean',
    batch: 32,
    epochs: 6,
    rate: 0.1,
    faster: 1,
    seeds: 2,
  },
  paper: {
    dataset: 'cifar10',
    network: FC,
    trainingSamples: 0,
    hiddenReduction: 'sum',
    batch: 128,
    epochs: 50,
    rate: 0.0005,
    faster: 0.01,
    seeds: 10,
  },
}

/** As the authors' code has it, for as short a time: hidden errors summed over 128 samples. */
export const SUMMED_SCALES: Readonly<Record<Scale, NetworkScale>> = {
  quick: { ...FC_SCALES.quick, hiddenReduction: 'sum', rate: 0.1 },
  default: { ...FC_SCALES.default, hiddenReduction: 'sum', trainingSamples: 1000, batch: 128, rate: 0.005 },
  paper: FC_SCALES.paper,
}

/** The convolutional network by scale; at the default with half the channels of convolutions. */
export const CONV_SCALES: Readonly<Record<Scale, NetworkScale>> = {
  quick: { ...TINY, network: { ...CONV, widths: [4, 6, 16] }, trainingSamples: 100, epochs: 4 },
  default: { ...FC_SCALES.default, network: { ...CONV, widths: [16, 32, 32, 128] }, trainingSamples: 500, seeds: 2 },
  paper: { ...FC_SCALES.paper, network: CONV },
}

/** The trainings of all parts that can be named now. */
export function planParts(parts: readonly Part[], first: number,
  done: readonly Run<object, unknown>[]): readonly Practice[]
{
  const all = parts.flatMap((part) =>
    part.variants.flatMap((one, k) =>
      part.search === true ? planTuned(one, [rateOf(part, k)], first, part.seeds, done)
        : planAt(one, rateOf(part, k), first, part.seeds)
    )
  )
  // A variant may stand in two parts: its runs are named once. All variants come before the next seed.
  return [...new Map(all.map((practice) => [JSON.stringify(practice), practice])).values()].sort((a, b) =>
    a.seed - b.seed
  )
}

const rateOf = ({ rates }: Part, k: number): number => (typeof rates === 'number' ? rates : rates[k])

/** The runs that a part compares, in the order of its variants. */
export function rowsOf(part: Part, runs: readonly Run<object, unknown>[]): readonly NamedRuns[] {
  return part.variants.map((one, k) => ({
    name: one.name,
    runs: part.search === true ? tunedOf(runs, one) : runsAt(runs, one, rateOf(part, k)),
  }))
}

/** Tables and figures of all parts, and what they were trained with. */
export function presented(parts: readonly Part[],
  rows: readonly (readonly NamedRuns[])[]): Required<Pick<Judgment, 'figures' | 'tables' | 'findings'>>
{
  return {
    figures: parts.map(({ title }, k) => alignmentFigure(title, rows[k])),
    tables: parts.map(({ title }, k) => practiceTable(`${title}.`, rows[k])),
    findings: parts.map(({ title, variants: [{ practice }], rates, search }) =>
      `${title}: ${practice.network.kind} ${practice.network.widths.join('-')}, ${budgetText(practice)}, ${
        search === true ? 'each at its best rate by training loss'
          : typeof rates === 'number' ? `rate ${rates}` : 'a rate for each at which it trains'
      }.`
    ),
  }
}
