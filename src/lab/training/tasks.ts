// All tasks, and which of them a training is.

import { SPECIAL_OPTIONS, type SpecialOption, type TrainingConfiguration } from './options.ts'
import { characters } from './tasks/characters.ts'
import { classification } from './tasks/classification.ts'
import { clicks } from './tasks/clicks.ts'
import { nodes } from './tasks/nodes.ts'
import type { DataFiles, Task } from './tasks/task.ts'
import { views } from './tasks/views.ts'

/** Every task: one file and one line here. Where two have a model, the first has it that is named alone. */
const TASKS: readonly Task[] = [classification, nodes, characters, views, clicks]

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

/** Names of all data sets. */
export const DATASET_NAMES: readonly string[] = TASKS.flatMap(({ datasets }) => Object.keys(datasets))

/** Names of all models. */
export const MODEL_NAMES: readonly string[] = unique(TASKS.flatMap(({ models }) => models))

/** A line of each task. */
export const TASK_HELP: string = TASKS.map(({ title, about }) => `  ${title}  ${about}`).join('\n')

/** The task of a data set. Throws: RangeError for one that is not there. */
export function taskOf({ dataset }: Pick<TrainingConfiguration, 'dataset'>): Task {
  const found = TASKS.find(({ datasets }) => Object.hasOwn(datasets, dataset))
  if (found !== undefined) return found
  throw new RangeError(`taskOf: dataset must be one of ${DATASET_NAMES.join(', ')}, got ${dataset}`)
}

/** The files of a data set. Throws: as `taskOf`. */
export function filesOf(c: Pick<TrainingConfiguration, 'dataset'>): DataFiles {
  return taskOf(c).datasets[c.dataset]
}

/** Data set and model of a training of which one or both or neither are named; layers as JSON name none. */
export function pair(dataset: string | undefined, model: string | undefined,
  fallback: Pick<TrainingConfiguration, 'dataset' | 'model'>): Pick<TrainingConfiguration, 'dataset' | 'model'>
{
  if (dataset !== undefined) {
    return { dataset, model: model ?? taskOf({ dataset }).models[0] }
  }
  const having = TASKS.find(({ models }) => model !== undefined && models.includes(model))
  if (model === undefined || having === undefined) return { dataset: fallback.dataset, model: model ?? fallback.model }
  return {
    dataset: Object.hasOwn(having.datasets, fallback.dataset) ? fallback.dataset : Object.keys(having.datasets)[0],
    model,
  }
}

/** What is wrong with a data set and a model together; undefined when they fit. */
export function misfit({ dataset, model }: Pick<TrainingConfiguration, 'dataset' | 'model'>): string | undefined {
  const { models, takesLayers } = taskOf({ dataset })
  const isNamed = MODEL_NAMES.includes(model)
  if (isNamed ? models.includes(model) : takesLayers) return undefined
  const others = TASKS.filter((task) => task.models.includes(model)).flatMap(({ datasets }) => Object.keys(datasets))
  const got = isNamed ? `${model}, which is for ${others.join(', ')}` : 'layers as JSON'
  return `--model: ${dataset} takes ${models.join(', ')}${takesLayers ? ' or layers as JSON' : ''}, got ${got}`
}

/** Whether a task has a use for an option of trainings. */
export function usesOption({ uses }: Task, name: string): boolean {
  return !Object.hasOwn(SPECIAL_OPTIONS, name) || uses.includes(name as SpecialOption)
}
