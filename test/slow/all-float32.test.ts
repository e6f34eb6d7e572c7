import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addTally, emptyTally, UNARY } from '../oracle/unary.ts'
import { CHUNKS, digest, enter, judgeChunk, loadState, newState, saveState, summary } from './all-float32-run.ts'

// Chunks of 2^20 neighbors: the smallest, middle and interesting sizes of both signs. The full run is
// `npm run test:all-float32`; the docstrings state its outcome.
const SLICES = [0x007, 0x2f0, 0x38f, 0x3d3, 0x3f7, 0x3ff, 0x40b, 0x41f, 0x429, 0x42c, 0x4d7, 0x7f0, 0xb8b, 0xbe7, 0xc0d,
  0xc2d]

describe('a slice of all float32 inputs', () => {
  for (const { name } of UNARY) {
    it(`finds every ${name} in ${SLICES.length} chunks of 2^20 correctly rounded`, () => {
      const tally = emptyTally()
      for (const chunk of SLICES) addTally(tally, judgeChunk(name, chunk))
      expect(tally.inputs).toBe(SLICES.length * 2 ** 20)
      expect(tally.wrongInputs).toEqual([])
      expect(tally.worst32).toBeLessThanOrEqual(0.5)
    })
  }
})

describe('the state of a run', () => {
  it('is what was saved, and new when the sources have changed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'all-float32-'))
    try {
      const state = loadState(directory, 'asin', digest())
      expect(state).toEqual(newState('asin', digest()))
      enter(state, 0x400, judgeChunk('asin', 0x400), 12)
      saveState(directory, state)
      expect(loadState(directory, 'asin', digest())).toEqual(state)
      expect(summary(state)).toContain('asin: 1 of 4096 chunks: 0 wrongly rounded')
      expect(() => enter(state, 0x400, emptyTally(), 1)).toThrow('enter: chunk 1024 of asin must be new')
      expect(loadState(directory, 'asin', 'other').done).toBe('0'.repeat(CHUNKS))
      writeFileSync(join(directory, 'sin.json'), JSON.stringify(state))
      expect(() => loadState(directory, 'sin', digest())).toThrow('loadState: sin.json must hold the state of sin')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
