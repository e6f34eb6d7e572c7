import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from '../../../src/lab/cli.ts'
import { type Captured, expectRefusal, run } from '../captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
  vi.stubEnv('FEEDBACK_ALIGNMENT_DATA', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

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
    expect(out).toMatch(
      /^epoch 0\/3: training [\d.]+ %, validation [\d.]+ %, test [\d.]+ % \(loss [\d.]+\), alignment .*\)$/m,
    )
    expect(out.match(/^epoch [123]\/3: training loss \d\.\d{4}, training .* %, validation .* %, test .* %/gm))
      .toHaveLength(3)
    const [head, ...rest] = lines(json)
    expect(head).toMatchObject({
      record: 'training',
      configuration: { rule: 'direct-feedback-alignment', hidden: [12], epochs: 3 },
    })
    expect(rest.map(({ record }) => record)).toEqual(['epoch', 'epoch', 'epoch', 'epoch', 'end'])
    expect(rest[0]).toMatchObject({
      epoch: 0,
      steps: 0,
      trainingLoss: null,
      rate: null,
      test: { loss: expect.any(Number) },
    })
    expect(rest[3]).toMatchObject({
      epoch: 3,
      steps: 18,
      rate: 0.02,
      training: { accuracy: expect.any(Number) },
      validation: { loss: expect.any(Number) },
      alignment: { layerGradient: { dense1: { count: 256 } }, weight: { dense2: expect.any(Number) } },
    })
    expect(out).toContain(`state sha256 ${String(rest[4]['hash'])}`)
    const page = readFileSync(join(folder, 'report', 'index.html'), 'utf8')
    expect(page).toContain('direct-feedback-alignment, teacher')
    expect(page.match(/<figcaption>/g)).toHaveLength(4)
    expect(page).not.toContain('not finite')
  })

  it('goes on from a finished checkpoint to the same end, and keeps its configuration', async () => {
    const first = await train('--epochs', '2')
    const again = await run('train', '--resume', join(folder, 'a.checkpoint'))
    expect(again.status).toBe(0)
    expect(again.out).toContain('resumed at step 12 of 12')
    expect(again.out.split('sha256 ')[1]).toBe(first.out.split('sha256 ')[1])
    await expectRefusal(['train', '--resume', join(folder, 'a.checkpoint'), '--rate', '1', '--epochs', '1',
      '--checkpoint', 'x'],
      /3 faults: \(1\) --epochs: a resumed training must have at least its own 2, got 1.*\(2\) --rate: a resumed training keeps its own.*\(3\) --checkpoint/)
  })

  it('is extended by --resume and --epochs to the bits of a training that was as long from the beginning', async () => {
    const record = (name: string): string => readFileSync(join(folder, name), 'utf8')
    const schedule = ['--schedule', 'step', '--milestones', '1']
    await train('--epochs', '2', ...schedule)
    const extended = await run('train', '--resume', join(folder, 'a.checkpoint'), '--epochs', '4', '--json',
      join(folder, 'extended'))
    expect([extended.status, extended.error]).toEqual([0, ''])
    expect(extended.out).toContain('resumed at step 12 of 24')
    await train('--epochs', '4', ...schedule, '--overwrite', '--json', join(folder, 'whole'))
    expect(record('extended')).toBe(record('whole'))
    await train('--epochs', '2', '--schedule', 'cosine', '--overwrite')
    await expectRefusal(['train', '--resume', join(folder, 'a.checkpoint'), '--epochs', '3'],
      'train: --epochs: the cosine schedule has gone by its 2 epochs, got 3')
  })

  it('has a number of its own for every checkpoint that is not named', async () => {
    const before = process.cwd()
    process.chdir(folder)
    try {
      const place = (name: string): string => join('runs', 'train', `teacher-backpropagation-seed0${name}.checkpoint`)
      const again = (...args: readonly string[]): Promise<Captured> =>
        run('train', ...SMALL, '--rule', 'bp', '--epochs', '1', ...args)
      for (const name of ['', '-2', '-3']) {
        const { status, out } = await again()
        expect([status, out]).toEqual([0, expect.stringContaining(place(name))])
      }
      expect((await again('--seed', '0', '--overwrite')).out).toContain(place(''))
      expect(existsSync(place('-4'))).toBe(false)
    } finally {
      process.chdir(before)
    }
  })

  it('means the loss over samples, in the unit of the test loss, whatever batches and reduction', async () => {
    const losses = async (name: string, ...args: readonly string[]): Promise<readonly number[]> => {
      // Steps so small that all samples meet the same weights.
      await run('train', '--hidden', '8', '--training-samples', '130', '--epochs', '1', '--rate', '1e-12',
        '--checkpoint', join(folder, name), '--json', join(folder, `${name}.jsonl`), ...args)
      return lines(join(folder, `${name}.jsonl`)).filter(({ epoch }) => epoch === 1).flatMap((
        { trainingLoss, training },
      ) => [trainingLoss as number, (training as { loss: number }).loss])
    }
    const all = [await losses('a', '--batch', '100'), await losses('b', '--batch', '100', '--reduction', 'sum'),
      await losses('c', '--batch', '7')].flat()
    expect(all).toHaveLength(6)
    for (const loss of all) expect(loss).toBeCloseTo(all[0], 5)
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

  it('stops a training whose values are no longer finite, with step, place and advice', async () => {
    const diverge = (...args: readonly string[]): Promise<Captured> =>
      run('train', '--hidden', '8', '--training-samples', '200', '--checkpoint', join(folder, 'd'), '--optimizer',
        'sgd', ...args)
    for (const args of [
      ['--rate', '1e30'],
      ['--rate', '1e30', '--keep-going'],
      // One step: nothing but the score at the epoch's end can see it.
      ['--rate', '3e38', '--batch', '200', '--epochs', '1'],
    ]) {
      const { status, error } = await diverge(...args)
      expect(error, args.join(' ')).toMatch(
        /^training stopped at step \d+: [^\n]*(loss|gradient)[^\n]*; try --activation tanh, [^\n]*\n$/,
      )
      expect(status).toBe(1)
    }
    expect(existsSync(join(folder, 'd'))).toBe(false)
  })

  describe('a training that diverges', () => {
    const bad = (...args: readonly string[]): Promise<Captured> =>
      run('train', '--hidden', '60,40,30', '--training-samples', '2000', '--rate', '0.3', '--epochs', '2',
        '--checkpoint', join(folder, 'd'), '--json', join(folder, 'd.jsonl'), '--report', join(folder, 'report'),
        ...args)

    it('stops, says so in one line with what to try, and says so first in its report', async () => {
      const { status, out, error } = await bad()
      expect([status, error]).toEqual([1,
        expect.stringMatching(
          /^training stopped at step \d+: training loss \S+ is above ten times that of the start, 2\.\d+; try --activation tanh, --clip-norm 1 or --rate 0\.03\n$/,
        )])
      expect(out).not.toContain('state sha256')
      expect(lines(join(folder, 'd.jsonl')).map(({ record }) => record)).toEqual(['training', 'epoch', 'stopped'])
      const page = readFileSync(join(folder, 'report', 'index.html'), 'utf8')
      const [, first] = /<h1>.*<\/h1>\n(.*)\n/.exec(page) ?? []
      expect(first).toMatch(
        /^<p class="answer alarm" role="alert">Training stopped at step \d+: training loss .*<\/p>$/,
      )
      expect(page).toContain('before the first step.</p>')
      expect(page).not.toContain('<figure')
    })

    it('goes on where it is told to, and ends with status 1 and the alarm', async () => {
      const { status, out, error } = await bad('--keep-going', '--overwrite')
      expect([status, error]).toEqual([1, expect.stringMatching(/^training continues at step \d+: [^\n]+\n$/)])
      expect(out).toContain('state sha256')
      expect(readFileSync(join(folder, 'report', 'index.html'), 'utf8')).toContain('Training continues at step')
    })
  })

  it('says that a layer is dead, at the end of the first epoch', async () => {
    const { status, error } = await train('--initialization', 'zero', '--rule', 'bp', '--no-bias',
      '--alignment-samples', '0')
    expect([status, error]).toEqual([1,
      expect.stringMatching(/^training stopped at step 6: all units of \S+ are 0 on every training sample; try /)])
  })

  it('stops with a checkpoint when nobody reads what it says, unless it is told otherwise', async () => {
    const abandoned = async (...args: readonly string[]): Promise<Captured> => {
      let out = ''
      let error = ''
      const status = await runCommandLine(['train', ...SMALL, '--epochs', '3', '--checkpoint', join(folder, 'n'),
        ...args], {
        out: (text) => {
          out += `${text}\n`
        },
        error: (text) => {
          error += `${text}\n`
        },
        width: 160,
        isAbandoned: () => out.includes('epoch 1/3'),
      })
      return { status, out, error }
    }
    const { status, error } = await abandoned()
    expect([status, error]).toEqual([141,
      `interrupted by the loss of its reader (--keep-going) at step 6 of 18; go on with: train --resume ${folder}/n\n`])
    expect((await run('train', '--resume', join(folder, 'n'))).out).toContain('resumed at step 6 of 18')
    expect(await abandoned('--overwrite', '--keep-going')).toMatchObject({ status: 0, error: '' })
  })
})
