// The main job on real data, as docs/reproducing.md prints it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommandLine } from '../../src/lab/cli.ts'

const DATA = process.env['FEEDBACK_ALIGNMENT_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const missing = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].filter((name) =>
  !existsSync(join(DATA, 'mnist', name)) && !existsSync(join(DATA, 'mnist', `${name}.gz`))
)

describe('check --data', () => {
  it.skipIf(missing.length > 0)(
    missing.length > 0 ? `skipped: ${missing.join(' and ')}(.gz) not found in ${join(DATA, 'mnist')}`
      : 'holds in every claim, generated and MNIST',
    async () => {
      let out = ''
      let error = ''
      const status = await runCommandLine(['check', '--data', DATA], {
        out: (text) => {
          out += `${text}\n`
        },
        error: (text) => {
          error += `${text}\n`
        },
        width: 160,
      })
      expect(out.split('\n').filter((line) => line.startsWith('FAILS'))).toEqual([])
      expect([status, error]).toEqual([0, ''])
      expect(out).toMatch(/mnist-weak-identity/)
      expect(out).toMatch(/mnist-final-condition/)
    },
  )
})
