// One function over all 2^32 float32 inputs: what is done, what was found, and how to resume it.

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addTally, emptyTally, judgePatterns, type Tally, unaryNamed } from '../oracle/unary.ts'

export const CHUNKS = 4096
const PATTERNS = 2 ** 32 / CHUNKS

export interface State {
  readonly name: string
  /** Digest of the sources that decide the outcome: another digest starts again. */
  readonly sources: string
  /** done[c] is '1' when chunk c has been judged. */
  done: string
  milliseconds: number
  tally: Tally
}

/** Judges the 2^20 inputs with bit patterns from chunk·2^20 on. */
export function judgeChunk(name: string, chunk: number): Tally {
  return judgePatterns(unaryNamed(name), chunk * PATTERNS, (chunk + 1) * PATTERNS - 1)
}

/** SHA-256 of the functions and their oracle as they lie beside this file: sources, or what was compiled from them. */
export function digest(): string {
  const hash = createHash('sha256')
  for (const folder of ['../../src/tensor/functions/', '../oracle/']) {
    const path = fileURLToPath(new URL(folder, import.meta.url))
    for (const file of readdirSync(path).sort()) {
      if (/(?<!\.test|\.d)\.(ts|js)$/.test(file)) hash.update(file).update(readFileSync(join(path, file)))
    }
  }
  return hash.digest('hex')
}

export function newState(name: string, sources: string): State {
  return { name, sources, done: '0'.repeat(CHUNKS), milliseconds: 0, tally: emptyTally() }
}

/** The state in `directory`, or a new one when there is none or its sources differ. */
export function loadState(directory: string, name: string, sources: string): State {
  let text: string
  try {
    text = readFileSync(join(directory, `${name}.json`), 'utf8')
  } catch {
    return newState(name, sources)
  }
  const state = JSON.parse(text) as State
  if (state.name !== name || state.done.length !== CHUNKS) {
    const got = `${state.name} with ${state.done.length} chunks`
    throw new Error(`loadState: ${name}.json must hold the state of ${name}, got ${got}`)
  }
  return state.sources === sources ? state : newState(name, sources)
}

/** Replaces the file in one step, so that an interrupted run keeps its last state. */
export function saveState(directory: string, state: State): void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${state.name}.json`)
  writeFileSync(`${path}.part`, JSON.stringify(state, null, 1))
  renameSync(`${path}.part`, path)
}

/** Enters the tally of one chunk. Throws: Error when the chunk is there already. */
export function enter(state: State, chunk: number, tally: Tally, milliseconds: number): void {
  if (state.done[chunk] !== '0') {
    throw new Error(`enter: chunk ${chunk} of ${state.name} must be new, got '${state.done[chunk]}'`)
  }
  state.done = `${state.done.slice(0, chunk)}1${state.done.slice(chunk + 1)}`
  state.milliseconds += milliseconds
  addTally(state.tally, tally)
}

/** A summary for a docstring. */
export function summary(state: State): string {
  const { tally } = state
  const chunks = state.done.split('1').length - 1
  const inputs = chunks === CHUNKS ? 'all 2^32 float32 inputs' : `${chunks} of ${CHUNKS} chunks`
  return `${state.name}: ${inputs}: ${tally.wrong} wrongly rounded${tally.wrong > 0 ? ` (${tally.wrongInputs})` : ''}; `
    + `worst ${tally.worst64.toFixed(4)} ulp of float64 at ${tally.worst64At}, `
    + `${tally.worst32.toFixed(10)} ulp of float32 at ${tally.worst32At}; `
    + `${tally.close} left to BigInt; ${Math.round(state.milliseconds / 1000)} s of one core`
}
