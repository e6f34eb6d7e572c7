import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectRefusal, run } from './captured.ts'

describe('runCommandLine', () => {
  it('describes itself, its commands and its version', async () => {
    for (const word of ['--help', '-h', 'help']) {
      expect(await run(word)).toMatchObject({ status: 0, error: '', out: expect.stringContaining('check') })
    }
    for (const args of [['check', '--help'], ['check', '-h'], ['check', '--depth', '3', '--help']]) {
      const { status, out } = await run(...args)
      expect(status).toBe(0)
      const options = ['depth', 'inputs', 'width', 'outputs', 'target-condition', 'feedback', 'rate', 'seeds', 'seed',
        'data', 'json', 'report', 'quick', 'help']
      for (const option of options) expect(out).toContain(`--${option} `)
    }
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    for (const word of ['--version', '-v', '-V']) {
      expect(await run(word)).toEqual({ status: 0, out: `${version}\n`, error: '' })
    }
  })

  it('describes a command however it is asked', async () => {
    for (const name of ['check', 'reproduce', 'train', 'explore']) {
      const { out } = await run(name, '--help')
      expect(out).toContain(`feedback-alignment ${name} [`)
      for (const word of ['help', '--help', '-h']) expect(await run(word, name)).toEqual({ status: 0, out, error: '' })
    }
    await expectRefusal(['help', 'trian'], 'unknown command "trian"; did you mean train? (see --help)')
  })

  it('says on one line what a message holds that would break it or cannot be seen', async () => {
    const { error } = await run('check', '--depth', 'a\u001b[2Jb\nc\u200b')
    expect(error).toBe('feedback-alignment: --depth: value must be a number, got "a\\u{1b}[2Jb\\u{a}c\\u{200b}"\n')
  })

  it.each([[['chekc'], 'unknown command "chekc"; did you mean check? (see --help)'], [['banana'],
    'unknown command "banana" (see --help)'], [['check', '--dpeth', '3'],
    'check: unknown option --dpeth; did you mean --depth? (see --help)'], [['--bogus'],
    'check: unknown option --bogus'], [['check', 'stray'], 'check: takes no argument beside its options, got "stray"'],
    [['--bogus', 'train'], '--bogus: options must come after the command train'], [['--seed', '3', 'train', '--rate',
    '1'], '--seed: options must come after the command train'], [['--seed', 'train'],
    '--seed: value must be a number, got "train"'], [['check', '--seed', '99999999999999999999'],
    '--seed: value must be at most 9007199254740991, got "99999999999999999999"'], [['check', '--depth', '1'],
    '--depth: value must be a whole number of at least 2, got "1"'], [['check', '--depth', 'x'],
    '--depth: value must be a number, got "x"'], [['check', '--rate', '0'],
    '--rate: value must be above zero, got "0"'], [['check', '--rate', '-1'],
    '--rate: value must be above zero, got "-1"'], [['check', '--width', '0'],
    '--width: value must be a whole number of at least 1, got "0"'], [['check', '--inputs', '-3'],
    '--inputs: value must be a whole number of at least 1, got "-3"'], [['check', '--outputs', '2.5'],
    '--outputs: value must be a whole number of at least 1, got "2.5"'], [['check', '--seed', '-1'],
    '--seed: value must be a whole number of at least 0, got "-1"'], [['check', '--target-condition', '0.5'],
    '--target-condition: every value must be at least 1, got 0.5'], [['check', '--target-condition', '1e9'],
    '--target-condition: every value must be at most 1e6, got 1000000000'], [['check', '--feedback', 'foo'],
    '--feedback: value must be one or more of orthogonal, gaussian, got "foo"'], [['check', '--width', '1000000'],
    '--width: the network must have at most 1e8 weights'], [['check', '--json'],
    '--json: must be followed by a value (FILE)']])('refuses %j with one line',
      (args, message) => expectRefusal(args, message))
})
