// What `train` does when it is told a rule and a model and nothing else.

import { defaultActivation, defaultRate } from '../../training/rule-defaults.ts'
import { FILES } from '../../training/datasets.ts'
import { RULE_ALIASES } from '../../training/rule-uses.ts'
import type { Cell } from '../../report/table.ts'
import { declared } from '../experiment.ts'
import { type NamedTable, tableOf } from '../series.ts'
import { type CellRun, type DefaultsPlan, ENDLESS, modelText, planDefaults } from './plan.ts'
import { type CellConfiguration, type CellResult, trainCell } from './training.ts'

const BOTH = ['relu', 'tanh'] as const
const deep = (width: number, depths: readonly number[]): readonly (readonly number[])[] =>
  depths.map((depth) => Array.from({ length: depth }, () => width))

const WIDE = deep(300, [1, 2, 3, 5])
const MNIST = {
  dataset: 'mnist',
  rates: [0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001],
  swept: WIDE,
  sweptSamples: 10_000,
  validationSamples: 6000,
} as const

const SCALES: Readonly<Record<'quick' | 'default' | 'paper', DefaultsPlan & { readonly minutes: number }>> = {
  quick: {
    minutes: 0.3,
    dataset: 'teacher',
    rates: [],
    swept: [],
    sweptSamples: 0,
    validationSamples: 0,
    table: deep(30, [1, 3]).map((model) => ({ model, epochs: 2, trainingSamples: 4000, activations: BOTH })),
  },
  default: {
    minutes: 10,
    ...MNIST,
    table: [...WIDE.map((model) => ({ model, epochs: 1, trainingSamples: 0, activations: BOTH })),
      ...[...deep(100, [5]), ...deep(1000, [2])].map((model) => ({ model, epochs: 1, trainingSamples: 0 })), {
      model: 'lenet',
      epochs: 1,
      trainingSamples: 0,
    }, { model: 'cnn', epochs: 1, trainingSamples: 10_000 }],
  },
  paper: {
    minutes: 300,
    ...MNIST,
    table: [
      ...[...deep(100, [1, 5]), ...WIDE, ...deep(1000, [1, 5])].map((model) => ({ model, epochs: 5, trainingSamples: 0,
        activations: BOTH })
      ),
      ...(['lenet', 'cnn'] as const).map((model) => ({ model, epochs: 5, trainingSamples: 0 })),
    ],
  },
}

const short = (rule: string): string =>
  Object.entries(RULE_ALIASES).find(([, name]) => name === rule)?.[0].toUpperCase() ?? rule

/** Infinite for what is not finite, or was never come to. */
const orInfinite = (loss: number | undefined): number => loss !== undefined && Number.isFinite(loss) ? loss : Infinity

/** Loss after an epoch over loss at the start, the largest; infinite where a value was not finite. */
function worst({ losses, stopped }: CellResult): number {
  return stopped !== undefined ? Infinity : Math.max(...losses.slice(1).map(orInfinite)) / losses[0]
}

const isRefused = ({ result }: CellRun): boolean => result.refused !== undefined

/** Validation loss by depth at one rate, the worst; infinite for what diverged. */
function worstLoss(runs: readonly CellRun[]): number {
  return Math.max(
    ...runs.map(({ result: { losses, stopped } }) => stopped !== undefined ? Infinity : orInfinite(losses[1])),
  )
}

/** Depths that share a default rate. */
const DEPTHS: readonly (readonly [text: string, hidden: readonly number[]])[] = [['1, 2', WIDE[0]], ['3, 5', WIDE[2]]]

/** The worst validation loss at each rate, over the depths that share the default rate of `hidden`. */
function sweepOf(runs: readonly CellRun[], rule: string, hidden: readonly number[],
  rates: readonly number[]): readonly number[]
{
  return rates.map((rate) =>
    worstLoss(
      runs.filter(({ configuration: { stage, training: c } }) =>
        stage === 'rate' && c.rule === rule && c.rate === rate && c.hidden.length > 2 === hidden.length > 2
      ),
    )
  )
}

function cellText({ result }: CellRun): Cell {
  const { losses, accuracies, refused, stopped } = result
  if (refused !== undefined) return 'refused'
  const after = accuracies.length > 1 ? (100 * accuracies[1]).toFixed(1) : '–'
  const end = stopped === undefined ? losses[losses.length - 1].toPrecision(3) : `stopped at step ${stopped}`
  return `${after} / ${end}`
}

function tablesOf(runs: readonly CellRun[], { rates }: DefaultsPlan): readonly NamedTable[] {
  const table = runs.filter(({ configuration }) => configuration.stage === 'table')
  const rules = [...new Set(table.map(({ configuration }) => configuration.training.rule))]
  const columnOf = ({ configuration: c }: CellRun): string => modelText(c)
  const own = tableOf(
    'Test accuracy after the first epoch in % / test loss at the end, by hidden widths or model. Chance: 11.4 % at a '
      + 'loss of 2.30. An asterisk: the activation that the rule takes by default',
    ['rule', 'activation', ...new Set(table.map(columnOf))],
    rules.flatMap((rule) =>
      [...new Set(
        table.filter((run) => run.configuration.training.rule === rule).map((run) =>
          run.configuration.training.activation
        ),
      )].map((
        activation,
      ) => [short(rule), `${activation}${defaultActivation(rule) === activation ? '*' : ''}`,
        ...[...new Set(table.map(columnOf))].map((column): Cell => {
          const found = table.find((run) =>
            columnOf(run) === column
            && run.configuration.training.rule === rule
            && run.configuration.training.activation === activation
          )
          return found === undefined ? null : cellText(found)
        })]
      )
    ),
  )
  if (rates.length === 0) return [own]
  return [own,
    tableOf('Validation loss after one epoch by rate, the worst of the depths; the default in brackets', ['rule',
      'hidden layers', ...rates.map(String)],
      rules.flatMap((rule) =>
        DEPTHS.map((
          [depths, hidden],
        ) => [short(rule), depths, ...sweepOf(runs, rule, hidden, rates).map((loss, at): Cell => {
          const text = Number.isFinite(loss) ? loss.toPrecision(3) : 'diverged'
          return rates[at] === defaultRate(rule, 'adam', hidden) ? `[${text}]` : text
        })])
      ))]
}

/** Every rule with the defaults of `train`. */
export const trainDefaults = declared<DefaultsPlan, CellConfiguration, CellResult>({
  name: 'train-defaults',
  title: 'Defaults of train: every rule learns, and none runs away',
  source: 'theory (8.20), (8.21), (8.23), (8.24), (8.25)',
  method: 'training',
  about: 'Trainings with the defaults of the command `train`: nothing is given but rule, model and, in half of the '
    + 'cells, the activation; Adam, a rate by rule. The rates were chosen on validation samples, the first table shows '
    + 'what they do on test samples. Rules whose signal does not vanish with the error (DRTP, sDFA), or feeds itself '
    + '(IFA), are said to run away with relu in deep networks; by default they have tanh.',
  basis: {
    statement: 'derived here',
    setting: 'defaults of `train`; rates chosen on validation samples',
    compared: 'chance; the loss at the start',
  },
  data: FILES.mnist,
  quickData: [],
  scales: SCALES,
  decidedAtQuick: [],
  plan: (plan, seed) => planDefaults(plan, seed),
  resumes: true,
  run: trainCell,
  judge({ runs, claim, setting }) {
    const table = runs.filter((run) => run.configuration.stage === 'table' && !isRefused(run))
    const isOwn = ({ configuration: { training: c } }: CellRun): boolean => c.activation === defaultActivation(c.rule)
    const isMlp = ({ configuration: { training: c } }: CellRun): boolean => c.model === 'mlp'
    const isEndless = ({ configuration: { training: c } }: CellRun): boolean => ENDLESS.includes(c.rule)
    const groups = [['mlp', 'mlp, the rule’s activation', table.filter((run) => isOwn(run) && isMlp(run))], ['models',
      'LeNet and cnn', table.filter((run) => !isMlp(run))], ['tanh', 'mlp, tanh under rules that take relu',
      table.filter((run) => !isOwn(run) && !isEndless(run))]] as const
    const runaway = table.filter((run) =>
      !isOwn(run) && isEndless(run) && run.configuration.training.hidden.length >= 3
    )
    const rules = [...new Set(table.map(({ configuration }) => configuration.training.rule))]
    const regret = (rule: string): number => {
      return Math.max(...DEPTHS.map(([, hidden]) => {
        const losses = sweepOf(runs, rule, hidden, setting.rates)
        return losses[setting.rates.indexOf(defaultRate(rule, 'adam', hidden))] / Math.min(...losses)
      }))
    }
    return {
      claims: [
        ...groups.filter(([, , cells]) => cells.length > 0).flatMap((
          [id, text, cells],
        ) => [
          claim.atLeast(`defaults-learn-${id}`, `${text}: least test accuracy of ${cells.length} cells after one epoch`,
            Math.min(...cells.map(({ result }) => result.accuracies[1] ?? 0)), 0.2,
            'twice chance, fixed before the runs'),
          claim.atMost(`defaults-bounded-${id}`,
            `${text}: largest loss after any epoch, as a share of that at the start`,
            Math.max(...cells.map(({ result }) => worst(result))), 1, 'never above the start'),
        ]),
        ...(runaway.length === 0 ? []
          : [
            claim.above('defaults-runaway',
              'relu under IFA, DRTP and sDFA, three hidden layers or more: least of the '
                + 'largest losses, as a share of that at the start', Math.min(...runaway.map(({ result }) =>
                  worst(result)
                )), 1, 'theory (8.23), (8.24): the reason why these take tanh'),
          ]),
        ...(setting.rates.length === 0 ? []
          : [
            claim.atMost('defaults-rates',
              'worst validation loss over depths at the default rate, as a multiple of that '
                + 'at the best rate of the sweep: the largest over rules', Math.max(...rules.map(regret)), 1.5,
              'rates are shared by families of rules, fixed before the runs'),
          ]),
      ],
      figures: [],
      tables: tablesOf(runs, setting),
      findings: groups.filter(([, , cells]) => cells.length > 0).map(([, text, cells]) => {
        const least = cells.reduce((a, b) => (b.result.accuracies[1] ?? 0) < (a.result.accuracies[1] ?? 0) ? b : a)
        return `${text}: the least accuracy after one epoch is ${
          (100 * (least.result.accuracies[1] ?? 0)).toFixed(1)
        } %, ` + `of ${short(least.configuration.training.rule)} on ${modelText(least.configuration)}.`
      }),
    }
  },
})
