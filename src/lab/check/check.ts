// The main job: put the linear-network theory to the test and say, claim by claim, whether it holds.

import { join } from 'node:path'
import { describeOptions, parseOptions, UsageError } from '../options.ts'
import { openResults, overwriteResults } from '../results.ts'
import { TrainingStopped } from '../../dfa/index.ts'
import type { Command, Console } from '../command.ts'
import type { Claim } from '../claims/claim.ts'
import { claimJson, claimsTable, jsonText, verdictCounts } from '../claims/table.ts'
import { requireDirectory } from '../files.ts'
import { labKernels } from '../kernels.ts'
import { progressLine } from '../progress.ts'
import { textTable } from '../report/table.ts'
import { answer } from './answer.ts'
import { checkOptions, type Configuration } from './configuration.ts'
import type { Moment } from './followed-run.ts'
import { engineClaims } from './engine-claims.ts'
import { identityClaims } from './identities.ts'
import { EARLY, type LabeledRun } from './conditioning-setup.ts'
import { lawClaims } from './conditioning-claims.ts'
import { mnistClaims, type MnistResult, readMnist } from './mnist-claims.ts'
import { checkReport } from './report.ts'
import { sourced } from './sources.ts'

const OPTIONS = { ...checkOptions, overwrite: overwriteResults } as const

const HELP = `feedback-alignment check [options]

Tests the theory of direct feedback alignment in deep linear networks: that the conditioning of the alignment matrices
A_l decides how well the weights, and then the gradients, align. Prints one row per claim: what is predicted, what was
measured, and whether they agree. Needs no data; --data adds MNIST.

Options [default]:
${describeOptions(OPTIONS)}
  --help                          this text

Exit status: 0 no claim fails, 1 a claim fails, 2 bad usage or bad input, 129, 130 or 143 ended by a signal.`

/** The `check` command. */
export const check: Command = {
  name: 'check',
  summary: 'test the linear-network theory, claim by claim (the default command)',
  help: HELP,
  run(args, console) {
    const { overwrite, ...asked } = parseOptions('check', OPTIONS, args)
    const c = resolve(asked)
    if (c.data !== undefined) requireDirectory('--data', c.data)
    const results = openResults(console, overwrite, { '--json': c.json,
      '--report': c.report === undefined ? undefined : join(c.report, 'index.html') })
    const { kernels } = labKernels()
    const start = performance.now()
    const progress = progressLine(process.stderr)
    try {
      // Files first: a damaged one is said before a minute has been spent.
      const data = c.data === undefined ? undefined : readMnist(c.data)
      progress.update('identities')
      const exact = identityClaims(c.seed, c.quick)
      const laws = lawClaims(c, progress)
      const engine = engineClaims(c, laws.runs, kernels, progress)
      const mnist = data === undefined ? undefined : mnistClaims(data, c, kernels, progress)
      const claims = sourced([...exact, ...engine, ...laws.claims, ...(mnist?.claims ?? [])])
      const seconds = (performance.now() - start) / 1000
      progress.clear()
      print(claims, c.verbose, seconds, results.console)
      if (c.json !== undefined) results.write(c.json, json(claims, laws.runs, mnist))
      if (c.report !== undefined) {
        const file = checkReport(c.report, { configuration: c, claims, laws, mnist, seconds, tier: kernels.tier })
        results.console.out(`Report: ${file}`)
      }
      return claims.every(({ verdict }) => verdict !== 'fails') ? 0 : 1
    } catch (cause) {
      if (!(cause instanceof TrainingStopped)) throw cause
      throw new Error(`${cause.message}: --rate ${c.rate} is too large for this task`, { cause })
    } finally {
      progress.clear()
    }
  },
}

/** Fills in what --quick changes, and refuses what cannot be run. */
function resolve(c: Configuration): Configuration {
  const largest = c['target-condition'][c['target-condition'].length - 1]
  if (largest > 1e6) throw new UsageError(`--target-condition: every value must be at most 1e6, got ${largest}`)
  const parameters = c.inputs * c.width + (c.depth - 2) * c.width * c.width + c.width * c.outputs
  if (parameters > 1e8) throw new UsageError(`--width: the network must have at most 1e8 weights, got ${parameters}`)
  if (!Number.isSafeInteger(c.seed + c.seeds + 10)) {
    throw new UsageError(`--seed: all seeds must be below 2^53, got ${c.seed}`)
  }
  // Seeds that were asked for are kept, also under --quick.
  return c.quick && c.seeds === checkOptions.seeds.fallback ? { ...c, seeds: 1 } : c
}

const LEGEND = `
by: the recursion of the alignment matrices (exact, reduced), the float32 engine, full float64 networks, random draws.
Lists: layers 2 … L; of several seeds the one farthest from the law. WA weight alignment, GA gradient alignment,
κ condition number, κ_T of the teacher, κ_x of the inputs. --verbose shows statements,
equations and where tolerances come from.`

/** The table, then what it says: the answer and any failure last, where a terminal shows them. */
function print(claims: readonly Claim[], verbose: boolean, seconds: number, console: Console): void {
  console.out(textTable(claimsTable(claims, verbose, console.width), console.width, console.color))
  console.out(LEGEND)
  console.out(`\n${verdictCounts(claims)} (${seconds.toFixed(1)} s)`)
  for (const { id, statement, verdict } of claims) if (verdict === 'fails') console.out(`FAILS  ${id}: ${statement}`)
  console.out(answer(claims))
}

function momentJson({ loss, conditionNumbers, weightAlignment, probeGradientAlignment }: Moment): object {
  return { loss, conditionNumbers, weightAlignment, probeGradientAlignment }
}

function json(claims: readonly Claim[], runs: readonly LabeledRun[], mnist: MnistResult | undefined): string {
  const content = {
    claims: claims.map(claimJson),
    runs: runs.map(({ targetCondition, feedback, seed, setup, run }) => {
      const early = run.marks.get(EARLY)
      return { depth: setup.depth, inputs: setup.task.teacher.columns, width: setup.feedback[0].rows,
        outputs: setup.task.teacher.rows, targetCondition, feedback, seed, rate: setup.rate, steps: run.steps,
        converged: run.converged, early: early === undefined ? null : momentJson(early),
        final: { ...momentJson(run.final), gradientAlignment: run.final.gradientAlignment } }
    }),
    ...(mnist === undefined ? {} : { mnist: mnist.runs }),
  }
  return jsonText(content)
}
