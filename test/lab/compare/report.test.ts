import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../src/lab/cli.ts'
import { EVENT_FILE } from '../../../src/lab/compare/tensorboard.ts'
import { DEFAULTS } from '../../../src/lab/training/configuration.ts'
import { lines, record } from './made.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
function file(name: string, content: string): string {
  writeFileSync(at(name), content)
  return at(name)
}
async function report(...args: readonly string[]): Promise<{ status: number; out: string; error: string }> {
  let out = '', error = ''
  const status = await runCommandLine(['report', ...args], { out: (text) => {
    out += `${text}\n`
  }, error: (text) => {
    error += `${text}\n`
  }, width: 120 })
  return { status, out, error }
}
const shifted = (shift: number) => [0, 1, 2].map((epoch) => record(epoch, shift))
const bp = { ...DEFAULTS, rule: 'backpropagation', rate: 0.001 }

describe('report', () => {
  it('counts what there is', async () => {
    const one = file('one.jsonl', lines(bp))
    expect((await report(one, '--report', at('one'))).out).toContain('1 training, 3 records')
  })

  it('draws trainings by rule with bands over seeds, and says what differs', async () => {
    const files = [
      file('bp-1.jsonl', lines({ ...bp, seed: 1 })),
      file('bp-2.jsonl', lines({ ...bp, seed: 2 }, shifted(0.1))),
      // Two behind each other in one file.
      file('dfa.jsonl',
        lines({ ...DEFAULTS, seed: 1 }, shifted(-0.05)) + lines({ ...DEFAULTS, seed: 2 }, shifted(-0.03))),
    ]
    const { status, out, error } = await report(...files, '--report', at('page'))
    expect([status, error]).toEqual([0, ''])
    expect(out).toContain('4 trainings, 12 records')
    const page = readFileSync(at('page/index.html'), 'utf8')
    expect(page).toContain('2 rules on teacher')
    // The means over two seeds, at the last epoch, with their deviation: 0.1 + 2/9 + (0, 0.1), (−0.05, −0.03).
    expect(page).toContain('0.3722 ± 0.0707')
    expect(page).toContain('0.2822 ± 0.0141')
    expect(page).toContain('Highest test accuracy at the end: BP, 0.3722 in the mean of 2.')
    // The rate follows from the rule: the table of settings has it, the names have not.
    expect(page).toMatch(/<t[dh][^>]*>rate</)
    expect(page).not.toContain('BP, rate')
    for (const name of ['bp-1', 'bp-2', 'dfa-1', 'dfa-2', 'Test accuracy', 'DFA, layer by layer']) {
      expect(page).toContain(name)
    }
    expect(page).not.toContain('<script')
    // Curves with areas, in the color of their rule.
    expect((page.match(/class="f[01]"/g) ?? []).length).toBeGreaterThan(3)
  })

  it('names trainings of one rule by what else differs', async () => {
    const files = [0.1, 0.2].map((rate) => file(`rate-${rate}.jsonl`, lines({ ...DEFAULTS, rate })))
    expect((await report(...files, '--report', at('rates'))).status).toBe(0)
    const page = readFileSync(at('rates/index.html'), 'utf8')
    expect(page).toContain('rate 0.1')
    expect(page).toContain('direct-feedback-alignment on teacher')
  })

  it('says first which trainings were stopped, and takes those that have no end', async () => {
    const stopped = file('stopped.jsonl',
      lines(DEFAULTS, shifted(0), { record: 'stopped', step: 7, why: 'loss is NaN' }))
    const open = file('open.jsonl', lines(bp, shifted(0).slice(0, 1), null))
    expect((await report(stopped, open, '--report', at('ends'))).status).toBe(0)
    const page = readFileSync(at('ends/index.html'), 'utf8')
    expect(page).toContain('1 training of 2 stopped before the end: stopped at step 7: loss is NaN.')
    expect(page).toContain('no end recorded')
  })

  it('writes CSV and event files, the page then only where it is asked for', async () => {
    const run = file('run.jsonl', lines(DEFAULTS))
    const { status, out } = await report(run, run, '--csv', '-', '--tensorboard', at('board'))
    expect(status).toBe(0)
    expect(out.split('\r\n').filter((line) => /^run/.test(line)).map((line) => line.split(',')[0])).toEqual(['run',
      'run', 'run', 'run', 'run-2', 'run-2', 'run-2'])
    for (const name of ['run', 'run-2']) expect(existsSync(join(folder, 'board', name, EVENT_FILE))).toBe(true)
    expect(existsSync('report/index.html')).toBe(false)
    // Its own results are replaced, others are not.
    expect((await report(run, '--csv', at('t.csv'), '--tensorboard', at('board'))).status).toBe(0)
    expect((await report(run, '--csv', at('t.csv'), '--tensorboard', at('board'))).status).toBe(0)
    const other = file('notes.csv', 'mine\n')
    expect((await report(run, '--csv', other)).error).toContain('got another file; replace it with --overwrite')
    expect(readFileSync(other, 'utf8')).toBe('mine\n')
    expect((await report(run, '--csv', other, '--overwrite')).status).toBe(0)
  })

  const epoch = (change: object): string => lines(DEFAULTS, [{ ...record(0), ...change }])
  it.each<[string, string, RegExp]>([['no JSON', `${lines(DEFAULTS)}{"record":`,
    /bad\.jsonl, line 6: must be JSON, got /], ['another kind', `${lines(DEFAULTS)}{"record":"note"}\n`,
    /line 6: record must be training, epoch, end or stopped, got "note"/], ['no beginning', '{"record":"end"}\n',
    /line 1: must begin the record of a training \(train --json\)/], ['a list', '[1]\n',
    /line 1: must be an object, got \[1\]/], ['no configuration', '{"record":"training"}\n',
    /line 1: configuration must be an object, got undefined/], ['a step that is none', epoch({ steps: -1 }),
    /line 2: steps must be a whole number of at least 0, got -1/], ['no score', epoch({ test: null }),
    /line 2: test must be a score, got null/], ['an alignment that is none', epoch({ alignment: 3 }),
    /line 2: alignment must be an object or null, got 3/], ['epochs that go back',
    lines(DEFAULTS, [record(1), record(1)]), /line 3: epoch must be above 1, .*, got 1/], ['nothing', '\n',
    /must hold the record of a training, got none/]])('names file and line of %s', async (_what, content, message) => {
      const { status, error } = await report(file('bad.jsonl', content))
      expect(status).toBe(2)
      expect(error).toMatch(message)
      expect(error).toContain('bad.jsonl')
    })

  it('refuses to do nothing, and what is not there', async () => {
    expect((await report()).error).toContain('report: must be given a FILE of train --json, got none')
    expect((await report(at('nowhere'))).error).toContain('nowhere must exist, got no file')
    expect((await report(at('run.jsonl'), '--reprt', 'x')).error).toContain('did you mean --report?')
  })
})

describe('train --csv --tensorboard', () => {
  it('writes while it trains what report makes of its record', async () => {
    const run = (...args: readonly string[]) =>
      runCommandLine(['train', '--hidden', '8', '--training-samples', '200', '--epochs', '2', '--checkpoint',
        at('own.checkpoint'), '--json', at('own.jsonl'), '--csv', at('own.csv'), '--tensorboard', at('tb'), ...args], {
        out() {},
        error() {},
        width: 80,
      })
    expect(await run()).toBe(0)
    expect((await report(at('own.jsonl'), '--csv', at('again.csv'), '--tensorboard', at('tb2'))).status).toBe(0)
    expect(readFileSync(at('own.csv'), 'utf8')).toBe(readFileSync(at('again.csv'), 'utf8'))
    const events = ['tb', 'tb2'].map((name) => readFileSync(join(folder, name, 'own', EVENT_FILE)))
    expect(events[0].equals(events[1])).toBe(true)
    expect(await run('--overwrite')).toBe(0)
    expect(readFileSync(join(folder, 'tb', 'own', EVENT_FILE)).equals(events[1])).toBe(true)
  })
})
