// Pinhole cameras: where they stand, and the ray behind every pixel.

import { checkFinite, checkPositive, checkSize, show, type Tensor, tensor } from '../tensor/index.ts'

/** A camera that looks along its own −z, with x to the right and y up. */
export interface Camera {
  /** Camera to world, 4×4 in row-major order: a rotation, the camera's place, and (0, 0, 0, 1). */
  readonly pose: Float64Array
  /** Focal length in pixels. */
  readonly focal: number
  readonly width: number
  readonly height: number
}

/** RᵀR may differ from 1 by so much: poses are often stored in float32, with five digits or so. */
const TOLERANCE = 1e-4

/**
 * What keeps a 4×4 matrix from being a rotation and a place, with the number that shows it; undefined for a rigid pose.
 * RᵀR = 1 to 10⁻⁴ in every element, det R > 0, last row (0, 0, 0, 1), all numbers finite in float32.
 */
export function poseFault(pose: ArrayLike<number>): { readonly must: string; readonly got: string } | undefined {
  if (pose.length !== 16) return { must: 'have 16 numbers', got: `${pose.length}` }
  for (let i = 0; i < 16; i++) {
    if (!Number.isFinite(Math.fround(pose[i]))) return { must: 'be finite in float32', got: show(pose[i]) }
  }
  const last = [pose[12], pose[13], pose[14], pose[15]]
  if (last.some((value, i) => value !== (i === 3 ? 1 : 0))) return { must: 'end in 0, 0, 0, 1', got: show(last) }
  for (let a = 0; a < 3; a++) {
    for (let b = 0; b <= a; b++) {
      const dot = pose[a] * pose[b] + pose[4 + a] * pose[4 + b] + pose[8 + a] * pose[8 + b]
      if (Math.abs(dot - (a === b ? 1 : 0)) <= TOLERANCE) continue
      const must = a === b ? `have columns of length 1` : `have columns at right angles`
      return { must, got: a === b ? `length ${Math.sqrt(dot)} of column ${a}` : `product ${dot} of ${b} and ${a}` }
    }
  }
  const determinant = pose[0] * (pose[5] * pose[10] - pose[6] * pose[9])
    - pose[1] * (pose[4] * pose[10] - pose[6] * pose[8]) + pose[2] * (pose[4] * pose[9] - pose[5] * pose[8])
  return determinant > 0 ? undefined : { must: 'be a rotation, not a reflection', got: `determinant ${determinant}` }
}

/**
 * Rays through the centers of all pixels, rows from the top, in each from the left: the camera's place o and the unit
 * direction d = R·(x, y, −1)/|(x, y, −1)|, x = (i + ½ − W/2)/f, y = −(j + ½ − H/2)/f of column i and row j.
 * Shapes: [H·W, 6]. Order: in float64, rounded once. Throws: RangeError, TypeError for a pose that is not rigid, a focal
 * length that is not positive, sizes below 1.
 */
export function cameraRays({ pose, focal, width, height }: Camera): Tensor {
  const fault = poseFault(pose)
  if (fault !== undefined) throw new RangeError(`cameraRays: pose must ${fault.must}, got ${fault.got}`)
  checkPositive('cameraRays', 'focal', focal)
  checkSize('cameraRays', 'width', width, 1)
  checkSize('cameraRays', 'height', height, 1)
  const rays = tensor([height * width, 6])
  for (let j = 0, at = 0; j < height; j++) {
    const y = -(j + 0.5 - height / 2) / focal
    for (let i = 0; i < width; i++, at += 6) {
      const x = (i + 0.5 - width / 2) / focal
      const length = Math.sqrt(x * x + y * y + 1)
      for (let c = 0; c < 3; c++) {
        rays.data[at + c] = pose[4 * c + 3]
        rays.data[at + 3 + c] = (pose[4 * c] * x + pose[4 * c + 1] * y - pose[4 * c + 2]) / length
      }
    }
  }
  return rays
}

type Vector = readonly [x: number, y: number, z: number]

/**
 * The pose of a camera at `place` that looks at the origin, with the world's z upwards in its image.
 * Throws: RangeError for a place on the z axis, from which no direction is upwards; TypeError.
 */
export function poseTowardsOrigin(place: Vector): Float64Array {
  place.forEach((value, axis) => checkFinite('poseTowardsOrigin', `place[${axis}]`, value))
  const [x, y, z] = place
  const aside = Math.sqrt(x * x + y * y)
  const distance = Math.sqrt(aside * aside + z * z)
  if (!(aside > 0)) throw new RangeError(`poseTowardsOrigin: place must lie beside the z axis, got ${show(place)}`)
  const back: Vector = [x / distance, y / distance, z / distance]
  const right: Vector = [-y / aside, x / aside, 0]
  const up: Vector = [back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2],
    back[0] * right[1] - back[1] * right[0]]
  return Float64Array.of(right[0], up[0], back[0], x, right[1], up[1], back[1], y, right[2], up[2], back[2], z, 0, 0, 0,
    1)
}
