// One table of all practices: what was claimed, what comes out here, and whether to follow it.

import { mean, type Sample } from '../../statistics.ts'
import { FILES } from '../../training/datasets.ts'
import { declared } from '../experiment.ts'
import { learns } from '../practices/claims.ts'
import type { NetworkSpec } from '../practices/networks.ts'
import { FC_SCALES, type NetworkScale, type Part, planParts, presented, rowsOf } from '../practices/parts.ts'
import { variant } from '../practices/plan.ts'
import { alignments, gain, type NamedRuns, percent, text } from '../practices/presentation.ts'
import { type Practice, type PracticeResult, trainPractice } from '../practices/training.ts'
import { tableOf } from '../series.ts'

interface Setting {
  readonly fc: NetworkScale
}

interface PracticeRow {
  readonly practice: string
  readonly claimed: string
  /** Index of the variant that follows the practice, and of the one that does not. */
  readonly pair: readonly [followed: string, not: string]
}

/** What is trained, and at which rate: those of the other experiments. */
const VARIANTS: readonly (readonly [string, Partial<NetworkSpec>, Partial<Practice>, number])[] = [['recipe', {}, {},
  0.1], ['no normalization', {}, { normalization: 'none' }, 0.003], ['a matrix per layer', {}, {
  sharing: 'independent',
}, 0.1], ['relu', { activation: 'relu' }, {}, 0.03], ['batch norm', { batchNorm: true }, { hiddenReduction: 'sum' },
  0.003], ['dropout', { inputDropout: 0.1, dropout: 0.1 }, {}, 0.1], ['pre-aligned', {}, { initial: 'pre-aligned' },
  0.1], ['hidden errors summed', {}, { hiddenReduction: 'sum' }, 0.003]]

const ROWS: readonly PracticeRow[] = [{
  practice: 'normalize feedback by √(n·K)',
  claimed: 'yes (code)',
  pair: ['recipe', 'no normalization'],
}, {
  practice: 'one matrix, sliced, for all layers',
  claimed: 'yes (code): memory',
  pair: ['recipe', 'a matrix per layer'],
}, { practice: 'tanh rather than relu', claimed: 'yes (from memory)', pair: ['recipe', 'relu'] }, {
  practice: 'batch norm after activations',
  claimed: 'tested (code)',
  pair: ['batch norm', 'hidden errors summed'],
}, { practice: 'dropout', claimed: 'little or none (from memory)', pair: ['dropout', 'recipe'] }, {
  practice: 'pre-aligned weights',
  claimed: 'aligns (code)',
  pair: ['pre-aligned', 'recipe'],
}, {
  practice: 'hidden errors summed, output averaged',
  claimed: 'done (code)',
  pair: ['hidden errors summed', 'recipe'],
}]

function partOf({ fc }: Setting): Part {
  return {
    title: 'Practices on the fully connected network',
    variants: VARIANTS.map(([name, change, more]) => variant(name, fc, { ...fc.network, ...change }, more)),
    rates: VARIANTS.map(([, , , first]) => fc.faster * first),
    seeds: fc.seeds,
  }
}

/** By test accuracy, beyond twice the standard error: the rule for every row alike. */
function advice({ mean: points, standardError, seeds }: Sample): string {
  if (!Number.isFinite(points)) return 'not measured'
  if (seeds < 2) return 'one seed: undecided'
  return points > 2 * standardError ? 'follow'
    : points < -2 * standardError ? 'do not follow' : 'makes no difference here'
}

function tableRow({ practice, claimed }: PracticeRow, followed: NamedRuns, not: NamedRuns, layers: number) {
  const points = gain(percent(followed), percent(not))
  const cosines = Array.from({ length: layers }, (_, l) => gain(alignments(followed, l), alignments(not, l)))
  const shown = ({ mean: own, standardError, seeds }: Sample, digits: number): string =>
    seeds > 1 ? `${text(own, digits)} ± ${text(standardError, digits)}` : text(own, digits)
  return [practice, claimed, text(mean(percent(followed))), text(mean(percent(not))), shown(points, 1),
    cosines.map((one) => text(one.mean, 2)).join(', '), points.seeds, advice(points)]
}

/** The table of all practices. */
export const bestPractices = declared<Setting, Practice, PracticeResult>({
  name: 'launay2019/best-practices',
  title: 'All practices in one table',
  source: 'launay2019',
  method: 'training',
  about: 'Each practice with and without it, all in short trainings of one size at the rates of the other experiments. '
    + 'A practice is to be followed where it gains test accuracy beyond twice the standard error over seeds; alignment is '
    + 'shown and does not decide. The experiments of each practice have more of it.',
  data: FILES.cifar10,
  quickData: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.05, fc: { ...FC_SCALES.quick, trainingSamples: 100 } },
    default: { minutes: 0.6, fc: { ...FC_SCALES.default, trainingSamples: 1000, epochs: 4, seeds: 2 } },
    paper: { minutes: 470, fc: FC_SCALES.paper },
  },
  decidedAtQuick: [],
  plan: (setting, first, done) => planParts([partOf(setting)], first, done),
  resumes: true,
  run: trainPractice,
  judge({ runs, claim, setting }) {
    const part = partOf(setting)
    const rows = rowsOf(part, runs)
    const named = (name: string): NamedRuns => rows[VARIANTS.findIndex(([own]) => own === name)]
    const shown = presented([part], [rows])
    const table = tableOf(
      'Practices: points of test accuracy and cosine by layer that following one gains, mean ± standard error.',
      ['practice', 'claimed', 'test % with', 'test % without', 'points gained', 'cosines gained, layer by layer',
        'seeds', 'here'],
      ROWS.map((row) =>
        tableRow(row, named(row.pair[0]), named(row.pair[1]), setting.fc.network.widths.length)
      ),
    )
    return { claims: [learns(claim, 'practices-learn', rows)], ...shown, tables: [table, ...shown.tables] }
  },
})
