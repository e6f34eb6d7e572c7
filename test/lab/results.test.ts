import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openResults, type Results } from '../../src/lab/results.ts'
import { UsageError } from '../../src/lab/options.ts'
import { expectRefusal, run } from './captured.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'feedback-alignment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const CHECK = ['check', '--quick', '--depth', '2', '--inputs', '6', '--outputs', '3', '--width', '12',
  '--target-condition', '1', '--feedback', 'gaussian']
const train = (
  ...args: readonly string[]
): string[] => ['train', '--hidden', '4', '--training-samples', '50', '--batch', '50', '--epochs', '2',
  '--alignment-samples', '0', '--checkpoint', join(folder, 'c'), '--overwrite', ...args]

function opened(files: Readonly<Record<string, string | undefined>>, overwrite = false): Results & { said: string[] } {
  const said: string[] = []
  const console = {
    out: (text: string) => said.push(`out ${text}`),
    error: (text: string) => said.push(`error ${text}`),
    width: 80,
  }
  return { ...openResults(console as never, overwrite, files), said }
}

describe('openResults', () => {
  it('writes files, and what is new of a growing result to standard output, where nothing else is said then', () => {
    const file = join(folder, 'new', 'a.json')
    const { console, write, said } = opened({ '--json': '-', '--markdown': file, '--report': undefined })
    expect(readdirSync(folder)).toEqual([])
    console.out('for people')
    for (const content of ['1\n', '1\n', '1\n2\n3\n']) write('-', content)
    write(file, 'text')
    expect(said).toEqual(['error for people', 'out 1', 'out 2\n3'])
    expect(readFileSync(file, 'utf8')).toBe('text')
    const alone = opened({ '--json': file }, true)
    alone.console.out('for people')
    expect(alone.said).toEqual(['out for people'])
  })

  it('refuses standard output for two, and files that are no results unless it may replace them', () => {
    expect(() => opened({ '--json': '-', '--markdown': '-' })).toThrow(
      '--json: must be another place than that of --markdown, got -',
    )
    const file = join(folder, 'theirs')
    for (const foreign of ['<!DOCTYPE html><title>Mine</title>', '{"name":"x"}', '[1]', '# Results\n\nMine',
      '\u0000'])
    {
      writeFileSync(file, foreign)
      expect(() => opened({ '--json': file }), foreign).toThrow(UsageError)
      expect(() => opened({ '--json': file }), foreign).toThrow(
        `--json: ${file} must not be there, or be a result of this program, got another file; replace it with --overwrite`,
      )
      expect(readFileSync(file, 'utf8')).toBe(foreign)
      expect(() => opened({ '--json': file }, true)).not.toThrow()
    }
    writeFileSync(file, '')
    expect(() => opened({ '--json': file })).not.toThrow()
    expect(() => opened({ '--json': '/dev/null' })).not.toThrow()
  })
})

describe('commands', () => {
  it('replace their own results and no others', async () => {
    const json = join(folder, 'j'), report = join(folder, 'r')
    const [page, theirs] = [join(report, 'index.html'), '<!DOCTYPE html>\n<html lang="en">theirs</html>']
    mkdirSync(report)
    writeFileSync(page, theirs)
    await expectRefusal([...CHECK, '--report', report], '--report: ')
    await expectRefusal(train('--report', report).filter((word) => word !== '--overwrite'), '--report: ')
    await expectRefusal(['reproduce', 'refinetti2021/degeneracy', '--scale', 'quick', '--report', report], '--report: ')
    expect(readFileSync(page, 'utf8')).toBe(theirs)
    expect((await run(...CHECK, '--report', report, '--json', json, '--overwrite')).status).toBe(0)
    // Each accepts what the others wrote.
    expect((await run(...CHECK, '--report', report, '--json', json)).status).toBe(0)
    expect((await run(...train('--json', json))).status).toBe(0)
    expect((await run(...CHECK, '--report', report, '--json', json)).status).toBe(0)
  })

  it('write nothing but the result to standard output with -', async () => {
    const checked = await run(...CHECK, '--json', '-')
    expect(Object.keys(JSON.parse(checked.out) as object)).toEqual(['claims', 'runs'])
    expect(checked.error).toContain('claims hold')
    const trained = await run(...train('--json', '-'))
    const kinds = trained.out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { record: string }).record)
    expect(kinds).toEqual(['training', 'epoch', 'epoch', 'epoch', 'end'])
    expect(trained.error).toContain('epoch 2/2')
    expect(readdirSync(folder)).toEqual(['c'])
  })
})
