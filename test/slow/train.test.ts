// The built command on real data under every rule: interrupted, resumed, and killed, it ends with the same bits.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'

const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
const DATA = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const WANTED = {
  mnist: 'mnist/train-images-idx3-ubyte',
  cifar10: 'cifar10/data_batch_1.bin',
  optdigits: 'optdigits/optdigits.tra.csv',
}
const missing = Object.values(WANTED).filter((file) =>
  !existsSync(join(DATA, file)) && !existsSync(join(DATA, `${file}.gz`))
)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly error: string
}

/** Runs the command; when its output first matches `at`, and `delay` milliseconds later, it is sent `signal`. */
function start(args: readonly string[], signal?: NodeJS.Signals, at = /./, delay = 0): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'train', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let error = ''
    let sent = false
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (signal !== undefined && !sent && at.test(out)) {
        sent = true
        setTimeout(() => child.kill(signal), delay)
      }
    })
    child.stderr.on('data', (chunk: Buffer) => {
      error += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (status, by) => resolve({ status, signal: by, out, error }))
  })
}

const hashOf = ({ out, error }: Ended): string => {
  const found = /state sha256 ([0-9a-f]{64})/.exec(out)
  if (found === null) throw new Error(`no hash in: ${out}${error}`)
  return found[1]
}

const SIZE: Readonly<Record<string, readonly string[]>> = {
  mnist: ['--training-samples', '4000', '--epochs', '3', '--hidden', '64,32'],
  cifar10: ['--training-samples', '1000', '--epochs', '3', '--hidden', '48,32'],
}

describe.skipIf(missing.length > 0)(
  missing.length > 0 ? `skipped: ${missing.join(', ')}(.gz) not found in ${DATA}` : 'train on real data',
  () => {
    for (const dataset of ['mnist', 'cifar10']) {
      it.each(Object.keys(RULES))(`${dataset}, %s: interrupted and resumed, the same bits as uninterrupted`,
        async (rule) => {
          const options = ['--dataset', dataset, '--data', DATA, '--rule', rule, '--rate', '0.005', '--batch', '32',
            '--schedule', 'plateau', '--keep-going', ...SIZE[dataset]]
          const logs = ['whole', 'resumed'].map((name) => join(folder, `${dataset}-${rule}-${name}.jsonl`))
          const whole = await start([...options, '--checkpoint', join(folder, `${dataset}-${rule}-whole`), '--json',
            logs[0]])
          const file = join(folder, `${dataset}-${rule}`)
          const stopped = await start([...options, '--checkpoint', file], 'SIGINT', /epoch 1\/3/, 15)
          // A machine that is fast enough may be done, well or not: then there is nothing to resume.
          expect([0, 1, 130]).toContain(stopped.status)
          if (stopped.status === 130) {expect(stopped.error).toMatch(
              /interrupted by SIGINT at step \d+ of \d+; go on with: train --resume /,
            )}
          const resumed = await start(['--resume', file, '--data', DATA, '--keep-going', '--json', logs[1]])
          expect(hashOf(resumed)).toBe(hashOf(whole))
          expect(readFileSync(logs[1], 'utf8')).toBe(readFileSync(logs[0], 'utf8'))
        })
    }

    it.each([['lenet', 'mnist', '600'], ['cnn', 'cifar10', '200']])(
      '%s on %s is interrupted within an epoch and resumed to the same bits',
      async (model, dataset, samples) => {
        const options = ['--dataset', dataset, '--data', DATA, '--model', model, '--training-samples', samples,
          '--epochs', '2', '--rate', '0.001', '--batch', '20', '--alignment-samples', '20']
        const whole = await start([...options, '--checkpoint', join(folder, `${model}-whole`)])
        const stopped = await start([...options, '--checkpoint', join(folder, model)], 'SIGTERM', / steps, /, 40)
        expect([stopped.status, stopped.error]).toEqual([143, expect.stringContaining('interrupted by SIGTERM')])
        expect(hashOf(await start(['--resume', join(folder, model), '--data', DATA]))).toBe(hashOf(whole))
      },
    )

    it.each([['2', '1'], ['1', '2'], ['2', '2']])(
      'interrupted with %s owners and resumed with %s, it ends with the bits of one, and says the same',
      async (before, after) => {
        const options = ['--dataset', 'mnist', '--data', DATA, '--rate', '0.005', '--batch', '48', '--hidden',
          '64,48,32', '--schedule', 'plateau', '--optimizer', 'adam', '--training-samples', '4000', '--epochs', '3']
        const name = join(folder, `owners-${before}-${after}`)
        const whole = await start([...options, '--checkpoint', `${name}-whole`, '--json', `${name}-whole.jsonl`])
        const stopped = await start([...options, '--checkpoint', name, '--owners', before], 'SIGINT', /epoch 1\/3/, 15)
        expect(stopped.status).toBe(130)
        const resumed = await start(['--resume', name, '--data', DATA, '--owners', after, '--json', `${name}.jsonl`])
        expect(hashOf(resumed)).toBe(hashOf(whole))
        expect(readFileSync(`${name}.jsonl`, 'utf8')).toBe(readFileSync(`${name}-whole.jsonl`, 'utf8'))
        expect(readFileSync(name).equals(readFileSync(`${name}-whole`))).toBe(true)
      },
    )

    it('killed at random moments and resumed each time, it ends with the same bits', async () => {
      const options = ['--dataset', 'optdigits', '--data', DATA, '--epochs', '40', '--hidden', '200', '--batch', '16']
      const whole = await start([...options, '--checkpoint', join(folder, 'k-whole')])
      const file = join(folder, 'k')
      let kills = 0
      let last = await start([...options, '--checkpoint', file, '--checkpoint-seconds', '0.01'], 'SIGKILL', /epoch 1\//,
        5)
      while (last.signal === 'SIGKILL' && kills < 40) {
        kills++
        // Moments spread over an epoch: from the head line on, a little later each time.
        last = await start(['--resume', file, '--data', DATA, '--checkpoint-seconds', '0.01'], 'SIGKILL',
          kills % 2 === 0 ? /resumed/ : /epoch/, 20 + 17 * kills % 90)
      }
      const end = last.signal === 'SIGKILL' ? await start(['--resume', file, '--data', DATA]) : last
      expect(kills).toBeGreaterThan(3)
      expect(hashOf(end)).toBe(hashOf(whole))
    })
  },
)
