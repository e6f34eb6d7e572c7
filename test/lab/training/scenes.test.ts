import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meanImage, readScene, scoreOf } from '../../../src/lab/training/scenes.ts'

let data = ''
const pose = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]]
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'views-'))
  mkdirSync(join(data, 'nerf_lego100'))
  const views = (part: string, count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({ name: `${part}/${i}`, pose }))
  const cameras = { width: 2, height: 1, focal_px: 2, near: 2, far: 6, train: views('train', 6),
    test: views('test', 7) }
  writeFileSync(join(data, 'nerf_lego100/cameras.json'), JSON.stringify(cameras))
  const images = Uint8Array.from({ length: 8 * 13 }, (_, at) => (at % 4 === 3 ? 255 : Math.floor(at / 8)))
  writeFileSync(join(data, 'nerf_lego100/images.rgba.gz'), gzipSync(images))
})
afterAll(() => rmSync(data, { recursive: true }))

describe('readScene', () => {
  it('holds out the last training views of lego, and scores every fifth test view', () => {
    const { near, far, training, validation, test } = readScene('lego', data, 0)
    expect([near, far]).toEqual([2, 6])
    expect([training, validation, test].map((views) => views.map(({ name }) => name))).toEqual([['train/0', 'train/1'],
      ['train/2', 'train/3', 'train/4', 'train/5'], ['test/0', 'test/5']])
    expect(test[1].colors.data[0]).toBe(Math.fround(11 / 255))
  })

  it('names the file that is missing or damaged', () => {
    expect(() => readScene('lego', join(data, 'nowhere'), 0)).toThrow('nerf_lego100/images.rgba')
    const other = mkdtempSync(join(tmpdir(), 'views-'))
    mkdirSync(join(other, 'nerf_lego100'))
    writeFileSync(join(other, 'nerf_lego100/images.rgba'), 'x')
    writeFileSync(join(other, 'nerf_lego100/cameras.json'), '{')
    expect(() => readScene('lego', other, 0)).toThrow('nerf_lego100/cameras.json must be JSON')
    rmSync(other, { recursive: true })
  })
})

describe('meanImage', () => {
  it('is the mean of the views, and their PSNR that of a picture that knows no camera', () => {
    const { training, test } = readScene('lego', data, 0)
    const image = meanImage(training)
    expect([...image.data]).toEqual(new Array(6).fill(Math.fround(0.5 / 255)))
    // Test views are 6 and 11 of 255 in every channel.
    const db = (level: number): number => -20 * Math.log10((level - 0.5) / 255)
    expect(scoreOf(test, () => image)).toBeCloseTo((db(6) + db(11)) / 2, 4)
  })
})
