// Numbered equations of docs/theory and their citations in the sources, read as text.

/** Where an equation may come from. */
export const MARKS: readonly string[] = ['derived here', "authors' public code", 'abstract', 'folklore',
  'from memory, unverified']

/** One numbered equation. */
export interface Equation {
  /** e.g. `2.7`. */
  readonly tag: string
  readonly file: string
  /** Functions named below it. */
  readonly functions: readonly string[]
  /** Why there is none; undefined where functions are named. */
  readonly reason: string | undefined
}

/** One docstring that cites equations, with the declaration it stands before. */
export interface Citing {
  readonly file: string
  /** Undefined where no declaration follows. */
  readonly name: string | undefined
  readonly kind: 'function' | 'other'
  readonly tags: readonly string[]
}

const ORIGIN = /^Origin: (.*?)\. (?:Functions?: (.*)|No function: \((\d+\.\d+)\) (.+))\.$/

/** The equations of a chapter, `<number>-<name>.md`, and what is wrong with it. */
export function equationsOf(file: string, text: string): { equations: Equation[]; problems: string[] } {
  const equations: Equation[] = []
  const problems: string[] = []
  const chapter = /(\d+)-[^/]*$/.exec(file)?.[1]
  const blocks = [...text.matchAll(/^\$\$\n([^]*?)\n\$\$\n\n?(.*)$/gm)]
  if ((text.match(/^\$\$$/gm) ?? []).length !== 2 * blocks.length) problems.push(`${file}: a block is not closed`)
  for (const [, formula, below] of blocks) {
    const tags = [...formula.matchAll(/\\tag\{([^}]*)\}/g)].map(([, tag]) => tag)
    const [tag] = tags
    const complain = (what: string): number => problems.push(`${file} (${tag}): ${what}`)
    if (tags.length !== 1) {
      problems.push(`${file}: ${tags.length} tags in ${formula}`)
      continue
    }
    if (!/^\d+\.\d+$/.test(tag) || tag.split('.')[0] !== chapter) complain(`tag of another chapter than ${chapter}`)
    const origin = ORIGIN.exec(below)
    if (origin === null) {
      complain(`no line of origin, got ${below}`)
      continue
    }
    const [, marks, names, remarked, reason] = origin
    for (const mark of marks.split(' and ')) {
      const [, name, citation] = /^\*(.*?)\*( \(.+\))?$/.exec(mark) ?? []
      if (!MARKS.includes(name)) complain(`unknown mark ${mark}`)
      if (name === 'folklore' && citation === undefined) complain('folklore needs a citation')
    }
    if (remarked !== undefined && remarked !== tag) complain(`remark about (${remarked})`)
    const functions = names === undefined ? [] : [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
    if (names !== undefined && functions.map((name) => `\`${name}\``).join(', ') !== names) complain(`names: ${names}`)
    equations.push({ tag, file, functions, reason })
  }
  return { equations, problems }
}

/**
 * Formulas that a reader of Markdown without an ear for mathematics would change: a backslash before punctuation is
 * eaten, an underscore after punctuation opens emphasis (a space behind it is harmless to both).
 */
export function fragile(text: string): readonly string[] {
  const formulas = text.match(/^\$\$\n[^]*?\n\$\$$|\$[^$\n]+\$/gm) ?? []
  return formulas.filter((formula) => /\\[^A-Za-z\s]|[^A-Za-z0-9\s]_(?=\S)/.test(formula))
}

/** Text with line breaks inside comments as spaces. */
function joined(text: string): string {
  return text.replace(/\n[ \t]*(?:\*(?!\/)|\/\/)[ \t]*/g, ' ')
}

/** Numbers cited as `theory (2.7)`, `theory (2.7), (2.8)` or `theory (2.7) and (2.8)`. */
export function citedIn(text: string): readonly string[] {
  return [...joined(text).matchAll(/\btheory ((?:(?:, and |, | and )?\(\d+\.\d+\))+)/g)].flatMap(([, list]) =>
    [...list.matchAll(/\d+\.\d+/g)].map(([tag]) => tag)
  )
}

/** Citations in a form that cannot be followed: ranges. */
export function malformed(text: string): readonly string[] {
  return [...joined(text).matchAll(/\btheory \(\d+\.\d+\) ?(?:–|-|to|…|\.\.) ?\S+/g)].map(([range]) => range)
}

/** Every docstring with citations, in order. */
export function citingIn(file: string, text: string): readonly Citing[] {
  return [...text.matchAll(/\/\*\*(?:(?!\*\/)[^])*\*\/\s*([^\n]*)/g)].flatMap(([all, after]) => {
    const tags = citedIn(all.slice(0, all.indexOf('*/')))
    if (tags.length === 0) return []
    const declared = /^(?:export )?(?:async )?(function|const|interface|type) (\w+)/.exec(after)
    const property = /^(?:readonly )?'?([\w-]+)'?\??[:(]/.exec(after)
    return [{
      file,
      name: declared?.[2] ?? property?.[1],
      kind: declared !== null && ['function', 'const'].includes(declared[1]) ? 'function' : 'other',
      tags,
    } satisfies Citing]
  })
}

/** What is wrong between equations and the sources that cite them. */
export function mismatches(equations: readonly Equation[], citing: readonly Citing[]): readonly string[] {
  const known = new Map(equations.map((equation) => [equation.tag, equation]))
  const problems = equations.filter((equation, at) => equations.findIndex(({ tag }) => tag === equation.tag) !== at)
    .map(({ tag, file }) => `${file}: (${tag}) is taken`)
  const functions = citing.filter(({ kind }) => kind === 'function')
  for (const { tag, file, functions: named, reason } of known.values()) {
    const citers = functions.filter(({ tags }) => tags.includes(tag)).map(({ name }) => name)
    for (const name of named) {
      if (!citers.includes(name)) problems.push(`${file}: (${tag}) names ${name}, which does not cite it`)
    }
    if (named.length === 0 && reason === undefined) problems.push(`${file}: (${tag}) has neither function nor reason`)
    if (reason !== undefined && citers.length > 0) {
      problems.push(`${file}: (${tag}) is said to have no function, but ${citers.join(', ')} cites it`)
    }
  }
  return problems
}
