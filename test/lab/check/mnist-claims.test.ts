// Hostile files: every one is refused by name. The claims on the real files are in test/slow/check.test.ts.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkOptions } from '../../../src/lab/check/configuration.ts'
import { mnistClaims, readMnist } from '../../../src/lab/check/mnist-claims.ts'
import { parseOptions, UsageError } from '../../../src/lab/options.ts'
import { blockedKernels } from '../../../src/tensor/index.ts'
import { expectRefusal } from '../captured.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('check --data with damaged files', () => {
  const header = (...numbers: readonly number[]): Buffer => {
    const out = Buffer.alloc(4 * numbers.length)
    numbers.forEach((n, i) => out.writeUInt32BE(n, 4 * i))
    return out
  }
  const configuration = parseOptions('check', checkOptions, ['--quick', '--seeds', '1'])
  const place = (name: string, images: Buffer | undefined, labels: Buffer | undefined): string => {
    const data = join(folder, name.replaceAll(' ', '-'))
    mkdirSync(join(data, 'mnist'), { recursive: true })
    if (images !== undefined) writeFileSync(join(data, 'mnist', 'train-images-idx3-ubyte'), images)
    if (labels !== undefined) writeFileSync(join(data, 'mnist', 'train-labels-idx1-ubyte'), labels)
    return data
  }
  const LABELS = Buffer.concat([header(0x801, 200), Buffer.alloc(200, 3)])
  const IMAGES = Buffer.concat([header(0x803, 200, 2, 2), Buffer.alloc(800, 7)])

  it.each<readonly [string, Buffer | undefined, Buffer | undefined, RegExp]>([['missing images', undefined, LABELS,
    /file must exist, looked for train-images-idx3-ubyte and train-images-idx3-ubyte\.gz in /], ['missing labels',
    IMAGES, undefined, /file must exist, looked for train-labels-idx1-ubyte/], ['an empty file', Buffer.alloc(0),
    LABELS, /train-images-idx3-ubyte must hold a 4-byte magic number at byte 0, got 0 bytes in all/], [
    'a wrong magic number',
    Buffer.concat([header(0x12345678, 200, 2, 2), Buffer.alloc(800)]),
    LABELS,
    /must start with two zero bytes at byte 0, got 18 52/,
  ], ['another element type', Buffer.concat([header(0xd03, 200, 2, 2), Buffer.alloc(800)]), LABELS,
    /must declare unsigned bytes \(type 8\) at byte 2, got type 13/], ['a truncated header', IMAGES.subarray(0, 9),
    LABELS, /must hold 3 sizes of 4 bytes at byte 4, got 5 bytes/], ['truncated pixels', IMAGES.subarray(0, 500),
    LABELS, /must hold exactly 800 bytes for shape \[200, 2, 2\] at byte 16, got 484 bytes \(truncated file\)/], [
    'trailing bytes',
    Buffer.concat([IMAGES, Buffer.alloc(1)]),
    LABELS,
    /got 801 bytes \(trailing bytes\)/,
  ], ['sizes that overflow', Buffer.concat([header(0x803, 0xffffffff, 0xffffffff, 0xffffffff), Buffer.alloc(8)]),
    LABELS, /must declare a size below 2\^53 elements at byte 4/], ['sizes far beyond the file',
    Buffer.concat([header(0x803, 0xffffffff, 1000, 1000), Buffer.alloc(8)]), LABELS, /got 8 bytes \(truncated file\)/],
    ['fewer labels than images', IMAGES, Buffer.concat([header(0x801, 199), Buffer.alloc(199)]),
      /must hold one label per image, got 200 images and 199 labels/], ['images in place of labels', IMAGES, IMAGES,
    /labels must have rank 1, got 3/], ['a label above nine', IMAGES,
    Buffer.concat([header(0x801, 200), Buffer.alloc(200, 11)]), /labels\[0\] must be a whole number below 10, got 11/],
    ['a truncated gzip file', gzipSync(IMAGES).subarray(0, 30), LABELS, /must be a whole gzip file, got /], [
    'too few images',
    Buffer.concat([header(0x803, 3, 2, 2), Buffer.alloc(12, 7)]),
    Buffer.concat([header(0x801, 3), Buffer.alloc(3)]),
    /must hold at least 100 images, got 3/,
  ], ['images of one color', IMAGES, LABELS, /must not all be of one color/]])('refuses %s',
    (name, images, labels, message) => {
      const data = place(name, images, labels)
      const run = (): unknown =>
        mnistClaims(readMnist(data), configuration, blockedKernels, { update() {}, clear() {} })
      expect(run).toThrow(UsageError)
      expect(run).toThrow(message)
    })

  it('turns that into status 2 and one line, and leaves no output behind', async () => {
    const data = place('for the command', IMAGES.subarray(0, 500), LABELS)
    const out = join(data, 'out')
    await expectRefusal(['check', '--quick', '--data', data, '--json', join(out, 'x.json'), '--report',
      join(out, 'report'), '--depth', '2', '--inputs', '4', '--outputs', '2', '--width', '8', '--target-condition', '1',
      '--feedback', 'orthogonal'], /got 484 bytes \(truncated file\)/)
    expect(existsSync(out)).toBe(false)
  })

  it('refuses a missing directory and a file in its place', async () => {
    await expectRefusal(['check', '--data', join(folder, 'nowhere')],
      `--data: directory must exist, got ${join(folder, 'nowhere')}`)
    writeFileSync(join(folder, 'plain-file'), '')
    await expectRefusal(['check', '--data', join(folder, 'plain-file')], /--data: must be a directory, got the file/)
  })
})
