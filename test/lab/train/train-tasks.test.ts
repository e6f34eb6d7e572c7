// The command on texts, views and clicks: small networks on small data, under rules of every family.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CRITEO_FILES } from '../../../src/lab/training/click-rows.ts'
import { LEGO_FILES } from '../../../src/lab/training/scenes.ts'
import { WORDS } from '../reproduce/language/made-text.ts'
import { type Captured, run } from '../captured.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

function write(name: string, content: string | Uint8Array): void {
  const file = join(folder, 'data', name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

/** A label that the first field tells, and a field of which no token is frequent. */
const clickLine = (i: number): string =>
  [i % 2, i % 2 === 0 ? '5' : '100', String(1000 + 500 * i), ...Array.from({ length: 37 }, () => '')].join('\t')

/** Two pixels per view; every view sees another gray. */
const POSE = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]]
const views = (part: string, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${part}/${i}`, pose: POSE }))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
  vi.stubEnv('FEEDBACK_ALIGNMENT_DATA', undefined)
  write('text/tinyshakespeare.txt', WORDS)
  CRITEO_FILES.forEach((name, part) =>
    write(name, Array.from({ length: 450 }, (_, i) => clickLine(450 * part + i)).join('\n'))
  )
  const [images, cameras] = LEGO_FILES
  write(cameras,
    JSON.stringify({ width: 2, height: 1, focal_px: 2, near: 2, far: 6, train: views('train', 6),
      test: views('test', 7) }))
  write(images, Uint8Array.from({ length: 8 * 13 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 8))))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const TRANSFORMER = ['--model', 'transformer', '--width', '8', '--heads', '2', '--blocks', '2', '--context', '16',
  '--batch', '8', '--rate', '0.01']
const NERF = ['--model', 'nerf', '--side', '3', '--width', '8', '--depth', '2', '--ray-samples', '4', '--frequencies',
  '2', '--batch', '64']
const CLICKS = ['--dataset', 'clicks', '--training-samples', '300', '--validation-samples', '60', '--hidden', '8,6',
  '--batch', '64', '--rate', '0.01']

const train = (name: string, ...args: readonly string[]): Promise<Captured> =>
  run('train', '--data', at('data'), '--checkpoint', at(name), '--overwrite', '--alignment-samples', '32', ...args)
const hashOf = ({ out, error }: Captured): string => /state sha256 (\w+)/.exec(out)?.[1] ?? `${out}${error}`

const CASES: readonly (readonly [string, readonly string[]])[] = [['a Transformer', [...TRANSFORMER, '--dropout',
  '0.1']], ['a Transformer with three points in a block', [...TRANSFORMER, '--points', 'per-part', '--tap', 'logits']],
  ['a radiance field', NERF], ['DeepFM', CLICKS],
  ...['fm', 'dcn', 'autoint', 'afn'].map((
    model,
  ): [string, string[]] => [model,
    [...CLICKS, '--model', model].filter((word, i, all) =>
      model !== 'fm' || (word !== '--hidden' && all[i - 1] !== '--hidden')
    )]
  )]

describe.each(CASES)('train on %s', (_, words) => {
  it.each(['bp', 'dfa', 'fa', 'frozen'])('goes on to the same bits under %s, and learns', async (rule) => {
    const whole = await train('whole', ...words, '--rule', rule, '--epochs', '3', '--json', at('log'))
    expect([whole.status, whole.error]).toEqual([0, ''])
    await train('part', ...words, '--rule', rule, '--epochs', '1')
    const resumed = await run('train', '--resume', at('part'), '--data', at('data'), '--epochs', '3')
    expect(hashOf(resumed)).toBe(hashOf(whole))
    expect(hashOf(whole)).toMatch(/^\w{64}$/)
    const losses = readFileSync(at('log'), 'utf8').split('\n').flatMap((line) => {
      const record = (line === '' ? {} : JSON.parse(line)) as { training?: { loss: number } }
      return record.training?.loss ?? []
    })
    expect(losses).toHaveLength(4)
    expect(losses[3]).toBeLessThan(losses[0])
  })
})

describe('train', () => {
  it('says what a text, views and clicks are scored by', async () => {
    const text = await train('a', ...TRANSFORMER, '--epochs', '1', '--report', at('report'))
    expect(text.out).toMatch(
      /^direct-feedback-alignment, transformer on text \(2519 characters\), \d+ parameters, 19 steps, /,
    )
    expect(text.out).toMatch(
      /^epoch 1\/1: training loss [\d.]+, training [\d.]+ nats, validation [\d.]+ nats, test [\d.]+ nats \(accuracy [\d.]+ %\), alignment \S+ \S+ \(whole \S+\), \d+ characters\/s$/m,
    )
    expect(text.out).toMatch(/^best validation loss [\d.]+ nats after epoch 1: test [\d.]+ nats there$/m)
    expect(readFileSync(at('report/index.html'), 'utf8')).toContain('nats per character')
    const scene = await train('a', ...NERF, '--epochs', '1', '--report', at('report'), '--overwrite')
    expect(scene.out).toMatch(/^direct-feedback-alignment, nerf on spheres \(270 rays\), \d+ parameters, 5 steps, /)
    expect(scene.out).toMatch(/, test [\d.]+ dB \(loss [\d.]+\), /)
    const deep = await train('a', ...CLICKS, '--epochs', '1')
    expect(deep.out).toMatch(/^direct-feedback-alignment, deepfm on clicks \(300 rows\), \d+ parameters, 5 steps, /)
    expect(deep.out).toMatch(/, validation AUC 0\.\d{4}, test AUC 0\.\d{4} \(loss [\d.]+\), alignment \S+ \S+ \(whole/)
  })

  it('reads lego and criteo from their files', async () => {
    const { out } = await train('a', ...NERF.filter((word) => word !== '--side' && word !== '3'), '--dataset', 'lego',
      '--batch', '4', '--epochs', '1')
    expect(out).toContain('nerf on lego (4 rays)')
    const real = await train('a', '--dataset', 'criteo', '--training-samples', '200', '--validation-samples', '50',
      '--batch', '32', '--rule', 'bp', '--epochs', '8', '--rate', '0.01')
    expect(real.out).toContain('deepfm on criteo (200 rows)')
    // The first field tells.
    expect(real.out).toMatch(/epoch 8\/8: .*test AUC (1\.0000|0\.9\d{3})/)
  })
})
