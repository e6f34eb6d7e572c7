// Clicks on advertisements as the Criteo challenge has them: lines in, categories of fields out.

import { log, show, type Tensor, tensor } from '../tensor/index.ts'

/** Fields of numbers, then fields of hashed categories. */
export const CRITEO_FIELDS = { numbers: 13, categories: 26 } as const
const FIELDS = CRITEO_FIELDS.numbers + CRITEO_FIELDS.categories

/** Rows of categorical fields with a decision each. */
export interface FieldRows {
  /** 0 or 1 of each row. */
  readonly labels: Uint8Array
  /** By field: the token of each row, empty where the field is. */
  readonly fields: readonly (readonly string[])[]
}

/**
 * Parses lines of a label (0 or 1), 13 whole numbers and 26 hashes of 8 hexadecimal digits, separated by tabs; every field
 * but the label may be empty. A number v > 2 becomes the token of ⌊ln²v⌋, any other its own: the customary buckets,
 * which the winners of the challenge used. The last newline may be missing, lines may end in carriage return and newline.
 * Throws: Error naming file, line and column (from 1) for anything else; TypeError for anything but bytes.
 */
export function parseCriteo(bytes: Uint8Array, name = 'criteo data'): FieldRows {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`parseCriteo: ${name} must be bytes, got ${show(bytes)}`)
  const labels: number[] = []
  const fields = Array.from({ length: FIELDS }, (): string[] => [])
  for (let from = 0, line = 1; from < bytes.length; line++) {
    let end = bytes.indexOf(NEWLINE, from)
    if (end < 0) end = bytes.length
    const fail = (expected: string, got: string): Error =>
      new Error(`parseCriteo: ${name} must ${expected} at line ${line}, got ${got}`)
    if (line === 1 && bytes[0] === 0x1f && bytes[1] === 0x8b) throw fail('be unpacked first', 'a gzip header')
    // No line of this kind is so long; without a bound, text that is not of this kind would be taken apart in memory.
    if (end - from > LONGEST) throw fail(`have lines of at most ${LONGEST} bytes`, `${end - from}`)
    const cells = textOf(bytes, from, end > from && bytes[end - 1] === RETURN ? end - 1 : end).split('\t')
    if (cells.length !== FIELDS + 1) throw fail(`have ${FIELDS + 1} columns`, `${cells.length}`)
    if (cells[0] !== '0' && cells[0] !== '1') throw fail('have a label, 0 or 1, in column 1', show(cells[0]))
    for (let f = 0; f < FIELDS; f++) {
      const cell = cells[f + 1]
      const token = cell === '' ? '' : f < CRITEO_FIELDS.numbers ? bucketOf(cell) : hashOf(cell)
      if (token === undefined) {
        throw fail(
          `have ${f < CRITEO_FIELDS.numbers ? 'a whole number' : '8 hexadecimal digits'} or nothing in column ${f + 2}`,
          show(cell),
        )
      }
      fields[f].push(token)
    }
    labels.push(Number(cells[0]))
    from = end + 1
  }
  if (labels.length === 0) throw new Error(`parseCriteo: ${name} must hold lines at line 1, got an empty file`)
  return { labels: Uint8Array.from(labels), fields }
}

const NEWLINE = 10
const RETURN = 13
const LONGEST = 1024

function textOf(bytes: Uint8Array, from: number, end: number): string {
  let text = ''
  for (let at = from; at < end; at++) text += String.fromCharCode(bytes[at])
  return text
}

/** Values up to 2 have tokens of their own, 2 less than they are, so that none is that of a bucket: ⌊ln²3⌋ is 1. */
function bucketOf(cell: string): string | undefined {
  if (!/^-?(?:0|[1-9]\d{0,14})$/.test(cell)) return undefined
  const value = Number(cell)
  if (value <= 2) return String(value - 2)
  const logarithm = log(value)
  return String(Math.floor(logarithm * logarithm))
}

function hashOf(cell: string): string | undefined {
  return /^[0-9a-f]{8}$/.test(cell) ? cell : undefined
}

/** Rows of several files one after another. Throws: RangeError for none. */
export function joinRows(parts: readonly FieldRows[]): FieldRows {
  if (parts.length === 0) throw new RangeError('joinRows: parts must hold at least one, got none')
  return {
    labels: Uint8Array.from(parts.flatMap(({ labels }) => [...labels])),
    fields: parts[0].fields.map((_, f) => parts.flatMap(({ fields }) => fields[f])),
  }
}

/** The categories of each field, and how tokens become them. */
export interface FieldCategories {
  /** Categories of each field, that of everything else included: what `fieldEmbedding` takes. */
  readonly vocabularies: readonly number[]
  /** Category of each token, by field. */
  readonly categories: readonly ReadonlyMap<string, number>[]
}

/**
 * Gives the tokens that at least `threshold` of these rows have the categories 1, 2, … of their field, in the order of
 * their characters; 0 is everything else: empty, rare, or never seen in these rows. Fit it to training rows alone.
 * Throws: RangeError for a threshold below 1, and rows that do not exist.
 */
export function fitCategories({ fields, labels }: FieldRows, rows: ArrayLike<number>, threshold = 10): FieldCategories {
  if (!(threshold >= 1)) throw new RangeError(`fitCategories: threshold must be at least 1, got ${show(threshold)}`)
  const categories = fields.map((tokens) => {
    const counts = new Map<string, number>()
    for (let i = 0; i < rows.length; i++) {
      if (!(rows[i] >= 0 && rows[i] < labels.length)) {
        throw new RangeError(`fitCategories: rows[${i}] must be below the ${labels.length} rows, got ${rows[i]}`)
      }
      const token = tokens[rows[i]]
      if (token !== '') counts.set(token, (counts.get(token) ?? 0) + 1)
    }
    const frequent = [...counts].filter(([, count]) => count >= threshold).map(([token]) => token).sort()
    return new Map(frequent.map((token, index) => [token, index + 1]))
  })
  return { categories, vocabularies: categories.map(({ size }) => size + 1) }
}

/** Categories of these rows, [N, F]; 0 for tokens that have none. */
export function categoriesOf({ fields }: FieldRows, { categories }: FieldCategories, rows: ArrayLike<number>): Tensor {
  const out = tensor([rows.length, fields.length])
  for (let i = 0, to = 0; i < rows.length; i++) {
    for (let f = 0; f < fields.length; f++) out.data[to++] = categories[f].get(fields[f][rows[i]]) ?? 0
  }
  return out
}
