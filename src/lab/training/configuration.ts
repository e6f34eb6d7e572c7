// A configuration out of what is asked: defaults of its task, a configuration file, the command line; and what is wrong
// with it.

import { readText } from '../files.ts'
import { type Layer, walk } from '../../nn/index.ts'
import { installRule, type LearningRule, RULES, spectrumPowers } from '../../dfa/index.ts'
import { layersAbovePoints } from '../../dfa/pre-alignment.ts'
import { partsOf } from '../../dfa/rules/rule.ts'
import { blockedKernels, choose, identity, type Kernels, type Matrix } from '../../tensor/index.ts'
import { nearest, type Option, text, UsageError, word } from '../options.ts'
import { respellKeys } from '../spelling.ts'
import { OPTIMIZERS, type OptimizerSource } from './optimizers.ts'
import { COMMON_OPTIONS, SPECIAL_OPTIONS, type SpecialOption, type TrainingConfiguration } from './options.ts'
import { backwardGains } from './rule-defaults.ts'
import { RULE_OPTIONS, ruleUses } from './rule-uses.ts'
import { DATASET_NAMES, misfit, MODEL_NAMES, pair, taskOf, usesOption } from './tasks.ts'
import type { Choice } from './tasks/task.ts'

export type { TrainingConfiguration } from './options.ts'

/** The options of a training, as `train` declares them and a configuration file names them. */
export const TRAINING_OPTIONS = {
  dataset: { ...word(DATASET_NAMES, 'teacher', 'data set; teacher, spheres and clicks are generated'),
    placeholder: 'NAME' },
  model: text('NAME|JSON|FILE', 'mlp', `${MODEL_NAMES.join(', ')}, or layers as JSON`),
  ...SPECIAL_OPTIONS,
  ...COMMON_OPTIONS,
} as const

const OPTIONS: Readonly<Record<string, Option<unknown>>> = TRAINING_OPTIONS

/** All defaults of a task that has none of its own. */
export const DEFAULTS: TrainingConfiguration = Object.fromEntries(
  Object.entries(TRAINING_OPTIONS).map(([name, { fallback }]) => [name, fallback]),
) as TrainingConfiguration

/** The defaults of a training with this data set, model and rule. */
export function defaultsOf(choice: Choice): TrainingConfiguration {
  const { dataset, model, rule } = choice
  const own = misfit(choice) === undefined ? taskOf(choice).defaultsFor(choice) : {}
  return { ...DEFAULTS, ...own, dataset, model, rule }
}

/**
 * A configuration out of option texts (command line) over values (configuration file) over defaults.
 * Every fault is found before any is reported: unknown names, values out of range, options that the rule or the optimizer
 * has no use for, a model whose shapes do not fit.
 */
export function configure(texts: ReadonlyMap<string, string>,
  file: Readonly<Record<string, unknown>> = {}
): { readonly configuration: TrainingConfiguration; readonly faults: readonly string[] } {
  const { configuration, given, faults } = configurationOf(texts, file)
  const wrong = misfit(configuration)
  if (wrong !== undefined) return { configuration, faults: [...faults, wrong] }
  checkUse(configuration, given, faults)
  checkModel(configuration, faults)
  return { configuration, faults }
}

/**
 * The same without a look at whether its parts fit each other, for which a network is built: faults are those of names and
 * values alone. `given` are the options that were asked for.
 */
export function configurationOf(texts: ReadonlyMap<string, string>,
  file: Readonly<Record<string, unknown>> = {}
): { readonly configuration: TrainingConfiguration; readonly given: ReadonlySet<string>; readonly faults: string[] } {
  const faults: string[] = []
  const values: Partial<Record<string, unknown>> = {}
  const given = new Set<string>()
  const read = (name: string, content: string): void => {
    given.add(name)
    try {
      values[name] = OPTIONS[name].read(content, name)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      faults.push(error.message)
    }
  }
  for (const [name, value] of Object.entries(respellKeys(file))) {
    if (!Object.hasOwn(TRAINING_OPTIONS, name)) {
      const near = nearest(name, Object.keys(TRAINING_OPTIONS))
      faults.push(`${name}: is no option of a training${near === undefined ? '' : `; did you mean ${near}?`}`)
    } else if (typeof OPTIONS[name].fallback === 'boolean') {
      if (typeof value === 'boolean') {
        values[name] = value
        if (value) given.add(name)
      } else faults.push(`--${name}: value must be true or false, got ${JSON.stringify(value)}`)
    } else if (typeof value === 'string' || typeof value === 'number' || isList(name, value)) read(name, String(value))
    else if (name === 'model' && typeof value === 'object' && value !== null) read(name, JSON.stringify(value))
    else faults.push(`--${name}: value must be text or a number, got ${JSON.stringify(value)}`)
  }
  for (const [name, content] of texts) if (Object.hasOwn(TRAINING_OPTIONS, name)) read(name, content)
  const asked = { ...DEFAULTS, ...values }
  if (given.has('model')) values['model'] = modelText(asked.model, faults)
  const chosen = pair(given.has('dataset') ? asked.dataset : undefined,
    given.has('model') ? values['model'] as string : undefined, DEFAULTS)
  const configuration: TrainingConfiguration = {
    ...defaultsOf({ ...chosen, rule: asked.rule, optimizer: asked.optimizer, hidden: asked.hidden }),
    ...values,
    ...chosen,
  }
  return { configuration, given, faults }
}

/** The model travels with the configuration: its name or its layers, not a path that may change. */
function modelText(model: string, faults: string[]): string {
  if (MODEL_NAMES.includes(model) || model.trimStart().startsWith('{')) return model
  try {
    const content = readText(model)?.trim()
    if (content !== undefined) return content
    const near = nearest(model, MODEL_NAMES)
    faults.push(
      `--model: must be one of ${MODEL_NAMES.join(', ')}, a JSON object or a file of it, got "${model.slice(0, 60)}"${
        near === undefined ? '' : `; did you mean ${near}?`
      }`,
    )
  } catch (cause) {
    faults.push(`--model: ${(cause as Error).message}`)
  }
  return DEFAULTS.model
}

/** A list of plain values for an option that takes a list. */
function isList(name: string, value: unknown): boolean {
  const { fallback } = OPTIONS[name]
  return (Array.isArray(fallback)
    && Array.isArray(value)
    && value.every((one) => typeof one === 'number' || typeof one === 'string'))
}

function checkUse(c: TrainingConfiguration, given: ReadonlySet<string>, faults: string[]): void {
  const unused = (names: readonly string[], wanted: boolean, why: string): void => {
    if (wanted) return
    for (const name of names) if (given.has(name)) faults.push(`--${name}: ${why}`)
  }
  const task = taskOf(c)
  for (const name of given) {
    if (usesOption(task, name)) continue
    const why = task.reasons[name as SpecialOption]
    faults.push(`--${name}: ${task.subject(c)} has no use for it${why === undefined ? '' : `: ${why}`}`)
  }
  for (const name of RULE_OPTIONS) {
    if (given.has(name) && usesOption(task, name) && !ruleUses(c.rule, name)) {
      faults.push(`--${name}: ${c.rule} has no use for it`)
    }
  }
  task.refuse(c, given, faults)
  if (ruleUses(c.rule, 'feedback')) {
    unused(['feedback-connections'], c.feedback === 'sparse', `only sparse feedback has connections, got ${c.feedback}`)
    unused(['feedback-exponent'], c.feedback === 'shaped', `only shaped feedback has an exponent, got ${c.feedback}`)
    unused(['feedback-rank'], c.feedback === 'low-rank', `only low-rank feedback has a rank, got ${c.feedback}`)
  }
  const optimizer: OptimizerSource = OPTIMIZERS[c.optimizer]
  unused(['momentum'], optimizer.uses.includes('momentum'), `${c.optimizer} has no momentum`)
  unused(['weight-decay'], optimizer.uses.includes('weight-decay'),
    `${c.optimizer} has no weight decay; use momentum with --momentum 0`)
  unused(['milestones'], c.schedule === 'step', `the ${c.schedule} schedule has no milestones`)
  if (c.schedule === 'step' && c.milestones.length === 0) {
    faults.push('--milestones: the step schedule must have at least one')
  }
  const late = c.milestones.find((epoch) => epoch >= c.epochs)
  if (c.schedule === 'step' && late !== undefined) {
    faults.push(`--milestones: values must be below the ${c.epochs} epochs, got ${late}`)
  }
  if (c.milestones.some((value, index) => index > 0 && value <= c.milestones[index - 1])) {
    faults.push(`--milestones: values must ascend, got ${c.milestones.join(',')}`)
  }
  unused(['warm-up'], c.schedule === 'inverse-root', `the ${c.schedule} schedule has no warm-up`)
  unused(['masked-share'], c['masked-layer'] !== '', 'no --masked-layer is given')
  if (c['pre-align'] && !ruleUses(c.rule, 'feedback-sharing')) {
    faults.push(`--pre-align: must have a direct rule, got ${c.rule}`)
  }
  if (c['clip-norm'] > 0 && c['clip-value'] > 0) faults.push('--clip-value: cannot be combined with --clip-norm')
}

/** Layers with parameters by their names, with commas between; none for an empty text. Throws: UsageError listing those that there are. */
export function layersNamed(network: Layer, option: string, names: string): readonly Layer[] {
  const known = walk(network).filter(({ parameters }) => parameters.length > 0)
  if (names === '') return []
  return names.split(',').map((name) => name.trim()).map((wanted) => {
    const found = known.find(({ name }) => name === wanted)
    if (found !== undefined) return found
    throw new UsageError(
      `--${option}: layers must be among ${known.map(({ name }) => name).join(', ')}, got "${wanted}"`,
    )
  })
}

/** The rule of a configuration. `spectrum` gives Σ_yx Σ_yxᵀ, of which shaped feedback is made. */
export function ruleOf(c: TrainingConfiguration, kernels: Kernels, spectrum: () => Matrix): LearningRule {
  return choose('ruleOf', 'rule', c.rule, RULES)({
    kind: c.feedback,
    normalization: c['feedback-normalization'],
    sharing: c['feedback-sharing'],
    seed: c['feedback-seed'],
    nonZero: c['feedback-connections'],
    rank: c['feedback-rank'],
    ...(c.feedback === 'shaped' ? { shapes: spectrumPowers(spectrum(), c['feedback-exponent']) } : {}),
    maps: c['feedback-maps'],
    ...backwardGains(c),
    decay: c.decay,
    decayed: c.decayed,
    decayTimesRate: c['decay-times-rate'],
    mirrorRate: c['mirror-rate'],
    samples: c['mirror-samples'],
    first: c['mirror-first'],
    kernels,
  })
}

/** What only a network can tell: sizes that do not fit, layers that are not there, what the rule refuses. */
function checkModel(c: TrainingConfiguration, faults: string[]): void {
  let network: Layer | undefined
  try {
    network = taskOf(c).sketch(c, faults)
    if (network === undefined) return
    layersNamed(network, 'frozen-layers', c['frozen-layers'])
    layersNamed(network, 'masked-layer', c['masked-layer'])
  } catch (error) {
    if (error instanceof UsageError) {
      faults.push(error.message)
      return
    }
    faults.push(`model: does not fit ${c.dataset}: ${(error as Error).message}`)
    return
  }
  try {
    // Only an installation shows whether the rule can train this model with this feedback.
    const found = network
    const parts = installRule(found, ruleOf(c, blockedKernels, () => identity(partsOf(found).outputs)))
    if (c['pre-align'] && usesOption(taskOf(c), 'pre-align')) layersAbovePoints(parts)
  } catch (error) {
    faults.push(`rule: ${(error as Error).message}`)
  }
}
