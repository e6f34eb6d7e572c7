// npm run bench: the limits of the machine, then one suite or all, then the targets.

import { describeOptions, flag, nearest, parseOptions, path, UsageError, words } from '../src/lab/options.ts'
import type { Tier } from '../src/tensor/tiers/kernels.ts'
import { benchCompetition } from './competition.ts'
import { benchElementwise } from './elementwise.ts'
import { benchEpoch } from './epoch.ts'
import { benchFunctions } from './functions.ts'
import { benchModel } from './model-step.ts'
import { benchRecommender } from './recommender.ts'
import { type Budget, FULL, QUICK, WrongResult } from './harness.ts'
import { type Limits, measureLimits, printLimits } from './limits.ts'
import { benchMatmul } from './matmul.ts'
import { benchOnline } from './online.ts'
import { benchParallel } from './parallel.ts'
import { machine, type Row, writeLines } from './report.ts'
import { benchStartup } from './startup.ts'
import { benchStep } from './step.ts'
import { judge } from './targets.ts'
import { type Candidate, candidates } from './tiers.ts'

/** What a suite measures with. */
interface Setting {
  readonly running: readonly Candidate[]
  readonly limits: Limits
  readonly budget: Budget
  readonly quick: boolean
  readonly markdown: boolean
}

const SUITES: Readonly<Record<string, (setting: Setting) => readonly Row[] | Promise<readonly Row[]>>> = {
  competition: ({ quick }) => benchCompetition(quick),
  matmul: ({ running, limits, budget, quick }) => benchMatmul(running, limits, budget, quick),
  elementwise: ({ limits, budget }) => benchElementwise(limits, budget),
  functions: ({ budget, quick }) => benchFunctions(budget, quick),
  step: ({ running, limits, budget, quick }) => benchStep(running, limits, budget, quick),
  epoch: ({ running, budget }) => benchEpoch(running, budget),
  graph: ({ running, budget }) => benchModel('gcn', running, budget),
  transformer: ({ running, budget }) => benchModel('transformer', running, budget),
  recommender: ({ running, budget }) => benchRecommender(running, budget),
  nerf: ({ running, budget }) => benchModel('nerf', running, budget),
  parallel: ({ quick, markdown }) => benchParallel(quick, markdown),
  online: ({ budget }) => benchOnline(budget),
  startup: ({ quick }) => benchStartup(quick),
}

const TIERS = ['blocked', 'simd', 'threads'] as const

const OPTIONS = {
  tier: words<Tier>(TIERS, TIERS, 'tiers of matmul and step'),
  quick: flag('small shapes and few samples: whether everything runs and is right, not how fast'),
  markdown: flag('print the table of the suite parallel in Markdown'),
  json: path('FILE', 'write machine, rows and targets as JSON lines'),
}

const HELP = [`npm run bench -- [${Object.keys(SUITES).join('|')}|all] [options]`, '',
  'Measures the limits of this machine, then the suite, every result checked before it is timed; judges the targets.',
  '', describeOptions(OPTIONS), '',
  'Exit status: 0 all results right (whatever their speed), 1 a wrong result, 2 bad usage.'].join('\n')

async function run(args: readonly string[]): Promise<void> {
  const [first = 'all', ...rest] = args
  const named = !first.startsWith('-')
  const options = named ? rest : args
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP)
    return
  }
  const suite = named ? first : 'all'
  const known = [...Object.keys(SUITES), 'all']
  if (!known.includes(suite)) {
    const near = nearest(suite, known)
    throw new UsageError(`unknown suite "${suite}"${near === undefined ? '' : `; did you mean ${near}?`} (see --help)`)
  }
  const { tier, quick, markdown, json } = parseOptions(suite, OPTIONS, options)
  const here = machine()
  if (!here.quiet) {
    console.log(`warning: the machine is not quiet (load average ${here.loadAverage}), all figures are indicative only`)
  }
  const { cpu, cores, node, v8, platform, date, loadAverage } = here
  console.log(`${cpu}, ${cores} processors, Node ${node} (V8 ${v8}), ${platform}, ${date}, load average ${loadAverage}`)
  const budget = quick ? QUICK : FULL
  const limits = measureLimits()
  printLimits(limits)
  const { running, refused } = candidates(tier)
  for (const reason of refused) console.log(`not run: ${reason}`)
  const rows = [...limits.rows]
  try {
    for (const [name, measure] of Object.entries(SUITES)) {
      if (suite === 'all' || suite === name) rows.push(...await measure({ running, limits, budget, quick, markdown }))
    }
  } finally {
    for (const { close } of running) close()
  }
  const targets = judge(rows, suite === 'all')
  if (json !== undefined) writeLines(json, [here, ...rows, ...targets])
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof WrongResult || error instanceof UsageError)) throw error
  console.error(`bench: ${error instanceof WrongResult ? 'wrong result: ' : ''}${error.message}`)
  process.exitCode = error instanceof WrongResult ? 1 : 2
}
