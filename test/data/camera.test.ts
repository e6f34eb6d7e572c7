import { describe, expect, it } from 'vitest'
import { cameraRays, poseFault, poseTowardsOrigin } from '../../src/data/camera.ts'

const STRAIGHT = Float64Array.of(1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 1, 7, 0, 0, 0, 1)
const changed = (...entries: readonly (readonly [number, number])[]): Float64Array => {
  const pose = STRAIGHT.slice()
  for (const [at, value] of entries) pose[at] = value
  return pose
}

describe('cameraRays', () => {
  it('goes from the camera through the centers of pixels, rows from the top', () => {
    const { shape, data } = cameraRays({ pose: STRAIGHT, focal: 2, width: 3, height: 2 })
    expect(shape).toEqual([6, 6])
    // Columns at −1, 0, 1 and rows at ½, −½ pixels from the axis, two pixels away.
    for (let at = 0; at < 6; at++) {
      const x = (at % 3 - 1) / 2, y = at < 3 ? 0.25 : -0.25
      const length = Math.hypot(x, y, 1)
      expect([...data.slice(6 * at, 6 * at + 6)]).toEqual(
        [5, 6, 7, x / length, y / length, -1 / length].map(Math.fround),
      )
    }
  })

  it('turns with the camera', () => {
    // Looks along the world's x axis, its right hand along −y, z upwards.
    const pose = Float64Array.of(0, 0, -1, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1)
    const { data } = cameraRays({ pose, focal: 1, width: 1, height: 1 })
    expect([...data].map((v) => v + 0)).toEqual([0, 0, 0, 1, 0, 0])
    const wide = cameraRays({ pose, focal: 1, width: 3, height: 3 }).data
    const [left, top] = [3, 1].map((pixel) => [...wide.slice(6 * pixel + 3, 6 * pixel + 6)].map((v) => v + 0))
    expect(left).toEqual([Math.SQRT1_2, Math.SQRT1_2, 0].map(Math.fround))
    expect(top).toEqual([Math.SQRT1_2, 0, Math.SQRT1_2].map(Math.fround))
  })

  it('refuses poses that are not rigid', () => {
    for (const [pose, message] of [[changed([0, 1.1]), 'have columns of length 1, got length 1.1 of column 0'], [
      changed([1, 0.01]),
      'have columns at right angles, got product 0.01 of 0 and 1',
    ], [changed([0, -1]), 'be a rotation, not a reflection, got determinant -1'], [changed([15, 2]),
      'end in 0, 0, 0, 1, got [0, 0, 0, 2]'], [changed([3, NaN]), 'be finite in float32, got NaN'], [STRAIGHT.slice(1),
      'have 16 numbers, got 15']] as const)
    {
      expect(() => cameraRays({ pose, focal: 1, width: 1, height: 1 })).toThrow(
        new RangeError(`cameraRays: pose must ${message}`),
      )
    }
    // Rounded to float32 it still is.
    expect(poseFault(Float32Array.from(poseTowardsOrigin([1, 2, 0.7])))).toBeUndefined()
    expect(() => cameraRays({ pose: STRAIGHT, focal: 0, width: 1, height: 1 })).toThrow(
      new RangeError('cameraRays: focal must be positive, got 0'),
    )
    expect(() => cameraRays({ pose: STRAIGHT, focal: 1, width: 0, height: 1 })).toThrow(RangeError)
  })
})

describe('poseTowardsOrigin', () => {
  it('is rigid, stands where it is told, and sees the origin in the middle with z upwards', () => {
    for (const place of [[3, 0, 0], [1, -2, 2.5], [-0.1, 0.2, -3]] as const) {
      const pose = poseTowardsOrigin(place)
      expect(poseFault(pose)).toBeUndefined()
      const { data } = cameraRays({ pose, focal: 1, width: 1, height: 1 })
      const distance = Math.hypot(...place)
      place.forEach((value, axis) => {
        expect(data[axis]).toBeCloseTo(value, 6)
        expect(data[3 + axis]).toBeCloseTo(-value / distance, 6)
      })
      // The camera's y axis points upwards, its x axis is level.
      expect(pose[9]).toBeGreaterThan(0)
      expect(pose[8]).toBe(0)
    }
    expect(() => poseTowardsOrigin([0, 0, 3])).toThrow(
      new RangeError('poseTowardsOrigin: place must lie beside the z axis, got [0, 0, 3]'),
    )
  })
})
