// Handwritten-like digits of 8×8 pixels, drawn: a polyline per digit, bent, turned and shifted anew for every image.

import { oneHot } from '../../src/data/index.ts'
import { cos, normal, type RandomStream, randomStream, sin, type Tensor, tensor,
  uniform } from '../../src/tensor/index.ts'

/** Images as rows of values 0 … 1, and their classes one-hot. */
export interface Digits {
  readonly side: number
  readonly inputs: Tensor
  readonly targets: Tensor
}

export const CLASSES = 10
const SIDE = 8

/** Corners as x, y in hundredths of the image, y downwards. */
const STROKES: readonly (readonly number[])[] = [[50, 10, 30, 22, 25, 50, 32, 80, 50, 90, 68, 80, 75, 50, 70, 22, 50,
  10], [34, 28, 55, 10, 55, 90], [25, 30, 35, 12, 60, 10, 75, 28, 65, 50, 25, 90, 78, 90], [28, 12, 70, 12, 48, 42, 72,
  60, 65, 85, 40, 92, 25, 80], [65, 90, 65, 10, 25, 62, 80, 62], [72, 10, 35, 10, 30, 45, 60, 42, 75, 62, 62, 88, 28,
  88], [65, 10, 38, 40, 28, 70, 45, 92, 68, 82, 70, 62, 50, 50, 30, 65], [25, 12, 75, 12, 45, 90], [50, 48, 30, 30, 50,
  10, 70, 30, 50, 48, 28, 70, 50, 92, 72, 70, 50, 48], [70, 38, 50, 50, 32, 38, 35, 15, 60, 10, 70, 30, 65, 90]]

/** `count` images of classes 0, 1, … 9, 0, …; yields after every few. */
export function* drawnDigits(count: number, seed: number, name: string): Generator<undefined, Digits, void> {
  const stream = randomStream(seed, `page/digits/${name}`)
  const inputs = tensor([count, SIDE * SIDE])
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES)
  for (let i = 0; i < count; i++) {
    drawInto(inputs.data.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), bent(STROKES[labels[i]], stream), stream)
    if (i % 20 === 19) yield undefined
  }
  return { side: SIDE, inputs, targets: oneHot(labels, CLASSES) }
}

/** The corners in pixels after a random turn, slant, scaling and shift, each moved a little on its own. */
function bent(corners: readonly number[], stream: RandomStream): readonly number[] {
  const angle = 0.12 * normal(stream), slant = 0.15 * normal(stream)
  const wide = 1 + 0.12 * normal(stream), high = 1 + 0.1 * normal(stream)
  const right = 0.05 * normal(stream), down = 0.05 * normal(stream)
  const c = cos(angle), s = sin(angle)
  return corners.map((_, at) => {
    const x = wide * (corners[at & -2] / 100 - 0.5), y = high * (corners[at | 1] / 100 - 0.5)
    const place = at % 2 === 0 ? c * x - (s + slant) * y + right : s * x + c * y + down
    return SIDE * (place + 0.5 + 0.02 * normal(stream))
  })
}

/** Darkness by the distance of a pixel's center to the polyline, and a little noise. */
function drawInto(pixels: Float32Array, corners: readonly number[], stream: RandomStream): void {
  const half = 0.45 + 0.3 * uniform(stream)
  for (let at = 0; at < pixels.length; at++) {
    const x = at % SIDE + 0.5, y = Math.floor(at / SIDE) + 0.5
    let least = Infinity
    for (let k = 2; k < corners.length; k += 2) {
      const fromX = corners[k - 2], fromY = corners[k - 1]
      const alongX = corners[k] - fromX, alongY = corners[k + 1] - fromY
      const length = alongX * alongX + alongY * alongY
      const t = Math.max(0, Math.min(1, ((x - fromX) * alongX + (y - fromY) * alongY) / length))
      const dx = x - fromX - t * alongX, dy = y - fromY - t * alongY
      least = Math.min(least, dx * dx + dy * dy)
    }
    const ink = 1.5 * half + 0.2 - Math.sqrt(least) + 0.06 * normal(stream)
    pixels[at] = Math.max(0, Math.min(1, ink))
  }
}
