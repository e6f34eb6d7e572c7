// A scene without files: four soft spheres, each with a texture of its own, seen from all sides.

import { checkSize, type Color, compositeInto, cos, randomStream, sigmoid, sin, tensor,
  uniform } from '../tensor/index.ts'
import { type Camera, cameraRays, poseTowardsOrigin } from './camera.ts'
import type { View } from './posed-images.ts'

interface Sphere {
  readonly center: Color
  readonly radius: number
  readonly color: Color
}

/** They overlap nowhere, hide each other from most sides, and lie within 1.2 of the origin. */
const SPHERES: readonly Sphere[] = [{ center: [0.55, 0.1, 0.2], radius: 0.5, color: [0.85, 0.15, 0.1] }, {
  center: [-0.5, 0.45, -0.1],
  radius: 0.45,
  color: [0.1, 0.6, 0.2],
}, { center: [-0.2, -0.6, 0.15], radius: 0.5, color: [0.15, 0.25, 0.8] }, { center: [0, 0.15, 0.75], radius: 0.35,
  color: [0.8, 0.65, 0.1] }]

/** σ deep inside a sphere, and how sharp its surface is. */
const DENSEST = 25,
  SHARPNESS = 30

/** Distances from the cameras between which the scene lies. */
export const SPHERE_BOUNDS = { near: 1.5, far: 4.5 } as const
/** Of the cameras from the origin. */
const DISTANCE = 3
/** Focal length in widths of an image: the scene fills the image. */
const FOCAL = 1.3

/**
 * Density and color at a point, written into `color`: σ = Σ_k 25·sigmoid(30(r_k − |p − m_k|)), and the mean of the
 * spheres' colors weighted by their densities, each times a texture of stripes, 0.65 + 0.35·sin(9x + 2k)·cos(9z − k).
 */
export function sphereField(color: Float64Array, x: number, y: number, z: number): number {
  let total = 0
  color.fill(0)
  for (let k = 0; k < SPHERES.length; k++) {
    const { center, radius, color: own } = SPHERES[k]
    const dx = x - center[0], dy = y - center[1], dz = z - center[2]
    const density = DENSEST * sigmoid(SHARPNESS * (radius - Math.sqrt(dx * dx + dy * dy + dz * dz)))
    const shade = 0.65 + 0.35 * sin(9 * x + 2 * k) * cos(9 * z - k)
    total += density
    for (let c = 0; c < 3; c++) color[c] += density * shade * own[c]
  }
  for (let c = 0; c < 3; c++) color[c] /= total
  return total
}

/** How views of the spheres are taken. */
export interface SphereViewOptions {
  readonly count: number
  /** Pixels of a side. */
  readonly side: number
  /** Samples of a ray; 192 unless given. */
  readonly samples?: number
  /** Names the stream that cameras are drawn from, such as `training`. */
  readonly name: string
  readonly seed?: number
}

/**
 * Views from cameras at distance 3, drawn uniformly from the sphere without its caps beyond |z| = 2.7, over white.
 * Random numbers: the stream `spheres/<name>`. Order: `compositeInto`, with samples in the middle of equal intervals.
 * Throws: RangeError, TypeError for sizes below 1.
 */
export function sphereViews(options: SphereViewOptions): readonly View[] {
  const { count, side, samples = 192, name, seed = 0 } = options
  checkSize('sphereViews', 'count', count, 1)
  checkSize('sphereViews', 'side', side, 1)
  checkSize('sphereViews', 'samples', samples, 1)
  const stream = randomStream(seed, `spheres/${name}`)
  return Array.from({ length: count }, (_, index) => {
    const height = 1.8 * uniform(stream) - 0.9
    const angle = 2 * 3.141592653589793 * uniform(stream)
    const aside = DISTANCE * Math.sqrt(1 - height * height)
    const pose = poseTowardsOrigin([aside * cos(angle), aside * sin(angle), DISTANCE * height])
    return sphereView(`${name}/${index}`, { pose, focal: FOCAL * side, width: side, height: side }, samples)
  })
}

function sphereView(name: string, camera: Camera, samples: number): View {
  const { near, far } = SPHERE_BOUNDS
  const spacing = (far - near) / samples
  const rays = cameraRays(camera)
  const count = rays.shape[0]
  const colors = tensor([count, 3])
  const densities = new Float64Array(samples), lengths = new Float64Array(samples).fill(spacing)
  const own = new Float64Array(3), seen = new Float64Array(3 * samples)
  const passage = { weights: new Float64Array(samples), passed: new Float64Array(samples) }
  for (let ray = 0; ray < count; ray++) {
    const [ox, oy, oz, dx, dy, dz] = rays.data.subarray(6 * ray, 6 * ray + 6)
    for (let s = 0; s < samples; s++) {
      const t = near + (s + 0.5) * spacing
      densities[s] = sphereField(own, ox + t * dx, oy + t * dy, oz + t * dz)
      seen.set(own, 3 * s)
    }
    compositeInto(colors.data.subarray(3 * ray, 3 * ray + 3), passage, { samples, densities, lengths, colors: seen,
      background: [1, 1, 1] })
  }
  return { name, width: camera.width, height: camera.height, rays, colors }
}
