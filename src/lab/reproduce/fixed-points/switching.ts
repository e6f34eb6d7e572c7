// A training whose rule changes: what the loss does where another rule takes over.

import { gatherRows } from '../../../data/index.ts'
import { type LearningRule, type Measured, TrainingStopped, transportAlignment } from '../../../dfa/index.ts'
import { parametersOf, sgd } from '../../../nn/index.ts'
import { tensor } from '../../../tensor/index.ts'
import type { RunTools } from '../experiment.ts'
import { last } from '../../statistics.ts'
import { logSpaced } from '../series.ts'
import { sharpness } from './sharpness.ts'
import { defined, type NetworkConfiguration, type NetworkRule, planNetwork, ruleOf } from './training.ts'

/** What takes over for how long; `copied` is FA with R = W of that moment. */
export interface Next {
  readonly rule: NetworkRule | 'copied'
  readonly epochs: number
  /** Over the rate before. */
  readonly slower: number
}

/** Trains by `rule` until the mean loss over the training samples is at most `residual`, then by the others in turn. */
export interface SwitchConfiguration extends NetworkConfiguration {
  readonly residual: number
  readonly next: readonly Next[]
}

/** One rule's part of the training; the first time is that at which it takes over. */
export interface Phase {
  readonly steps: readonly number[]
  readonly loss: readonly number[]
  /** cos∠(W_L, R_L) at the same times; null under other rules. */
  readonly weight: readonly Measured[]
  /** |change of all weights| over their length before, at the end. */
  readonly moved: number
  /** η times the largest curvature of the loss at the end, over 500 samples at most, η that of the first rule; null where values are not finite. */
  readonly sharpness: Measured
}

export interface SwitchResult {
  readonly perEpoch: number
  /** Whether the first rule came to the residual; phases of others are missing if not. */
  readonly reached: boolean
  readonly phases: readonly Phase[]
  readonly stopped: number | null
}

/** R_l = W_l of the moment of installation, and fixed from then on. */
function copiedFeedback(): LearningRule {
  return {
    name: 'copied feedback',
    install({ carriers }) {
      for (const layer of carriers.slice(1)) {
        layer.transport = tensor(layer.weight.value.shape, layer.weight.value.data.slice())
      }
    },
  }
}

/** Runs all phases. */
export function trainSwitching(c: SwitchConfiguration, tools: RunTools): SwitchResult {
  const kernels = tools.kernels('float32')
  const { network, run, training, loss: objective } = planNetwork({
    ...c,
    epochs: c.next.reduce((sum, { epochs }) => sum + epochs, c.epochs),
  }, tools)
  const { perEpoch, trainer } = run
  const rows = Array.from({ length: Math.min(500, training.inputs.shape[0]) }, (_, i) => i)
  const some = { inputs: gatherRows(training.inputs, rows), targets: gatherRows(training.targets, rows) }
  const coming = c.next.map(({ rule, epochs, slower }) => ({
    rule: rule === 'copied' ? copiedFeedback() : ruleOf({ ...c, rule }, kernels),
    epochs,
    optimizer: sgd(c.rate / slower, kernels),
  }))
  const phases: Phase[] = []
  const weights = (): readonly Float32Array[] => parametersOf(network).map(({ value }) => value.data)
  const phase = (times: readonly number[], until: (loss: number) => boolean): boolean => {
    const begun = weights().map((data) => data.slice())
    const found = { steps: [] as number[], loss: [] as number[], weight: [] as Measured[] }
    let ended = false
    const finish = (): void => {
      phases.push({
        ...found,
        sharpness: defined(c.rate * sharpness(network, objective, some, kernels)),
        moved: Number((distance(weights(), begun) / length(begun)).toPrecision(6)),
      })
    }
    try {
      run.run({
        times,
        progress: tools.progress,
        measure() {
          const { loss } = run.score(training)
          if (!Number.isFinite(loss)) throw new TrainingStopped(trainer.steps, 'training loss')
          found.steps.push(trainer.steps)
          found.loss.push(Number(loss.toPrecision(6)))
          found.weight.push(defined(transportAlignment(network).at(-1)?.cosine ?? NaN))
          ended = until(loss)
        },
        until: () => ended,
      })
    } finally {
      finish()
    }
    return ended
  }
  let reached = false
  try {
    const ends = Array.from({ length: c.epochs }, (_, epoch) => (epoch + 1) * perEpoch)
    reached = phase([0, ...ends], (loss) => loss <= c.residual || trainer.steps === last(ends))
      && last(phases[0].loss) <= c.residual
    for (const { rule, epochs, optimizer } of reached ? coming : []) {
      trainer.switchRule(rule, { optimizer })
      const from = trainer.steps, to = from + epochs * perEpoch
      phase([from, ...logSpaced(1, to - from, 40).map((step) => from + step)], () => trainer.steps === to)
    }
  } catch (cause) {
    if (!(cause instanceof TrainingStopped)) throw cause
    return { perEpoch, reached, phases, stopped: cause.step }
  }
  return { perEpoch, reached, phases, stopped: null }
}

function length(parts: readonly Float32Array[]): number {
  return Math.sqrt(parts.reduce((sum, data) => data.reduce((own, x) => own + x * x, sum), 0))
}

function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return length(a.map((data, index) => data.map((x, i) => x - b[index][i])))
}
