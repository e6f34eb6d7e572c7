// A process that writes checkpoints without end is killed again and again: the file must always be a whole one.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/lab/checkpoint-file.ts'
import { xorshift } from '../tensor/bits.ts'

const BUILT = new URL('../../dist/', import.meta.url)
const ELEMENTS = 1_000_000
const KILLS = 120
/** Kills between the opening of the temporary file and its renaming that a run must have had; it goes on until then. */
const MID_WRITE = 10

/** Writes checkpoint after checkpoint from the given counter on and says so after each. */
const WRITER = `
import { writeFileSync } from 'node:fs'
import { writeCheckpoint } from '${new URL('lab/checkpoint-file.js', BUILT)}'
import { encodeCheckpoint } from '${new URL('nn/index.js', BUILT)}'
const [, file, how, from] = process.argv
const data = new Float32Array(${ELEMENTS}), sums = new Float64Array(2)
for (let counter = Number(from); ; counter++) {
  data.fill(counter)
  for (let i = 0; i < data.length; i += 512) data[i] = counter + i
  sums.fill(counter / 3)
  const checkpoint = { metadata: { counter }, arrays: [{ name: 'W', data }, { name: 'sums', data: sums }] }
  if (how === 'whole') writeCheckpoint(file, checkpoint)
  else writeFileSync(file, encodeCheckpoint(checkpoint))
  process.stdout.write(counter + '\\n')
}`

/** The counter of the checkpoint in `file`. Throws: Error unless all of its content is what that counter makes it. */
function counterOf(file: string): number {
  const { metadata, arrays } = readCheckpoint(file)
  const { counter } = metadata as { counter: number }
  const [{ data }, { data: sums }] = arrays
  if (data.length !== ELEMENTS) throw new Error(`${data.length} elements`)
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== counter + (i % 512 === 0 ? i : 0)) throw new Error(`element ${i} is not of counter ${counter}`)
  }
  if (sums[0] !== counter / 3 || sums[1] !== counter / 3) throw new Error(`sums are not of counter ${counter}`)
  return counter
}

/**
 * Starts a writer, kills it `delay` milliseconds after its first word, or after its start, and returns the last counter
 * that it called written.
 */
async function killed(file: string, how: 'whole' | 'in place', from: number, delay: number,
  fromStart: boolean): Promise<number | undefined>
{
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file, how, String(from)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = '', complaint = ''
  const ended = new Promise<string | null>((resolve) => {
    child.on('close', (_code, signal) => resolve(signal))
  })
  const firstWord = new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => {
      said += text
      resolve()
    })
  })
  child.stderr.on('data', (text) => {
    complaint += text
  })
  if (!fromStart) await Promise.race([firstWord, ended])
  await pause(delay)
  child.kill('SIGKILL')
  const signal = await ended
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${complaint}`)
  const counters = said.split('\n').slice(0, -1)
  return counters.length === 0 ? undefined : Number(counters.at(-1))
}

describe('a checkpoint file whose writer is killed', () => {
  let folder = ''
  beforeAll(() => {
    if (!existsSync(fileURLToPath(new URL('lab/checkpoint-file.js', BUILT)))) {
      throw new Error('dist must be built first: npm run build')
    }
    folder = mkdtempSync(join(tmpdir(), 'checkpoint-kill-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it(`is the last one or the one before, whole, after each of at least ${KILLS} kills, and temporary files do not pile up`, async () => {
    const file = join(folder, 'run.ckpt')
    const random = xorshift(2026)
    const left = new Set<string>()
    let counter = 0, kill = 0, mostTemporary = 0
    for (; kill < KILLS || (left.size < MID_WRITE && kill < 6 * KILLS); kill++) {
      const delay = (random() + 1) * 40
      const fromStart = kill % 4 === 3
      const place = `kill ${kill} of seed 2026, ${delay.toFixed(1)} ms after ${
        fromStart ? 'the start' : 'the first write'
      }`
      const written = await killed(file, 'whole', counter + 1, fromStart ? 3 * delay : delay, fromStart)
      const found = counterOf(file)
      // The rename may have happened before it could be told.
      const least = written ?? counter
      expect(found, place).toBeGreaterThanOrEqual(least)
      expect(found, place).toBeLessThanOrEqual(least + 1)
      counter = found
      const temporary = readdirSync(folder).filter((name) => name !== 'run.ckpt')
      for (const name of temporary) left.add(name)
      mostTemporary = Math.max(mostTemporary, temporary.length)
    }
    console.log(
      `${counter} checkpoints, ${kill} kills, ${left.size} of them while writing, at most ${mostTemporary} temporary files`,
    )
    expect(counter).toBeGreaterThan(KILLS)
    expect(left.size).toBeGreaterThanOrEqual(MID_WRITE)
    // A writer killed before its first write has not yet cleared what the one before left.
    expect(mostTemporary).toBeLessThanOrEqual(2)
  })

  it('would be found torn if it were written in place', async () => {
    const file = join(folder, 'torn.ckpt')
    const random = xorshift(7)
    let counter = 0, complaint = '', kills = 0
    while (complaint === '' && kills++ < KILLS) {
      await killed(file, 'in place', counter + 1, (random() + 1) * 40, false)
      try {
        counter = counterOf(file)
      } catch (error) {
        complaint = (error as Error).message
      }
    }
    console.log(`in place: torn after ${kills} kills: ${complaint}`)
    expect(complaint).toMatch(/torn\.ckpt must .*\((truncated|changed or half-written) file\)$|not of counter/)
  })
})
