// Images of one scene with the cameras that took them: a JSON text and the images' bytes in, views out.

import { show, type Tensor, tensor } from '../tensor/index.ts'
import { type Camera, cameraRays, poseFault } from './camera.ts'

/** One image and where it was taken. */
export interface PosedImage {
  readonly name: string
  readonly camera: Camera
  /** Red, green, blue, alpha of each pixel, rows from the top; colors are multiplied by alpha. */
  readonly rgba: Uint8Array
}

/** The images of a scene, and between which distances from the cameras it lies. */
export interface PosedImages {
  readonly near: number
  readonly far: number
  readonly training: readonly PosedImage[]
  readonly test: readonly PosedImage[]
}

/** What `parsePosedImages` reads, and the names of the files for messages. */
export interface PosedImageFiles {
  readonly images: Uint8Array
  readonly cameras: string
  readonly imagesName?: string
  readonly camerasName?: string
}

/** A view as networks see it: a ray and a color for each pixel. */
export interface View {
  readonly name: string
  readonly width: number
  readonly height: number
  /** Origins and unit directions, [H·W, 6]. */
  readonly rays: Tensor
  /** 0 … 1, [H·W, 3]. */
  readonly colors: Tensor
}

const CHANNELS = 4
/** Sides above this are taken for a fault of the file. */
const LARGEST_SIDE = 1 << 14

type Fail = (must: string, got: unknown) => Error

/**
 * Reads `cameras`, an object with `width` and `height`, `focal_px`, `near`, `far`, and the lists `train` and `test` of
 * objects with `name` and `pose`, a camera-to-world matrix in four rows; and `images`, RGBA bytes of the training views
 * and then of the test views. Other keys are passed over, but `channels`, where it is there, must be 4.
 * Throws: Error naming the file, the place in it and what was expected, for a text that is no JSON, numbers that are
 *   missing or no sizes, poses that are not rigid (`poseFault`), a scene that begins behind its end, images whose bytes
 *   are more or fewer than the cameras ask for, colors above their alpha; TypeError for other kinds of arguments.
 */
export function parsePosedImages(files: PosedImageFiles): PosedImages {
  const { images, cameras, imagesName = 'images', camerasName = 'cameras' } = files
  const where = 'parsePosedImages'
  if (!(images instanceof Uint8Array)) throw new TypeError(`${where}: ${imagesName} must be bytes, got ${show(images)}`)
  if (typeof cameras !== 'string') throw new TypeError(`${where}: ${camerasName} must be text, got ${show(cameras)}`)
  const fail: Fail = (must, got) => new Error(`${where}: ${camerasName} must ${must}, got ${shown(got)}`)
  let json: unknown
  try {
    json = JSON.parse(cameras)
  } catch {
    throw fail('be JSON', cameras)
  }
  const found = recordOf(json, 'be an object', fail)
  const width = sideOf(found, 'width', fail), height = sideOf(found, 'height', fail)
  if (found['channels'] !== undefined && found['channels'] !== CHANNELS) {
    throw fail('have 4 channels', found['channels'])
  }
  const focal = numberOf(found, 'focal_px', fail), near = numberOf(found, 'near', fail),
    far = numberOf(found, 'far', fail)
  if (focal <= 0) throw fail('have a positive focal_px', focal)
  if (near < 0 || far <= near) throw fail('have far beyond near, and near at least 0', `${near} to ${far}`)
  const parts = ['train', 'test'].map((part) =>
    listOf(found[part], `have a list ${part}`, fail).map((one, index) => {
      const place = `${part}[${index}]`
      const { name, pose } = recordOf(one, `have an object at ${place}`, fail)
      if (typeof name !== 'string') throw fail(`have a name at ${place}`, name)
      return { name, pose: poseOf(pose, place, camerasName, fail) }
    })
  )
  const size = CHANNELS * width * height
  const count = parts[0].length + parts[1].length
  if (parts[0].length === 0) throw fail('have a view in train', [])
  if (images.length !== size * count) {
    const gzip = images[0] === 0x1f && images[1] === 0x8b ? ' that begin like a gzip file' : ''
    throw new Error(
      `${where}: ${imagesName} must end at byte ${size * count} after ${count} images of `
        + `${width}×${height}×4, got ${images.length} bytes${gzip}`,
    )
  }
  for (let at = 0; at < images.length; at += CHANNELS) {
    const alpha = images[at + 3]
    for (let c = 0; c < 3; c++) {
      if (images[at + c] <= alpha) continue
      throw new Error(
        `${where}: ${imagesName} must have colors multiplied by alpha, at most ${alpha} at byte `
          + `${at + c}, got ${images[at + c]}`,
      )
    }
  }
  const [training, test] = parts.map((views, part) =>
    views.map(({ name, pose }, index): PosedImage => {
      const from = (part * parts[0].length + index) * size
      return { name, camera: { pose, focal, width, height }, rgba: images.subarray(from, from + size) }
    })
  )
  return { near, far, training, test }
}

/** A value of any depth in a few words. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `a list of ${value.length}` : show(value)
}

function recordOf(value: unknown, must: string, fail: Fail): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw fail(must, value)
}

function listOf(value: unknown, must: string, fail: Fail): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw fail(must, value)
}

function numberOf(found: Readonly<Record<string, unknown>>, key: string, fail: Fail): number {
  const value = found[key]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw fail(`have a number ${key}`, value)
}

function sideOf(found: Readonly<Record<string, unknown>>, key: string, fail: Fail): number {
  const value = numberOf(found, key, fail)
  if (Number.isInteger(value) && value >= 1 && value <= LARGEST_SIDE) return value
  throw fail(`have a ${key} of 1 to ${LARGEST_SIDE} pixels`, value)
}

function poseOf(value: unknown, place: string, camerasName: string, fail: Fail): Float64Array {
  const must = `have a pose of 4 rows of 4 numbers at ${place}`
  const rows = listOf(value, must, fail).map((row) => listOf(row, must, fail))
  const numbers = rows.flat()
  if (rows.length !== 4 || rows.some((row) => row.length !== 4)) throw fail(must, value)
  const pose = Float64Array.from(numbers, (number) => {
    if (typeof number === 'number') return number
    throw fail(must, number)
  })
  const fault = poseFault(pose)
  if (fault === undefined) return pose
  throw new Error(`parsePosedImages: pose of ${place} in ${camerasName} must ${fault.must}, got ${fault.got}`)
}

/** The colors of an image over white: (c + 255 − alpha)/255. Shapes: [pixels, 3]. Order: rounded once. */
export function overWhite(rgba: Uint8Array): Tensor {
  const pixels = rgba.length / CHANNELS
  if (!Number.isInteger(pixels)) throw new RangeError(`overWhite: rgba must have 4 bytes per pixel, got ${rgba.length}`)
  const colors = tensor([pixels, 3])
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = rgba[4 * pixel + 3]
    for (let c = 0; c < 3; c++) colors.data[3 * pixel + c] = (rgba[4 * pixel + c] + 255 - alpha) / 255
  }
  return colors
}

/** An image as rays through its pixels and their colors over white. */
export function viewOf({ name, camera, rgba }: PosedImage): View {
  return { name, width: camera.width, height: camera.height, rays: cameraRays(camera), colors: overWhite(rgba) }
}
