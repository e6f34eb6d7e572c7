// Training without the update lock: under a direct rule the segments of a network wait for the error and not for each
// other, so that threads which own some each do their backward passes and updates at the same time.

import { feedbackPoint, installDirect, RuleRefused, type Segment, segmentsOf } from '../../dfa/index.ts'
import { parametersOf, restoreArrays } from '../../nn/index.ts'
import { blockedKernels, identity } from '../../tensor/index.ts'
import { UsageError } from '../options.ts'
import { ruleOf, type TrainingConfiguration } from '../training/configuration.ts'
import type { Dataset } from '../training/datasets.ts'
import { partsOf } from '../../dfa/rules/rule.ts'
import { arraysOf, type Session } from '../training/session.ts'
import { sampleParts } from '../training/tasks/classification.ts'
import { type Stepper, TURN_MILLISECONDS } from '../training/stepper.ts'
import { newBoard } from './board.ts'
import type { TeamStart } from './owner.ts'
import { partition, waitsForError, workOf } from './partition.ts'
import { type Team, workerTeam } from './worker-team.ts'

/** The segments of the network. Throws: UsageError saying what ties them together, or that owners are too many. */
function cut({ network, kernels }: Session, c: TrainingConfiguration, owners: number): readonly Segment[] {
  const refusal = (why: string): UsageError => new UsageError(`train: --owners: ${why}`)
  if (kernels.tier === 'threads') throw refusal('must be 1 on the tier threads, which shares out each product')
  if (c['clip-norm'] > 0) {
    throw refusal('the norm of the whole gradient ties the segments together; use --clip-value, or one owner')
  }
  const alone = ['frozen-layers', 'masked-layer'] as const
  const asked = alone.find((name) => c[name] !== '')
  if (asked !== undefined) throw refusal(`must be 1 with --${asked}`)
  if (c['hidden-reduction'] !== 'as-loss') throw refusal('must be 1 with --hidden-reduction')
  let segments: readonly Segment[]
  try {
    ;({ segments } = segmentsOf(network))
    // Tried on points of their own: those of the network keep what the session has installed.
    const parts = partsOf(network)
    const points = parts.points.map(({ name, shape }) => feedbackPoint(name, shape))
    installDirect({ ...parts, points }, ruleOf(c, blockedKernels, () => identity(parts.outputs)))
  } catch (error) {
    throw refusal(error instanceof RuleRefused ? error.why : (error as Error).message)
  }
  const most = segments.length
  if (owners > most) throw refusal(`must be at most ${most}, one per segment of the network, got ${owners}`)
  return segments
}

/** First and last of the layers with parameters. */
function nameOf(stretch: readonly Segment[]): string {
  const layers = stretch.flatMap((segment) => segment.layers).filter((layer) => parametersOf(layer).length > 0)
  return layers.length > 1 ? `${layers[0].name} to ${layers[layers.length - 1].name}` : layers[0]?.name ?? 'nothing'
}

/**
 * Starts the owners of a session's network, from where the session stands; it must do no steps of its own from then on.
 * Losses and, once gathered, all arrays have the bits of the session's own steps, whatever the owners.
 * Rejects: UsageError as `cut`; here and in steps, Error naming the owner that failed, all owners having ended.
 */
export async function startOwners(session: Session, c: TrainingConfiguration, data: Dataset, owners: number,
  newTeam: (start: TeamStart) => Promise<Team> = workerTeam): Promise<Stepper>
{
  const { trainer, epochLosses } = session
  const segments = cut(session, c, owners)
  const { sample, classes, training } = data
  const shape = sampleParts(c, data, blockedKernels).sample
  const starts = partition(workOf(segments, shape, c.batch, classes), owners, waitsForError(segments))
  const stretches = starts.map((from, index) => segments.slice(from, starts[index + 1]))
  const team = await newTeam({
    configuration: c,
    data: { sample, classes, training },
    starts,
    names: starts.map((_, index) => `owner ${index} (${nameOf(stretches[index])})`),
    shared: newBoard(c.batch, stretches.map((stretch) => stretch[stretch.length - 1].point?.width ?? classes),
      trainer.steps),
    steps: trainer.steps,
    arrays: arraysOf(session).map(({ name, data: values }) => ({ name, data: values.slice() })),
  })
  let done = trainer.steps
  let perStep = Infinity
  return {
    get steps(): number {
      return done
    },
    async advance(most) {
      const steps = Math.max(1, Math.min(most, Math.floor(TURN_MILLISECONDS / perStep)))
      const began = performance.now()
      const answers = await team.ask({ first: done, steps, epochLosses })
      perStep = (performance.now() - began) / steps
      done += steps
      return answers.flatMap(({ losses = [] }) => losses)
    },
    async gather() {
      if (done === trainer.steps) return
      const answers = await team.ask(undefined)
      restoreArrays('gather', arraysOf(session), answers.flatMap(({ arrays = [] }) => arrays))
      trainer.restore(done, trainer.state())
    },
    close: team.close,
  }
}
