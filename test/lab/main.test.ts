// The built executable as a process of its own.

import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
const SMALL = ['check', '--quick', '--depth', '2', '--inputs', '6', '--outputs', '3', '--width', '12', '--target-condition', '1']

beforeAll(() => {
  if (!existsSync(MAIN)) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT })
}, 60_000)

function start(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' })
}

describe('the executable', () => {
  it('prints the table on standard output and nothing on standard error when both are pipes', () => {
    const { status, stdout, stderr } = start(...SMALL, '--feedback', 'gaussian')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/claims hold, 0 fail/)
    expect(stdout).not.toContain('\u001b')
  })

  it('ends quietly when the reader of the pipe leaves first', () => {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" ${SMALL.join(' ')} | head -1`], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toHaveLength(2)
  })

  it('refuses bad usage with status 2 and one line', () => {
    const { status, stdout, stderr } = start('check', '--depth', '1')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('feedback-alignment: --depth: value must be a whole number of at least 2, got "1"\n')
  })

  it('reports divergence with status 1 and one line that names the step', () => {
    const { status, stdout, stderr } = start('check', '--quick', '--rate', '5')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^feedback-alignment: every run diverged, the first at step \d+, in all layers A₁ … A_4: --rate 5 is too large for this task\n$/)
  })
})
