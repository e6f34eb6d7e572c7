import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeOptions, flag, integer, nearest, numbers, output, parseOptions, path, positive, UsageError, word,
  words } from '../../src/lab/options.ts'

const DECLARED = {
  depth: integer(4, 'layers', 2),
  rate: positive(0.01, 'learning rate'),
  'target-condition': numbers([1, 2], 'conditions', 1),
  feedback: words(['orthogonal', 'gaussian'], ['gaussian'], 'kinds'),
  json: path('FILE', 'output'),
  quick: flag('faster'),
} as const

const parse = (...args: readonly string[]): ReturnType<typeof parseOptions<typeof DECLARED>> =>
  parseOptions('test', DECLARED, args)

describe('parseOptions', () => {
  it('gives the defaults when nothing is said', () => {
    expect(parse()).toEqual({
      depth: 4,
      rate: 0.01,
      'target-condition': [1, 2],
      feedback: ['gaussian'],
      json: undefined,
      quick: false,
    })
  })

  it('reads every kind, with a space or an equals sign, the last of repeated options', () => {
    expect(
      parse('--depth', '7', '--rate=1e-3', '--target-condition', '10,9,1.5,9', '--feedback', 'gaussian,orthogonal',
        '--json=x.json', '--quick'),
    ).toEqual({
      depth: 7,
      rate: 0.001,
      'target-condition': [1.5, 9, 10],
      feedback: ['gaussian', 'orthogonal'],
      json: resolve('x.json'),
      quick: true,
    })
    expect(parse('--depth', '7', '--depth', '3').depth).toBe(3)
  })

  it('understands the spelling of before, and says today’s', () => {
    const declared = { standardize: word(['global', 'none'], 'global', 'inputs') } as const
    expect(parseOptions('test', declared, ['--standardise', 'none'])).toEqual({ standardize: 'none' })
    expect(parseOptions('test', declared, ['--standardise=none', '--standardize', 'global'])).toEqual({
      standardize: 'global',
    })
    expect(() => parseOptions('test', declared, ['--standardise', 'x'])).toThrow(/^--standardize: value must be one of/)
    expect(() => parseOptions('test', declared, ['--standardise'])).toThrow('--standardize: must be followed by')
    expect(() => parse('--standardise', 'none')).toThrow('test: unknown option --standardise')
  })

  it('resolves paths at once, and tells files, directories and standard output apart', () => {
    const declared = { file: path('FILE', 'f'), folder: path('DIR', 'd'), result: output('r') } as const
    expect(parseOptions('test', declared, ['--file', 'a/../b', '--folder', 'c/', '--result', '-'])).toEqual({
      file: resolve('b'),
      folder: resolve('c'),
      result: '-',
    })
    expect(() => parseOptions('test', declared, ['--file', 'new/'])).toThrow(
      '--file: value must be a file, got the directory "new/"',
    )
    expect(() => parseOptions('test', declared, ['--result', 'new/'])).toThrow('--result: value must be a file')
  })

  it.each([[['--depth', 'x'], '--depth: value must be a number, got "x"'], [['--depth', ''],
    '--depth: value must be a number, got ""'], [['--depth', 'Infinity'],
    '--depth: value must be a number, got "Infinity"'], [['--depth', '1'],
    '--depth: value must be a whole number of at least 2, got "1"'], [['--depth', '2.5'],
    '--depth: value must be a whole number of at least 2, got "2.5"'], [['--depth', '1e300'],
    '--depth: value must be at most 9007199254740991, got "1e300"'], [['--depth', '-1e300'],
    '--depth: value must be a whole number of at least 2, got "-1e300"'], [['--depth'],
    '--depth: must be followed by a value (N)'], [['--depth', '--quick'], '--depth: must be followed by a value (N)'], [
    ['--rate', '0'],
    '--rate: value must be above zero, got "0"',
  ], [['--rate', '-1'], '--rate: value must be above zero, got "-1"'], [['--rate', 'NaN'],
    '--rate: value must be a number, got "NaN"'], [['--target-condition', '1,,2'],
    '--target-condition: value must be a number, got ""'], [['--target-condition', '3,0.5'],
    '--target-condition: every value must be at least 1, got 0.5'], [['--feedback', 'foo'],
    '--feedback: value must be one or more of orthogonal, gaussian, got "foo"'], [['--feedback', ''],
    '--feedback: value must be one or more of orthogonal, gaussian, got ""'], [['--json', ''],
    '--json: value must be a path, got ""'], [['--quick=yes'], '--quick: takes no value, got "yes"'], [['--dept', '3'],
    'test: unknown option --dept; did you mean --depth? (see --help)'], [['--zzzzzzzz'],
    'test: unknown option --zzzzzzzz (see --help)'], [['-x'], 'test: unknown option -x'], [['stray'],
    'test: takes no argument beside its options, got "stray"'], [['--toString', '1'],
    'test: unknown option --toString'], [['--constructor'], 'test: unknown option --constructor'], [['--__proto__',
    '1'], 'test: unknown option --__proto__']])('refuses %j', (args, message) => {
      expect(() => parse(...args)).toThrow(UsageError)
      expect(() => parse(...args)).toThrow(message)
    })
})

describe('a path', () => {
  it('is never taken for standard output', () => {
    const declared = { report: path('DIR', 'where') }
    expect(() => parseOptions('x', declared, ['--report', '-'])).toThrow(
      '--report: value must be a path, got "-"; ./- names one',
    )
    expect(parseOptions('x', declared, ['--report', './-']).report).toMatch(/[/\\\\]-$/)
  })
})

describe('nearest', () => {
  it('finds a slip of the finger and nothing farther', () => {
    expect(nearest('chekc', ['check', 'train'])).toBe('check')
    expect(nearest('trian', ['check', 'train'])).toBe('train')
    expect(nearest('banana', ['check', 'train'])).toBeUndefined()
    expect(nearest('x', [])).toBeUndefined()
  })
})

describe('describeOptions', () => {
  it('lists every option once, with its placeholder, help and default', () => {
    const lines = describeOptions(DECLARED).split('\n')
    for (const [name, { help }] of Object.entries(DECLARED)) {
      expect(lines.filter((line) => line.includes(`--${name}`) && line.includes(help)), name).toHaveLength(1)
    }
    expect(describeOptions(DECLARED)).toContain('[1,2]')
  })
})
