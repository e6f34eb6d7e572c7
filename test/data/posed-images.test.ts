import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parsePosedImages, viewOf } from '../../src/data/index.ts'
import { overWhite } from '../../src/data/posed-images.ts'

const POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]]
const view = (name: string, pose: unknown = POSE): object => ({ name, pose })
const CAMERAS = { width: 2, height: 1, channels: 4, focal_px: 1.5, near: 2, far: 6, train: [view('a'), view('b')],
  test: [view('c')] }
/** Three images of two pixels, numbered. */
const IMAGES = Uint8Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 200 : i))

const parse = (change: object = {}, images: Uint8Array = IMAGES) =>
  parsePosedImages({ images, cameras: JSON.stringify({ ...CAMERAS, ...change }), camerasName: 'c.json',
    imagesName: 'i.rgba' })

describe('parsePosedImages', () => {
  it('gives each camera its image, training views first', () => {
    const { near, far, training, test } = parse({ scene: 'any', channels: undefined })
    expect([near, far]).toEqual([2, 6])
    expect([...training, ...test].map(({ name, rgba }) => [name, rgba[0]])).toEqual([['a', 0], ['b', 8], ['c', 16]])
    expect(training[1].camera).toEqual({ pose: Float64Array.from(POSE.flat()), focal: 1.5, width: 2, height: 1 })
    const { width, height, rays, colors } = viewOf(test[0])
    expect([width, height, rays.shape, colors.shape]).toEqual([2, 1, [2, 6], [2, 3]])
    expect(colors.data[5]).toBe(Math.fround((22 + 55) / 255))
  })

  it.each<[string, object, string]>([['a scene without cameras', { train: undefined },
    'c.json must have a list train, got undefined'], ['no training views', { train: [] },
    'c.json must have a view in train, got a list of 0'], ['a width that is no size', { width: 1.5 },
    'c.json must have a width of 1 to 16384 pixels, got 1.5'], ['a height beyond all memory', { height: 1e9 },
    'c.json must have a height of 1 to 16384 pixels, got 1000000000'], ['three channels', { channels: 3 },
    'c.json must have 4 channels, got 3'], ['no focal length', { focal_px: '138' },
    'c.json must have a number focal_px, got "138"'], ['a focal length of 0', { focal_px: 0 },
    'c.json must have a positive focal_px, got 0'], ['a scene that ends before it begins', { far: 1 },
    'c.json must have far beyond near, and near at least 0, got "2 to 1"'], ['a view that is none', { test: [7] },
    'c.json must have an object at test[0], got 7'], ['a view without a name', { test: [{ pose: POSE }] },
    'c.json must have a name at test[0], got undefined'], ['three rows', { test: [view('c', POSE.slice(1))] },
    'c.json must have a pose of 4 rows of 4 numbers at test[0], got a list of 3'], ['a row of three', {
    test: [view('c', [[1], ...POSE.slice(1)])],
  }, 'c.json must have a pose of 4 rows of 4 numbers at test[0], got a list of 4'], ['a number that is none', {
    test: [view('c', [[null, 0, 0, 0], ...POSE.slice(1)])],
  }, 'c.json must have a pose of 4 rows of 4 numbers at test[0], got null']])('refuses %s',
    (_what, change, message) => {
      expect(() => parse(change)).toThrow(new Error(`parsePosedImages: ${message}`))
    })

  it('refuses cameras that are not rigid, by name of the view', () => {
    const stretched = [[1, 0, 0, 0], [0, 2, 0, 0], ...POSE.slice(2)]
    expect(() => parse({ train: [view('a'), view('b', stretched)] })).toThrow(
      new Error('parsePosedImages: pose of train[1] in c.json must have columns of length 1, got length 2 of column 1'),
    )
  })

  it('refuses images whose bytes are not those of the cameras, and colors above their alpha', () => {
    for (const [length, got] of [[23, '23'], [25, '25'], [0, '0']] as const) {
      expect(() => parse({}, new Uint8Array(length))).toThrow(
        new Error(`parsePosedImages: i.rgba must end at byte 24 after 3 images of 2×1×4, got ${got} bytes`),
      )
    }
    expect(() => parse({}, Uint8Array.of(0x1f, 0x8b, 8))).toThrow('got 3 bytes that begin like a gzip file')
    const bright = IMAGES.slice()
    bright[13] = 201
    expect(() => parse({}, bright)).toThrow(
      new Error('parsePosedImages: i.rgba must have colors multiplied by alpha, at most 200 at byte 13, got 201'),
    )
  })

  it('refuses other files and other kinds of arguments', () => {
    const read = (cameras: string): unknown => parsePosedImages({ images: IMAGES, cameras })
    expect(() => read('{"width": 2')).toThrow(
      new Error('parsePosedImages: cameras must be JSON, got ' + JSON.stringify('{"width": 2')),
    )
    expect(() => read('[]')).toThrow(new Error('parsePosedImages: cameras must be an object, got a list of 0'))
    // As deep as no message could be written by recursion.
    expect(() => read(`{"width": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`)).toThrow(
      new Error('parsePosedImages: cameras must have a number width, got a list of 1'),
    )
    expect(() => parsePosedImages({ images: 'x' as unknown as Uint8Array, cameras: '{}' })).toThrow(
      new TypeError('parsePosedImages: images must be bytes, got "x"'),
    )
    expect(() => parsePosedImages({ images: IMAGES, cameras: IMAGES as unknown as string })).toThrow(TypeError)
  })

  const data = `${process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'}/nerf_lego100`
  it.skipIf(!existsSync(`${data}/images.rgba.gz`))(`reads the real views (${data})`, () => {
    const { near, far, training, test } = parsePosedImages({
      images: gunzipSync(readFileSync(`${data}/images.rgba.gz`)),
      cameras: readFileSync(`${data}/cameras.json`, 'utf8'),
    })
    expect([near, far, training.length, test.length]).toEqual([2, 6, 100, 25])
    const { rays, colors } = viewOf(training[0])
    expect([rays.shape, colors.shape]).toEqual([[10_000, 6], [10_000, 3]])
    // A corner shows the background, and the camera looks at the scene from four units away.
    expect([...colors.data.slice(0, 3)]).toEqual([1, 1, 1])
    expect(Math.hypot(...rays.data.slice(0, 3))).toBeCloseTo(4.03, 1)
  })
})

describe('overWhite', () => {
  it('lets white through where alpha leaves it, without multiplying twice', () => {
    const { shape, data } = overWhite(Uint8Array.of(0, 0, 0, 0, 10, 20, 30, 255, 50, 0, 100, 100))
    expect(shape).toEqual([3, 3])
    expect([...data]).toEqual([1, 1, 1, 10 / 255, 20 / 255, 30 / 255, 205 / 255, 155 / 255, 1].map(Math.fround))
    expect(() => overWhite(new Uint8Array(5))).toThrow(
      new RangeError('overWhite: rgba must have 4 bytes per pixel, got 5'),
    )
  })
})
