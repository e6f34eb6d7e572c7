// One training of a radiance field on the views of a scene, scored by views that it has not seen.

import { backpropagation, directFeedbackAlignment, frozen, type LearningRule, measureAlignment, type Trainer, trainer,
  TrainingStopped } from '../../../dfa/index.ts'
import type { View } from '../../../data/index.ts'
import { adam, allocateTensor, initialize, squaredError } from '../../../nn/index.ts'
import { choose, type Kernels, pow, type RandomStream, randomStream, type Tensor, tensor,
  uniform } from '../../../tensor/index.ts'
import { nerfModel } from '../../training/nerf-models.ts'
import type { RunTools } from '../experiment.ts'
import { runLoop } from '../resumable.ts'
import { meanImage, readScene, renderView, type Scene, type SceneName, scoreOf } from '../../training/scenes.ts'

/** How the layers below the last point are trained: DFA with a matrix for each, or with one that they share. */
export type ViewRule = 'BP' | 'DFA' | 'shared' | 'shallow'

/** Everything that a training depends on. */
export interface ViewConfiguration {
  readonly stage: 'sweep' | 'final'
  readonly scene: SceneName
  readonly rule: ViewRule
  /** Pixels of a side, of the generated scene. */
  readonly side: number
  readonly depth: number
  readonly width: number
  readonly frequencies: number
  /** Of a ray. */
  readonly samples: number
  /** Of a step. */
  readonly rays: number
  readonly steps: number
  /** At first; it falls to a tenth. */
  readonly rate: number
  readonly seed: number
  /** Test views that the result shows. */
  readonly pictures: number
}

/** A test view and what was rendered, as base64 of three bytes per pixel. */
export interface Rendered {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly truth: string
  readonly rendered: string
  /** dB of this view. */
  readonly psnr: number
}

/** What came of a training: mean PSNR over views in dB, null where it did not stay finite. */
export interface ViewResult {
  readonly validation: number | null
  /** Nothing in sweeps. */
  readonly test: number | null
  /** Of the mean training image, on the test views. */
  readonly meanImage: number
  /** At the end, where DFA trains: cosine of delivered and exact signal at each point from the bottom, mean over samples. */
  readonly signal: readonly number[]
  readonly pictures: readonly Rendered[]
}

/** As in the authors' code but for `independent`: U[−1, 1) over √(widest point). */
const feedback = (sharing: 'independent' | 'shared') => (seed: number, kernels: Kernels): LearningRule =>
  directFeedbackAlignment({ kind: 'uniform', normalization: 'widest', sharing, seed, kernels })

const RULES: Readonly<Record<ViewRule, (seed: number, kernels: Kernels) => LearningRule>> = {
  BP: () => backpropagation(),
  DFA: feedback('independent'),
  shared: feedback('shared'),
  shallow: () => frozen(),
}

const IS_DIRECT: Readonly<Record<ViewRule, boolean>> = { BP: false, DFA: true, shared: true, shallow: false }
const IS_FINAL: Readonly<Record<ViewConfiguration['stage'], boolean>> = { sweep: false, final: true }

/** Fills a batch with rays drawn from all pixels of all views of one size. */
export function drawRays(input: Tensor, target: Tensor, views: readonly View[], stream: RandomStream): void {
  const pixels = views[0].colors.shape[0]
  for (let ray = 0; ray < input.shape[0]; ray++) {
    const at = Math.floor(uniform(stream) * pixels * views.length)
    const { rays, colors } = views[Math.floor(at / pixels)]
    const pixel = at % pixels
    for (let i = 0; i < 6; i++) input.data[6 * ray + i] = rays.data[6 * pixel + i]
    for (let i = 0; i < 3; i++) target.data[3 * ray + i] = colors.data[3 * pixel + i]
  }
}

/** One training. */
export function trainViews(c: ViewConfiguration, tools: RunTools): ViewResult {
  const { data, kernels: source } = tools
  const kernels = source('float32')
  const scene = readScene(c.scene, data ?? '', c.side)
  const { near, far, training } = scene
  const network = nerfModel({ ...c, near, far, kernels })
  initialize(network, 'uniform', c.seed)
  const loss = squaredError('mean')
  const run = trainer({
    network,
    rule: choose('trainViews', 'rule', c.rule, RULES)(c.seed, kernels),
    loss,
    // No decay: what is frozen keeps its bits.
    optimizer: adam({ rate: (step) => c.rate * pow(0.1, step / c.steps), kernels }),
    kernels,
  })
  const input = allocateTensor(kernels, [c.rays, 6]), target = allocateTensor(kernels, [c.rays, 3])
  const stream = randomStream(c.seed, 'views/rays')
  const state = { position: stream.position }
  const isFinal = choose('trainViews', 'stage', c.stage, IS_FINAL)
  const none = { test: null, meanImage: scoreOf(scene.test, () => meanImage(training)), signal: [], pictures: [] }
  try {
    runLoop({ trainer: run, steps: c.steps, state, content: () =>
      training.flatMap(({ rays, colors }) => [rays, colors]), step() {
      stream.position = state.position
      drawRays(input, target, training, stream)
      state.position = stream.position
      run.step(input, target)
    } }, tools)
  } catch (cause) {
    if (!(cause instanceof TrainingStopped)) throw cause
    return { ...none, validation: null }
  }
  const validation = scoreOf(scene.validation, (view) => renderView(run, view))
  if (!isFinal) return { ...none, validation }
  stream.position = state.position
  drawRays(input, target, training, stream)
  const { output } = run.evaluate(input, target)
  const error = tensor(output.shape)
  loss.evaluateInto(error, output, target)
  const isDirect = choose('trainViews', 'rule', c.rule, IS_DIRECT)
  return {
    ...none,
    validation,
    signal: isDirect ? measureAlignment(network, error).signal.map(({ cosines: { mean } }) => mean) : [],
    ...scored(run, scene, c.pictures),
  }
}

function scored(run: Trainer, { test }: Scene, shown: number): Pick<ViewResult, 'test' | 'pictures'> {
  const rendered = test.map((view) => renderView(run, view))
  const single = test.map((view, index) => scoreOf([view], () => rendered[index]))
  return {
    test: scoreOf(test, (view) => rendered[test.indexOf(view)]),
    pictures: test.slice(0, shown).map(({ name, width, height, colors }, index) => ({
      name,
      width,
      height,
      truth: packed(colors),
      rendered: packed(rendered[index]),
      psnr: single[index],
    })),
  }
}

/** Colors in 8 bits each, as base64. */
export function packed({ data }: Tensor): string {
  return Buffer.from(Uint8Array.from(data, (c) => 255 * Math.min(1, Math.max(0, c)) + 0.5)).toString('base64')
}

/** The colors of `packed`. */
export function unpacked(text: string): Tensor {
  const bytes = Buffer.from(text, 'base64')
  return tensor([bytes.length / 3, 3], Float32Array.from(bytes, (byte) => byte / 255))
}
