import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Captured, run } from '../captured.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('check --json', () => {
  it('writes the documented claims and runs, status 0, and leaves only the file; a report has each claim once', async () => {
    const file = join(folder, 'json', 'out.json')
    const page = join(folder, 'page')
    const { status, out, error } = await run('check', '--quick', '--depth', '3', '--width', '37', '--outputs', '3',
      '--target-condition', '3,7', '--json', file, '--report', page)
    expect([status, error]).toEqual([0, ''])
    expect(out).toMatch(/\d+ claims hold, 0 fail, \d+ undecided, \d+ outside the theory/)
    expect(readdirSync(join(folder, 'json'))).toEqual(['out.json'])
    const { claims, runs } = JSON.parse(readFileSync(file, 'utf8')) as { claims: Record<string, unknown>[];
      runs: Record<string, unknown>[] }
    expect(claims.length).toBeGreaterThan(15)
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length)
    const sections = readFileSync(join(page, 'index.html'), 'utf8').split('<section id="').slice(1)
    const shown = sections.flatMap((section) =>
      [...section.matchAll(/id="claim-([a-z0-9-]+)"/g)].map(([, id]) => ({ id, section: section.split('"', 1)[0] }))
    )
    expect(shown.map(({ id }) => id).sort()).toEqual(claims.map(({ id }) => id).sort())
    for (const { id, section } of shown) expect(section === 'shaped-feedback', id).toBe(id.startsWith('shaped'))
    for (const claim of claims) {
      for (const key of ['id', 'statement', 'source', 'method', 'criterion', 'measured', 'why', 'verdict']) {
        expect(Object.keys(claim)).toContain(key)
      }
      expect(['holds', 'undecided', 'outside']).toContain(claim['verdict'])
      expect(claim['why']).toMatch(/\w/)
    }
    expect(runs.map(({ feedback, targetCondition }) => [feedback, targetCondition])).toEqual([['orthogonal', 3], [
      'orthogonal',
      7,
    ], ['gaussian', 3], ['gaussian', 7]])
    for (const entry of runs) {
      expect(entry).toMatchObject({ depth: 3, inputs: 20, width: 37, outputs: 3, seed: 0 })
      const early = entry['early'] as Record<string, unknown>
      const final = entry['final'] as Record<string, unknown>
      for (const key of ['loss', 'conditionNumbers', 'weightAlignment', 'probeGradientAlignment']) {
        expect(Object.keys(early)).toContain(key)
        expect(Object.keys(final)).toContain(key)
      }
      expect(Object.keys(final)).toContain('gradientAlignment')
      expect(early['loss']).toBeLessThanOrEqual(0.999)
      expect(final['loss']).toBeLessThanOrEqual(1e-4)
      for (const moment of [early, final]) {
        expect(moment['conditionNumbers']).toHaveLength(2)
        expect(moment['weightAlignment']).toHaveLength(2)
      }
    }
    // κ(A_2), κ(A_3) = κ_T^(2/7), κ_T^(4/7), computed here: parameters that no page names.
    const final = (runs[1]['final'] as { conditionNumbers: number[] }).conditionNumbers
    expect(Math.abs(final[0] / Math.pow(7, 2 / 7) - 1)).toBeLessThan(0.1)
    expect(Math.abs(final[1] / Math.pow(7, 4 / 7) - 1)).toBeLessThan(0.1)
  })
})

describe('check with other parameters', () => {
  const failures = ({ out }: Captured): readonly string[] => out.split('\n').filter((line) => line.startsWith('FAILS'))

  it.each([['depth 5', ['--depth', '5', '--target-condition', '3']], ['depth 2', ['--depth', '2', '--target-condition',
    '4', '--width', '20']], ['width 37', ['--width', '37', '--target-condition', '2']], ['fewer inputs than outputs', [
    '--inputs',
    '3',
    '--target-condition',
    '2',
    '--feedback',
    'orthogonal',
  ]], ['one output', ['--outputs', '1', '--target-condition', '1,3', '--feedback', 'orthogonal']], ['one input', [
    '--inputs',
    '1',
    '--target-condition',
    '1,3',
    '--feedback',
    'orthogonal',
  ]], ['Gaussian feedback alone', ['--feedback', 'gaussian', '--target-condition', '2', '--outputs', '3']]])(
    'holds, or says that the theory does not cover it: %s',
    async (_name, args) => {
      const captured = await run('check', '--quick', ...args)
      expect(failures(captured)).toEqual([])
      expect([captured.status, captured.error]).toEqual([0, ''])
    },
  )

  it('says "outside" when the hidden layers are narrower than the output, and does not fail', async () => {
    const captured = await run('check', '--quick', '--depth', '2', '--inputs', '3', '--width', '1', '--outputs', '2',
      '--target-condition', '1', '--feedback', 'orthogonal')
    expect(captured.out).toContain('○ outside')
    expect(captured.out).toMatch(/width 1 < 2 outputs/)
    expect(failures(captured)).toEqual([])
    expect(captured.status).toBe(0)
  })
})
