// Scenes with the views that a training sees, is chosen by, and is scored by.

import { parsePosedImages, SPHERE_BOUNDS, sphereViews, type View, viewOf } from '../../data/index.ts'
import type { Trainer } from '../../dfa/index.ts'
import { psnr } from '../../nn/index.ts'
import { choose, type Tensor, tensor } from '../../tensor/index.ts'
import { readData } from '../files.ts'
import { mean } from '../statistics.ts'
import { keepingLast } from '../kept.ts'

/** A scene among others. */
export type SceneName = 'spheres' | 'lego'

/** Views by what they are for, and between which distances from the cameras the scene lies. */
export interface Scene {
  readonly near: number
  readonly far: number
  readonly training: readonly View[]
  /** Held out of the training views, for choices. */
  readonly validation: readonly View[]
  readonly test: readonly View[]
}

/** Files of the scene that is no generated one, without `.gz`. */
export const LEGO_FILES: readonly string[] = ['nerf_lego100/images.rgba', 'nerf_lego100/cameras.json']

/** Views of the spheres: 30 to train on as in the computation that results are compared with, of 24×24 pixels. */
const SPHERES = { training: 30, validation: 2, test: 4 } as const
/** The last training views of lego are held out, and every fifth test view is scored. */
const LEGO = { validation: 4, testStride: 5 } as const

const SCENES: Readonly<Record<SceneName, (data: string, side: number) => Scene>> = {
  spheres(_data, side) {
    const views = (name: 'training' | 'validation' | 'test'): readonly View[] =>
      sphereViews({ name, count: SPHERES[name], side })
    return { ...SPHERE_BOUNDS, training: views('training'), validation: views('validation'), test: views('test') }
  },
  lego(data) {
    const [imagesName, camerasName] = LEGO_FILES
    const { near, far, training, test } = parsePosedImages({
      images: readData(data, imagesName),
      cameras: new TextDecoder().decode(readData(data, camerasName)),
      imagesName,
      camerasName,
    })
    const views = training.map(viewOf)
    const kept = views.length - Math.min(LEGO.validation, views.length - 1)
    return { near, far, training: views.slice(0, kept), validation: views.slice(kept),
      test: test.filter((_, index) => index % LEGO.testStride === 0).map(viewOf) }
  },
}

/**
 * The views of a scene; `side` in pixels is that of the spheres, files have their own. Throws: UsageError for files that
 * are missing, Error for damaged ones.
 */
export const readScene: (name: SceneName, data: string, side: number) => Scene = keepingLast((name, data, side) =>
  choose('readScene', 'name', name, SCENES)(data, side)
)

/** The mean over views of the same size, pixel by pixel: the best picture of a scene that looks at no camera. */
export function meanImage(views: readonly View[]): Tensor {
  const [{ colors: { shape } }] = views
  const total = new Float64Array(shape[0] * shape[1])
  for (const { colors: { data } } of views) for (let i = 0; i < total.length; i++) total[i] += data[i]
  return tensor(shape, Float32Array.from(total, (value) => value / views.length))
}

/** Rays rendered at once. */
const CHUNK = 1024

/** A view as the network sees it. */
export function renderView({ evaluate }: Pick<Trainer, 'evaluate'>, { rays, colors }: View): Tensor {
  const count = rays.shape[0]
  const seen = tensor([count, 3])
  for (let from = 0; from < count; from += CHUNK) {
    const end = Math.min(count, from + CHUNK)
    const part = (x: Tensor, width: number): Tensor =>
      tensor([end - from, width], x.data.subarray(width * from, width * end))
    seen.data.set(evaluate(part(rays, 6), part(colors, 3)).output.data, 3 * from)
  }
  return seen
}

/** Mean over views of the PSNR of what `render` gives for each. Units: dB. */
export function scoreOf(views: readonly View[], render: (view: View) => Tensor): number {
  return mean(views.map((view) => psnr(render(view), view.colors)))
}
