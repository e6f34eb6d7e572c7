// Command-line options, declared once: the declaration parses, checks, documents and gives defaults.

import { resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { formerNames, respell } from './spelling.ts'

/** Bad usage or bad input: one clear line, exit status 2, no stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** One option: how it is read, its default and its line of help. */
export interface Option<T> {
  readonly placeholder: string
  readonly help: string
  readonly fallback: T
  /** In the help in place of `fallback`, where the default follows from other options. */
  readonly shown?: string
  readonly read: (text: string, name: string) => T
}

type Options = Readonly<Record<string, Option<unknown>>>

/** Values of declared options, by name. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }

function toNumber(text: string, name: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new UsageError(`--${name}: value must be a number, got "${text}"`)
}

/** An option whose texts are read so. */
function option<T>(placeholder: string, help: string, fallback: T, read: Option<T>['read']): Option<T> {
  return { placeholder, help, fallback, read }
}

/** A number for which `isFit` holds; `requirement` says what that is. */
function number(fallback: number, help: string, isFit: (value: number) => boolean,
  requirement: string): Option<number>
{
  return option('X', help, fallback, (text, name) => {
    const value = toNumber(text, name)
    if (isFit(value)) return value
    throw new UsageError(`--${name}: value must ${requirement}, got "${text}"`)
  })
}

/** A whole number of at least `least`. */
export function integer(fallback: number, help: string, least = 1): Option<number> {
  return option('N', help, fallback, (text, name) => {
    const value = toNumber(text, name)
    if (Number.isSafeInteger(value) && value >= least) return value
    const tooLarge = value > Number.MAX_SAFE_INTEGER
    const wanted = tooLarge ? `at most ${Number.MAX_SAFE_INTEGER}` : `a whole number of at least ${least}`
    throw new UsageError(`--${name}: value must be ${wanted}, got "${text}"`)
  })
}

/** Any finite number. */
export function real(fallback: number, help: string): Option<number> {
  return { placeholder: 'X', help, fallback, read: toNumber }
}

/** A number above zero. */
export function positive(fallback: number, help: string): Option<number> {
  return number(fallback, help, (value) => value > 0, 'be above zero')
}

/** A number of at least 0. */
export function amount(fallback: number, help: string): Option<number> {
  return number(fallback, help, (value) => value >= 0, 'not be negative')
}

/** A number of at least 0 and below 1. */
export function fraction(fallback: number, help: string): Option<number> {
  return number(fallback, help, (value) => value >= 0 && value < 1, 'be at least 0 and below 1')
}

/** Comma-separated whole numbers of at least 1, in their order; empty for none. */
export function sizes(fallback: readonly number[], help: string): Option<readonly number[]> {
  const one = integer(1, help)
  return option('N,N,…', help, fallback,
    (text, name) => text.trim() === '' ? [] : text.split(',').map((part) => one.read(part, name)))
}

/** Any text. */
export function text(placeholder: string, fallback: string, help: string): Option<string> {
  return option(placeholder, help, fallback, (given) => given)
}

/** Comma-separated numbers of at least `least`, each once, in rising order. */
export function numbers(fallback: readonly number[], help: string, least: number): Option<readonly number[]> {
  return option('X,Y,…', help, fallback, (text, name) => {
    const values = text.split(',').map((part) => toNumber(part, name))
    const wrong = values.find((value) => value < least)
    if (wrong !== undefined) throw new UsageError(`--${name}: every value must be at least ${least}, got ${wrong}`)
    return [...new Set(values)].sort((a, b) => a - b)
  })
}

/** `; did you mean --rate?`, where something is near. */
function suggestion(given: string, known: readonly string[], prefix = ''): string {
  const near = nearest(given, known)
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`
}

/** One word out of a list. */
export function word<W extends string>(known: readonly W[], fallback: W, help: string): Option<W> {
  return option(known.join('|'), help, fallback, (text, name) => {
    const found = known.find((candidate) => candidate === text)
    if (found !== undefined) return found
    const wanted = `must be one of ${known.join(', ')}`
    throw new UsageError(`--${name}: value ${wanted}, got "${text}"${suggestion(text, known)}`)
  })
}

/** Comma-separated words out of a list. */
export function words<W extends string>(known: readonly W[], fallback: readonly W[],
  help: string): Option<readonly W[]>
{
  return option(known.join(','), help, fallback, (text, name) =>
    [...new Set(text.split(','))].map((part) => {
      const word = known.find((candidate) => candidate === part.trim())
      if (word !== undefined) return word
      throw new UsageError(`--${name}: value must be one or more of ${known.join(', ')}, got "${part}"`)
    }))
}

/**
 * A path, or undefined when the option is not given. Absolute once it is read: the current directory may be left or
 * removed while a command works.
 */
export function path(placeholder: 'FILE' | 'DIR', help: string, fallback?: string): Option<string | undefined> {
  return option(placeholder, help, fallback, (text, name) => {
    if (text === '') throw new UsageError(`--${name}: value must be a path, got ""`)
    if (placeholder === 'FILE' && (text.endsWith('/') || text.endsWith(sep))) {
      throw new UsageError(`--${name}: value must be a file, got the directory "${text}"`)
    }
    // Who asks for standard output where it cannot be had does not want a directory of that name.
    if (text === STANDARD_OUTPUT) throw new UsageError(`--${name}: value must be a path, got "-"; ./- names one`)
    return absolutePath(`--${name}`, text)
  })
}

/** Standard output in place of a file. */
export const STANDARD_OUTPUT = '-'

/** A file for a result, or `-` for standard output. */
export function output(help: string): Option<string | undefined> {
  const file = path('FILE', `${help}; - for standard output`)
  return { ...file, read: (text, name) => (text === STANDARD_OUTPUT ? text : file.read(text, name)) }
}

/** An absolute path. Throws: UsageError for a relative one in a current directory that is gone. */
export function absolutePath(option: string, path: string): string {
  try {
    return resolve(path)
  } catch {
    throw new UsageError(`${option}: ${path} must be absolute, got a relative path in a directory that is gone`)
  }
}

/** A switch without a value. */
export function flag(help: string): Option<boolean> {
  return option('', help, false, () => true)
}

/**
 * Reads arguments; words that are no option are collected in `words` where a command takes any.
 * Throws: UsageError for an unknown option, a missing or an unfit value, a stray word.
 */
export function parseOptions<O extends Options>(command: string, declared: O, args: readonly string[],
  words?: string[]): Values<O>
{
  const texts = optionTexts(command, declared, args, words)
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => {
    const text = texts.get(name)
    return [name, text === undefined ? option.fallback : option.read(text, name)]
  })) as Values<O>
}

/** The texts of the options that are given, the last of repeated ones; switches have an empty text. Throws: as `parseOptions`. */
export function optionTexts(command: string, declared: Options, args: readonly string[],
  words?: string[]): ReadonlyMap<string, string>
{
  const config = Object.create(null) as Record<string, { type: 'string' | 'boolean' }>
  for (const [name, option] of Object.entries(declared)) {
    const type = option.placeholder === '' ? 'boolean' : 'string'
    for (const known of [name, ...formerNames(name)]) config[known] = { type }
  }
  // tokens: parseArgs' own messages speak of its API; these speak of the command.
  const { tokens } = parseArgs({ args: [...args], options: config, strict: false, tokens: true,
    allowPositionals: true })
  const texts = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional' && words !== undefined) {
      words.push(token.value)
      continue
    }
    if (token.kind === 'positional') {
      throw new UsageError(`${command}: takes no argument beside its options, got "${token.value}"`)
    }
    // Own names only: --constructor is no option.
    const name = respell(token.name)
    const option = Object.hasOwn(declared, name) ? declared[name] : undefined
    if (option === undefined) {
      const near = suggestion(token.name, Object.keys(declared), '--')
      throw new UsageError(`${command}: unknown option ${token.rawName}${near} (see --help)`)
    }
    if (option.placeholder === '') {
      if (token.value !== undefined) throw new UsageError(`--${name}: takes no value, got "${token.value}"`)
      texts.set(name, '')
    } else {
      // "--rate --quick": the next option is no value; "--rate -1" is one, and is refused for what it is.
      if (token.value === undefined || (token.inlineValue === false && token.value.startsWith('--'))) {
        throw new UsageError(`--${name}: must be followed by a value (${option.placeholder})`)
      }
      texts.set(name, token.value)
    }
  }
  return texts
}

/** The help lines of declared options, aligned. */
export function describeOptions(declared: Options): string {
  const rows = Object.entries(declared).map(([name, { placeholder, help, fallback, shown: words }]) => {
    const given = words ?? (Array.isArray(fallback) ? fallback.join(',') : fallback)
    const shown = given === undefined || given === false ? '' : ` [${String(given)}]`
    return [`  --${name}${placeholder === '' ? '' : ` ${placeholder}`}`, `${help}${shown}`] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join('\n')
}

/** Known words by rising edit distance. */
export function ranked(word: string, known: readonly string[]): readonly string[] {
  return known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) })).sort((a, b) =>
    a.distance - b.distance
  ).map(({ candidate }) => candidate)
}

/** The known word at the smallest edit distance, when that is small enough to be a slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [first] = ranked(word, known)
  return first !== undefined && editDistance(word, first) <= Math.max(2, word.length / 3) ? first : undefined
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    previous = row
  }
  return previous[b.length]
}
