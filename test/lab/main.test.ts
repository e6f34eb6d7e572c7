// The built executable as a process of its own.

import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = fileURLToPath(new URL('../../dist/lab/main.js', import.meta.url))
const SMALL = ['check', '--quick', '--depth', '2', '--inputs', '6', '--outputs', '3', '--width', '12',
  '--target-condition', '1']

beforeAll(() => {
  if (!existsSync(MAIN)) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT })
}, 60_000)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command into a pipe whose reader is gone, and returns the status of the command itself. */
function intoClosedPipe(args: readonly string[], redirect: string): { status: string; error: string } {
  const status = join(folder, 'status')
  const error = join(folder, 'error')
  const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ')
  // The reader ends first: the command starts when there is none any more.
  const redirected = `${words} ${redirect.replace('FILE', `'${error}'`)}`
  execFileSync('sh', ['-c', `{ sleep 0.3; ${redirected}; echo $? > '${status}'; } | true`])
  return { status: readFileSync(status, 'utf8').trim(), error: existsSync(error) ? readFileSync(error, 'utf8') : '' }
}

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
    const { status, stdout, stderr } = spawnSync('sh', ['-c',
      `"${process.execPath}" "${MAIN}" ${SMALL.join(' ')} | head -1`], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toHaveLength(2)
  })

  it('stops a training when nobody reads what it says, with a checkpoint, unless it is told to go on', () => {
    const record = join(folder, 'record.jsonl')
    const kinds = (): string[] =>
      readFileSync(record, 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { record: string }).record)
    const args = ['train', '--dataset', 'teacher', '--training-samples', '200', '--hidden', '8', '--epochs', '5',
      '--alignment-samples', '8', '--checkpoint', join(folder, 'checkpoint'), '--json', record]
    const stopped = intoClosedPipe(args, '2> FILE')
    expect(stopped).toEqual({
      status: '141',
      error: expect.stringMatching(
        /^interrupted by the loss of its reader \(--keep-going\) at step \d+ of \d+; go on with: train --resume \S+\n$/,
      ) as string,
    })
    expect(kinds().at(-1)).toBe('epoch')
    expect(existsSync(join(folder, 'checkpoint'))).toBe(true)
    expect(intoClosedPipe([...args, '--keep-going', '--overwrite'], '2> FILE')).toEqual({ status: '0', error: '' })
    expect(kinds()).toEqual(['training', ...Array.from({ length: 6 }, () => 'epoch'), 'end'])
  })

  it('keeps its status when nobody reads what it says, on standard output or standard error', () => {
    expect(intoClosedPipe(['check', '--depth', '1'], '2>&1').status).toBe('2')
    expect(intoClosedPipe(['check', '--quick', '--rate', '5'], '2>&1').status).toBe('1')
  })

  it('refuses bad usage with status 2 and one line', () => {
    const { status, stdout, stderr } = start('check', '--depth', '1')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('feedback-alignment: --depth: value must be a whole number of at least 2, got "1"\n')
  })

  it('reports divergence with status 1 and one line that names the step', () => {
    const { status, stdout, stderr } = start('check', '--quick', '--rate', '5')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^feedback-alignment: training stopped at step \d+: loss is NaN, .*: --rate 5 is too large for this task\n$/,
    )
  })
})
