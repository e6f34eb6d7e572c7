// What an experiment is: a plan of runs, each a pure function of its configuration, and a judgment over their results.

import { type Claim, type ClaimBuilder, claimsOf, type Method, undecided } from '../claims/claim.ts'
import type { KernelSource } from '../kernels.ts'
import type { ReportFigure } from '../report/html.ts'
import type { Table } from '../report/table.ts'

/** Seconds for continuous integration, minutes for a desk, the paper's own epochs and seeds. */
export type Scale = 'quick' | 'default' | 'paper'

/** All scales, smallest first. */
export const SCALES: readonly Scale[] = ['quick', 'default', 'paper']

/** A finished run. Configuration and result survive JSON unchanged: plain objects, arrays, strings, finite numbers. */
export interface Run<C, R> {
  readonly configuration: C
  readonly result: R
  readonly seconds: number
}

/** What a run may use beside its configuration; none of it may change a bit of the result. */
export interface RunTools {
  /** Directory of data sets; undefined when none was given. */
  readonly data: string | undefined
  readonly kernels: KernelSource
  /** Says how far this run is, 0 … 1; cheap enough for every step. */
  readonly progress: (fraction: number) => void
  /** Where a run that can go on after a break keeps itself; undefined where nothing is kept. */
  readonly checkpoint?: string
  /** Whether the run is asked to end now; one that can go on later keeps itself and throws `RunInterrupted`. */
  readonly isAsked?: () => boolean
}

/** Thrown by a run that was asked to end and has written its checkpoint. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted'
}

/** What the finished runs say. */
export interface Judgment {
  readonly claims: readonly Claim[]
  readonly figures: readonly ReportFigure[]
  readonly tables?: readonly { readonly caption: string; readonly table: Table }[]
  /** What came out, in sentences made from the results: no number is written into them. */
  readonly findings?: readonly string[]
}

/** On what an experiment rests, in a few words each: a row of docs/sources.md. */
export interface Basis {
  /** Equations of docs/theory; those of the source unless given. */
  readonly equations?: string
  /** Where the statement comes from. */
  readonly statement: string
  /** Where sizes, rates and epochs come from. */
  readonly setting: string
  /** What the numbers are compared with. */
  readonly compared: string
}

/** One figure or table of a paper. */
export interface Experiment<C extends object = object, R = unknown> {
  /** `<paper>/<name>`, or a name alone for comparisons that no paper has. */
  readonly name: string
  readonly title: string
  /** Paper key and equations, e.g. `refinetti2021; theory (3.3), (3.9)`. */
  readonly source: string
  /** What is claimed and how it is put to the test, in a few sentences. */
  readonly about: string
  /** Without it, docs/sources.md has a row by hand. */
  readonly basis?: Basis
  /** Files that runs read, relative to the data directory, without `.gz`; empty for generated data. */
  readonly data: readonly string[]
  /** Files that runs of the quick scale read; `data` unless given. */
  readonly quickData?: readonly string[]
  /** Files that runs also read where they are there; a change of any of them makes older records stale. */
  readonly dataIfPresent?: readonly string[]
  /** The files that the run of a configuration can read, where that is less than all of them. */
  readonly dataOf?: (configuration: C) => readonly string[]
  /** Expected minutes on two processors. */
  readonly minutes: Readonly<Record<Scale, number>>
  /** Whether runs look at `isAsked` and go on from `checkpoint`: all, or those of some configurations. */
  readonly resumes?: boolean | ((configuration: C) => boolean)
  /** Whether runs let signals in while they last, so that they can be ended in the thread that hears these. */
  readonly yields?: boolean
  /** Raised whenever `run` gives another result for the same configuration; older records are then run again. */
  readonly revision: number
  /**
   * Configurations to run, given what is done: called again after every round until it names nothing new, so that later
   * rounds may depend on earlier ones. Each configuration holds everything that its result depends on.
   */
  readonly plan: (scale: Scale, seed: number, done: readonly Run<C, R>[]) => readonly C[]
  /** One run. Throws, rejects: Error when it cannot be finished, RunInterrupted when it was asked to end. */
  readonly run: (configuration: C, tools: RunTools) => R | Promise<R>
  /** Claims, figures and tables of the runs of the plan, in the plan's order. */
  readonly judge: (runs: readonly Run<C, R>[], scale: Scale) => Judgment
}

/** An experiment with its types closed, as tables of experiments hold it. */
export function experiment<C extends object, R>(e: Experiment<C, R>): Experiment {
  return e as unknown as Experiment
}

/** What a scale costs; the other keys of a scale are the experiment's own sizes. */
export interface Effort {
  /** Expected minutes on two processors. */
  readonly minutes: number
}

/** What the runs of a scale are judged with. */
export interface Evidence<S, C, R> {
  readonly runs: readonly Run<C, R>[]
  readonly scale: Scale
  /** The row of the experiment's table of scales. */
  readonly setting: S
  /** Builds claims with the experiment's own source and method. */
  readonly claim: ClaimBuilder
}

/** An experiment as its file declares it: one table of scales, and what depends on it. */
export interface Declaration<S extends object, C extends object, R>
  extends Omit<Experiment<C, R>, 'minutes' | 'plan' | 'judge' | 'data' | 'revision'>
{
  /** As of `Experiment`; none unless given. */
  readonly data?: readonly string[]
  /** As of `Experiment`; 1 unless given. */
  readonly revision?: number
  readonly method: Method
  /** Sizes, seeds and times by scale. */
  readonly scales: Readonly<Record<Scale, S & Effort>>
  /**
   * Claims that the quick scale decides, by their ids or what these begin with; all others are undecided there, whatever
   * comes out.
   */
  readonly decidedAtQuick: readonly string[]
  /** As of `Experiment`, with the row of the table in place of the scale's name. */
  readonly plan: (setting: S, seed: number, done: readonly Run<C, R>[]) => readonly C[]
  readonly judge: (evidence: Evidence<S, C, R>) => Judgment
}

/** The experiment that a declaration makes. */
export function declared<S extends object, C extends object, R>(d: Declaration<S, C, R>): Experiment {
  const claim = claimsOf({ source: d.source, method: d.method })
  const isDecided = (id: string): boolean => d.decidedAtQuick.some((name) => id === name || id.startsWith(`${name}-`))
  const atScale = (claims: readonly Claim[], scale: Scale): readonly Claim[] =>
    scale !== 'quick' ? claims : claims.map((one) =>
      isDecided(one.id) || one.verdict === 'outside' ? one : undecided(one, 'quick scale: too small to decide')
    )
  return experiment<C, R>({
    data: [],
    revision: 1,
    ...d,
    minutes: { quick: d.scales.quick.minutes, default: d.scales.default.minutes, paper: d.scales.paper.minutes },
    plan: (scale, seed, done) => d.plan(d.scales[scale], seed, done),
    judge(runs, scale) {
      const judgment = d.judge({ runs, scale, setting: d.scales[scale], claim })
      return { ...judgment, claims: atScale(judgment.claims, scale) }
    },
  })
}

/** One configuration per seed, `count` of them from `seed` on. */
export function perSeed<C>(seed: number, count: number,
  configuration: (seed: number, index: number) => C): readonly C[]
{
  return Array.from({ length: count }, (_, index) => configuration(seed + index, index))
}
