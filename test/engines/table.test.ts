import { describe, expect, it } from 'vitest'
import { markdownTable, type Outcome, plainTable, summary } from './table.ts'

const RESULT = {
  features: { webAssembly: 'yes', simd: 'yes', relaxedSimd: 'no', sharedArrayBuffer: 'yes', threads: 'yes' },
  accumulations: {},
  refused: { simd: 'no | WebAssembly', threads: 'no | WebAssembly' },
  hashes: { 'every tier': {}, reference: {}, blocked: {} },
  trajectories: {},
  trace: [],
}
const PASSED: Outcome = {
  engine: 'a',
  title: 'A',
  version: '1.2',
  status: 'passed',
  result: RESULT,
  differences: [],
  seconds: 1.26,
}
const WRONG = { tier: 'blocked', group: 'matmul', expected: 'x', got: 'y' }
const FAILED: Outcome = { ...PASSED, title: 'B', status: 'failed', differences: [WRONG, { ...WRONG, group: 'random' }] }
const CRASHED: Outcome = {
  engine: 'c',
  title: 'C',
  version: '3',
  status: 'failed',
  reason: 'signal SIGKILL',
  seconds: 2,
}
const SKIPPED: Outcome = { engine: 'd', title: 'D', version: '', status: 'skipped', reason: 'not installed' }

describe('the table of engines', () => {
  it('has a row for each outcome, with the first differing group', () => {
    expect(markdownTable([PASSED, FAILED, CRASHED, SKIPPED])).toBe(
      ['| engine | version | tiers run | why not the others | same bits | seconds |',
        '| --- | --- | --- | --- | --- | --- |',
        '| A | 1.2 | reference, blocked | simd, threads: no \\| WebAssembly | yes | 1.3 |',
        '| B | 1.2 | reference, blocked | simd, threads: no \\| WebAssembly | NO: matmul of blocked and 1 more | 1.3 |',
        '| C | 3 | crashed | signal SIGKILL | NO | 2.0 |', '| D |  | not run | not installed |  |  |'].join('\n'),
    )
  })

  it('aligns its columns for a terminal', () => {
    const lines = plainTable([PASSED, SKIPPED]).split('\n')
    expect(lines).toHaveLength(3)
    expect(new Set(lines.map((line) => line.search(/tiers|reference|not run/))).size).toBe(1)
  })

  it('counts what was not run as skipped, never as passed', () => {
    expect(summary([SKIPPED, SKIPPED])).toBe('0 passed, 0 failed, 2 skipped')
    expect(summary([PASSED, FAILED, CRASHED, SKIPPED])).toBe('1 passed, 2 failed, 1 skipped')
  })
})
