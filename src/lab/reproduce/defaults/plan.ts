// The cells: every rule at some rates on validation samples, and with its default on models, depths and activations.

import type { ActivationName } from '../../../nn/index.ts'
import { configurationOf, type TrainingConfiguration } from '../../training/configuration.ts'
import { defaultActivation } from '../../training/rule-defaults.ts'
import { RULE_NAMES } from '../../training/rule-uses.ts'
import type { Run } from '../experiment.ts'
import type { CellConfiguration, CellResult } from './training.ts'

/** A finished cell. */
export type CellRun = Run<CellConfiguration, CellResult>

/** A model of the table. */
export interface TableModel {
  /** `mlp` by its hidden widths. */
  readonly model: readonly number[] | 'lenet' | 'cnn'
  readonly epochs: number
  readonly trainingSamples: number
  /** Under each of these, or under that of the rule alone. */
  readonly activations?: readonly ActivationName[]
}

/** Sizes of one scale. */
export interface DefaultsPlan {
  readonly dataset: 'mnist' | 'teacher'
  /** Rates that were tried; none for no sweep. */
  readonly rates: readonly number[]
  /** Hidden widths of the sweep. */
  readonly swept: readonly (readonly number[])[]
  readonly sweptSamples: number
  readonly validationSamples: number
  readonly table: readonly TableModel[]
}

/** Signals that do not end (docs/theory, section 8.7): these rules bound their units unless they are asked not to. */
export const ENDLESS: readonly string[] = RULE_NAMES.filter((rule) => defaultActivation(rule) !== 'relu')

/** What `train` makes of options; faults are those of rules that refuse a model, which the run records. */
function training(dataset: string, options: Readonly<Record<string, unknown>>, seed: number): TrainingConfiguration {
  return configurationOf(new Map(), { dataset, seed, ...options }).configuration
}

/** All cells, those of the sweep first. Why all at once: the sweep shows how the defaults were chosen, and decides nothing. */
export function planDefaults(plan: DefaultsPlan, seed: number): readonly CellConfiguration[] {
  const held = { 'validation-samples': plan.validationSamples }
  const sweep = RULE_NAMES.flatMap((rule) =>
    plan.rates.flatMap((rate) =>
      plan.swept.map((hidden): CellConfiguration => ({ stage: 'rate',
        training: training(plan.dataset, { ...held, rule, rate, hidden, epochs: 1,
          'training-samples': plan.sweptSamples }, seed) })
      )
    )
  )
  const table = RULE_NAMES.flatMap((rule) =>
    plan.table.flatMap(({ model, epochs, trainingSamples, activations = [defaultActivation(rule)] }) =>
      activations.map((activation): CellConfiguration => ({ stage: 'table',
        training: training(plan.dataset, { ...held, rule, activation, epochs, 'training-samples': trainingSamples,
          ...(typeof model === 'string' ? { model } : { hidden: model }) }, seed) })
      )
    )
  )
  return [...sweep, ...table]
}

/** `300-300`, `lenet`. */
export function modelText({ training: { model, hidden } }: CellConfiguration): string {
  return model === 'mlp' ? hidden.join('-') : model
}
