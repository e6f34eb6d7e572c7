import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Captured, expectRefusal, run } from '../captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SMALL = ['--hidden', '12', '--training-samples', '300', '--batch', '50', '--rate', '0.02']
const train = (...args: readonly string[]): Promise<Captured> =>
  run('train', ...SMALL, '--checkpoint', join(folder, 'a.checkpoint'), ...args)
const lines = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

describe('train', () => {
  it('prints a line per epoch, writes the record, a checkpoint and a report', async () => {
    const json = join(folder, 'log.jsonl')
    const { status, out, error } = await train('--epochs', '3', '--validation-samples', '50', '--json', json,
      '--report', join(folder, 'report'))
    expect([status, error]).toEqual([0, ''])
    expect(out).toMatch(
      /^direct-feedback-alignment, teacher \(300 training samples\), 382 parameters, 18 steps, \w+ float32\n/,
    )
    expect(out.match(/^epoch \d\/3: training loss \d\.\d{4}, validation .* %, test .* %/gm)).toHaveLength(3)
    const [head, ...rest] = lines(json)
    expect(head).toMatchObject({
      record: 'training',
      configuration: { rule: 'direct-feedback-alignment', hidden: [12], epochs: 3 },
    })
    expect(rest.map(({ record }) => record)).toEqual(['epoch', 'epoch', 'epoch', 'end'])
    expect(rest[2]).toMatchObject({
      epoch: 2,
      steps: 18,
      rate: 0.02,
      validation: { loss: expect.any(Number) },
      alignment: { layerGradient: { dense1: { count: 256 } }, weight: { dense2: expect.any(Number) } },
    })
    expect(out).toContain(`state sha256 ${String(rest[3]['hash'])}`)
    const page = readFileSync(join(folder, 'report', 'index.html'), 'utf8')
    expect(page).toContain('direct-feedback-alignment on teacher')
    expect(page.match(/<figcaption>/g)).toHaveLength(3)
  })

  it('goes on from a finished checkpoint to the same end, and keeps its configuration', async () => {
    const first = await train('--epochs', '2')
    const again = await run('train', '--resume', join(folder, 'a.checkpoint'))
    expect(again.status).toBe(0)
    expect(again.out).toContain('resumed at step 12 of 12')
    expect(again.out.split('sha256 ')[1]).toBe(first.out.split('sha256 ')[1])
    await expectRefusal(['train', '--resume', join(folder, 'a.checkpoint'), '--rate', '1', '--epochs', '3',
      '--checkpoint', 'x'],
      /3 faults: \(1\) --rate: a resumed training keeps its own.*\(2\) --epochs.*\(3\) --checkpoint/)
  })

  it('refuses owners of segments that depend on each other, before anything is written', async () => {
    await expectRefusal(['train', ...SMALL, '--checkpoint', join(folder, 'b'), '--rule', 'kp', '--owners', '2'],
      /^.*train: --owners: rule must leave segments independent of each other, got kolen-pollack, which has beforeUpdate/)
    expect(existsSync(join(folder, 'b'))).toBe(false)
  })

  it('does not replace a checkpoint unless it is told to', async () => {
    await train('--epochs', '1')
    const before = readFileSync(join(folder, 'a.checkpoint'))
    await expectRefusal(['train', ...SMALL, '--checkpoint', join(folder, 'a.checkpoint')],
      /is there already; go on with --resume, replace it with --overwrite/)
    expect(readFileSync(join(folder, 'a.checkpoint')).equals(before)).toBe(true)
    expect((await train('--epochs', '1', '--seed', '4', '--overwrite')).status).toBe(0)
    expect(readFileSync(join(folder, 'a.checkpoint')).equals(before)).toBe(false)
  })

  it('takes its options from a file, those of the command line first', async () => {
    const config = join(folder, 'c.json')
    writeFileSync(config, JSON.stringify({ epochs: 2, rule: 'bp', seed: 5 }))
    const { status, out } = await train('--config', config, '--seed', '6', '--alignment-samples', '0', '--json',
      join(folder, 'l'))
    expect([status, out.split(',')[0]]).toEqual([0, 'backpropagation'])
    const [head, epoch] = lines(join(folder, 'l'))
    expect(head).toMatchObject({ configuration: { epochs: 2, seed: 6 } })
    expect(epoch['alignment']).toBeNull()
  })

  it('reads a configuration file in any encoding of Unicode, and names what is none', async () => {
    const config = join(folder, 'c.json')
    const text = JSON.stringify({ epochs: 1, rule: 'bp' })
    for (const bytes of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'),
      Buffer.from(text, 'utf16le')])
    {
      writeFileSync(config, bytes)
      expect((await train('--config', config, '--alignment-samples', '0', '--overwrite')).out).toMatch(
        /^backpropagation,/,
      )
    }
    writeFileSync(config, '{')
    await expectRefusal(['train', '--config', config], `train: --config: ${config} must be a JSON file, got `)
    await expectRefusal(['train', '--config', join(folder, 'none')],
      `train: --config: ${folder}/none: must exist, got no file`)
    await expectRefusal(['train', '--config', folder], `train: --config: ${folder}: must be a file, got a directory`)
  })

  it('refuses one place for two files', async () => {
    const to = join(folder, 'same')
    await expectRefusal(['train', '--checkpoint', to, '--json', to],
      `train: --json: must be another file than the checkpoint, got ${to}`)
    await expectRefusal(['reproduce', 'refinetti2021/degeneracy', '--json', to, '--markdown', to],
      `--json: must be another place than that of --markdown, got ${to}`)
    expect(existsSync(to)).toBe(false)
  })

  it('lists all faults before the first step and writes nothing', async () => {
    const config = join(folder, 'c.json')
    writeFileSync(config, '[1]')
    await expectRefusal(['train', '--rate', '0', '--rule', 'bp', '--feedback', 'sparse', '--config', config,
      '--dataset', 'mnist', '--resume-at', '3'], 'train: unknown option --resume-at')
    await expectRefusal(['train', '--rate', '0', '--rule', 'bp', '--feedback', 'sparse', '--config', config,
      '--dataset', 'mnist', '--checkpoint', join(folder, 'x')],
      /4 faults: \(1\) --config: .* must hold a JSON object.*\(2\) --rate: .*\(3\) --feedback: backpropagation has no use for it.*\(4\) --data: mnist needs a data directory/)
    await expectRefusal(['train', '--training-samples', '100', '--batch', '101', '--checkpoint', join(folder, 'x')],
      'train: --batch: must be at most the 100 training samples, got 101')
    await expectRefusal(['train', '--resume', join(folder, 'nowhere')], /nowhere: checkpoint must exist/)
    writeFileSync(join(folder, 'damaged'), 'no checkpoint')
    await expectRefusal(['train', '--resume', join(folder, 'damaged')], /damaged must /)
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })

  it('reports divergence with step and place, and leaves the last checkpoint', async () => {
    const diverge = (...args: readonly string[]): Promise<Captured> =>
      run('train', '--hidden', '8', '--training-samples', '200', '--checkpoint', join(folder, 'd'), '--optimizer',
        'sgd', ...args)
    await expect(diverge('--rate', '1e30')).rejects.toThrow(/^training stopped at step \d+: loss is /)
    // One step: nothing but the score at the epoch's end can see it.
    await expect(diverge('--rate', '3e38', '--batch', '200', '--epochs', '1', '--overwrite')).rejects.toThrow(
      /^training stopped at step 1: /,
    )
  })
})
