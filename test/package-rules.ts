// The rules of the house as functions of source text, so that each can be shown a planted violation.

/** Rooms by floor; a file may import its own room and, of lower floors, the rooms named below. */
export const FLOORS: Readonly<Record<string, number>> = { tensor: 1, nn: 2, data: 2, theory: 2, dfa: 3, lab: 4 }

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  nn: ['tensor'],
  data: ['tensor'],
  dfa: ['tensor', 'nn'],
  theory: ['tensor'],
  lab: ['tensor', 'nn', 'data', 'dfa', 'theory'],
}

const ALLOWED_MATH = ['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'sign', 'sqrt', 'trunc']

/** The text without comments; strings stay, with their content blanked unless `keepStrings`. Lines are kept. */
export function stripComments(text: string, keepStrings = false): string {
  let out = ''
  let i = 0
  // Nested template literals: each entry is the brace depth at which a `${` was opened.
  const templates: number[] = []
  let depth = 0
  let last = ''
  const template = (): void => {
    while (i < text.length && text[i] !== '`') {
      if (text[i] === '\\') {
        out += keepStrings ? text.slice(i, i + 2) : '  '
        i += 2
      } else if (text.startsWith('${', i)) {
        templates.push(depth++)
        out += '${'
        i += 2
        return
      } else {
        out += keepStrings || text[i] === '\n' ? text[i] : ' '
        i++
      }
    }
    out += '`'
    i++
  }
  while (i < text.length) {
    const c = text[i]
    if (text.startsWith('//', i)) {
      while (i < text.length && text[i] !== '\n') i++
    } else if (text.startsWith('/*', i)) {
      const end = text.indexOf('*/', i + 2)
      out += text.slice(i, end < 0 ? text.length : end).replace(/[^\n]/g, '')
      i = end < 0 ? text.length : end + 2
    } else if (c === "'" || c === '"') {
      let end = i + 1
      while (end < text.length && text[end] !== c && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
      out += keepStrings ? text.slice(i, end + 1) : c + ' '.repeat(Math.max(0, end - i - 1)) + c
      i = end + 1
      last = c
    } else if (c === '`') {
      out += '`'
      i++
      template()
      last = '`'
    } else if (c === '}' && templates.length > 0 && templates[templates.length - 1] === depth - 1) {
      templates.pop()
      depth--
      out += '}'
      i++
      template()
      last = '`'
    } else if (c === '/' && /[(,=:[!&|?{};+\-*%<>~^\n]|^$/.test(last)) {
      // A regular expression: its content is text like a string's.
      let end = i + 1
      let inClass = false
      while (end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/')) {
        if (text[end] === '[') inClass = true
        else if (text[end] === ']') inClass = false
        end += text[end] === '\\' ? 2 : 1
      }
      out += keepStrings ? text.slice(i, end + 1) : `/${' '.repeat(Math.max(0, end - i - 1))}/`
      i = end + 1
      last = '/'
    } else {
      if (c === '{') depth++
      if (c === '}') depth--
      out += c
      if (!/\s/.test(c)) last = c
      i++
    }
  }
  return out
}

/** Every module that the text imports, re-exports or loads dynamically. */
export function importsOf(text: string): readonly string[] {
  const code = stripComments(text, true)
  const found = [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"`])([^'"`\n]+)\1/g)]
  return found.map((match) => match[2])
}

/** The file that a relative import in `file` names. */
function target(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** `src/dfa/rules/rule.ts` gives `dfa`; undefined for a file directly in src and for what lies outside. */
function roomOf(file: string): string | undefined {
  const parts = file.split('/')
  return parts[0] === 'src' && parts.length > 2 ? parts[1] : undefined
}

/** What is wrong with one file of src, as sentences; empty when nothing is. `file` is the path from the project's root. */
export function violations(file: string, text: string): readonly string[] {
  const found: string[] = []
  const room = roomOf(file)
  if (room !== undefined && !(room in FLOORS)) return [`${file}: unknown room ${room}`]
  const lab = room === 'lab'
  for (const specifier of importsOf(text)) {
    if (!specifier.startsWith('.')) {
      if (!(lab && specifier.startsWith('node:'))) found.push(`${file}: imports the package ${specifier}`)
      continue
    }
    const other = roomOf(target(file, specifier))
    if (other === undefined && room !== undefined) found.push(`${file}: imports ${specifier}, which lies in no room`)
    if (room === undefined && other === 'lab') found.push(`${file}: the library must not import the lab`)
    if (room !== undefined && other !== undefined && other !== room && !MAY_IMPORT[room].includes(other)) {
      found.push(`${file}: ${room} (floor ${FLOORS[room]}) must not import ${other} (floor ${FLOORS[other]})`)
    }
    if (!specifier.endsWith('.ts')) found.push(`${file}: ${specifier} must end in .ts`)
  }
  const code = stripComments(text)
  if (/\bexport\s+default\b/.test(code)) found.push(`${file}: has a default export`)
  if (/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|namespace)\s+\w/m.test(code)) {
    found.push(`${file}: has an enum or a namespace`)
  }
  if (lab) return found
  for (const [, name] of code.matchAll(/\bMath\s*(?:\?\.|\.)\s*(\w+)/g)) {
    if (!ALLOWED_MATH.includes(name)) found.push(`${file}: uses Math.${name}`)
  }
  // Math[…], { pow } = Math, and the like.
  if (/\bMath\b(?!\s*(?:\?\.|\.)\s*\w)/.test(code)) found.push(`${file}: uses Math other than by Math.name`)
  if (/\*\*/.test(code)) found.push(`${file}: uses **`)
  for (const name of ['console', 'process', 'Date', 'performance', 'setTimeout', 'require', 'Buffer', 'eval']) {
    // Not a property and not a key: `.process` and `process:` are names of our own.
    if (new RegExp(`(?<![.\\w$])${name}\\b(?!\\s*:)`).test(code)) found.push(`${file}: uses ${name}`)
  }
  // globalThis may be asked for what only some engines have (WebAssembly, workers), never for a banned name.
  const through = /\bglobalThis\b[^\n]*\b(console|process|Date|performance|Math|eval)\b/.exec(code)
  if (through !== null) found.push(`${file}: uses ${through[1]} through globalThis`)
  if (/\bimport\s*\.\s*meta\b/.test(code)) found.push(`${file}: uses import.meta`)
  if (topLevelAwait(code)) found.push(`${file}: awaits at top level`)
  return found
}

/** True for an await outside of every function. Braces of functions are the only ones that may hold one. */
function topLevelAwait(code: string): boolean {
  for (const match of code.matchAll(/\bawait\b/g)) {
    const before = code.slice(0, match.index)
    // An await inside braces is inside a function or a block; blocks at top level are not used in this project.
    const open = [...before].reduce((count, c) => count + (c === '{' ? 1 : c === '}' ? -1 : 0), 0)
    if (open === 0 && !/\basync\b[^\n]*$/.test(before)) return true
    if (open > 0 && !/\basync\b/.test(before)) return true
  }
  return false
}

/** What package.json must not hold. */
export function packageViolations(text: string): readonly string[] {
  const content = JSON.parse(text) as Record<string, Record<string, string> | undefined>
  const found: string[] = []
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies',
    'bundleDependencies'])
  {
    const names = Object.keys(content[kind] ?? {})
    if (names.length > 0) found.push(`package.json: ${kind} must be empty, got ${names.join(', ')}`)
  }
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare']) {
    if (content['scripts']?.[script] !== undefined) found.push(`package.json: must have no ${script} script`)
  }
  return found
}

function importedBy(file: string, read: (file: string) => string): readonly string[] {
  return importsOf(read(file)).filter((name) => name.startsWith('.')).map((name) => target(file, name))
}

/**
 * Circles of imports, those of types included, each as the files from one back to itself; at least one of every set of
 * files that reach each other. `read` gives a file's text.
 */
export function circles(files: readonly string[], read: (file: string) => string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file])
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const next of importedBy(file, read)) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of files) visit(file)
  return found
}

/** The file and everything that it imports by relative paths, directly or not. `read` gives a file's text. */
export function reachable(entry: string, read: (file: string) => string): readonly string[] {
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    for (const next of importedBy(file, read)) visit(next)
  }
  visit(entry)
  return [...found].sort()
}

/** Names that an entry exports, types included, those of `export *` as well. `read` gives a file's text. */
export function exportedNames(entry: string, read: (file: string) => string): readonly string[] {
  const code = stripComments(read(entry), true)
  const listed = [...code.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g)].flatMap(([, list]) => list.split(','))
  return [...listed.map((item) => item.trim().replace(/^type\s+|^\w+\s+as\s+/g, '')).filter((name) => name !== ''),
    ...[...code.matchAll(/\bexport\s+(?:async\s+)?(?:const|function|class|interface|type)\s+(\w+)/g)].map(([, name]) =>
      name
    ),
    ...[...code.matchAll(/\bexport\s*\*\s*from\s*'([^']*)'/g)].flatMap(([, from]) =>
      exportedNames(target(entry, from), read)
    )]
}

/** Compiled JavaScript without comments and indentation: a floor for what a minifier would be given. */
export function squeeze(text: string): string {
  return stripComments(text, true).split('\n').map((line) => line.trim()).filter((line) => line !== '').join('\n')
}
