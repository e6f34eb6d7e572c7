import { describe, expect, it } from 'vitest'
import { compare, firstDifference, trajectoryDifferences } from './compare.ts'
import type { RunResult } from './result.ts'

const A = '0123456789abcdef'
const B = '0123456789abcdee'

/** What a sound engine with these hashes would report. */
function result(hashes: RunResult['hashes'], changes: Partial<RunResult> = {}): RunResult {
  return {
    features: { webAssembly: 'yes', simd: 'yes', relaxedSimd: 'yes', sharedArrayBuffer: 'yes', threads: 'yes' },
    accumulations: { reference: 'float64', blocked: 'float64' },
    refused: { simd: 'no WebAssembly' },
    hashes,
    trajectories: {},
    trace: [],
    ...changes,
  }
}

const KERNELS = { matmul: A, training: B }
const HASHES = { 'every tier': { exp: A, log: B }, reference: KERNELS, blocked: KERNELS }
const BASELINE = result(HASHES)

describe('compare', () => {
  it('finds nothing where all hashes agree', () => {
    expect(compare(BASELINE, result(HASHES))).toEqual([])
  })

  it('names tier and group of one wrong hash', () => {
    const got = result({ ...HASHES, blocked: { matmul: A, training: A } })
    expect(compare(BASELINE, got)).toEqual([{ tier: 'blocked', group: 'training', expected: B, got: A }])
  })

  it('holds the tiers of the baseline itself against its reference tier', () => {
    const itself = result({ ...HASHES, blocked: { matmul: B, training: B } })
    expect(compare(itself, itself)).toEqual([{ tier: 'blocked', group: 'matmul', expected: A, got: B }])
  })

  it('counts a missing and an unknown group', () => {
    const got = result({ ...HASHES, 'every tier': { exp: A, tan: B } })
    const found = compare(BASELINE, got).map(({ group, got: have }) => [group, have])
    expect(found).toEqual([['log', 'missing'], ['tan', B]])
  })

  it('counts a group that threw, also when the baseline threw the same', () => {
    const broken = result({ ...HASHES, 'every tier': { exp: 'threw Error: x', log: B } })
    expect(compare(broken, broken)).toHaveLength(1)
  })

  it.each(['every tier', 'reference', 'blocked'])('does not pass an engine that leaves out %s', (tier) => {
    const hashes: Record<string, Record<string, string>> = { ...HASHES }
    delete hashes[tier]
    const got = result(hashes, { refused: { simd: 'none', [tier]: 'none' } })
    expect(compare(BASELINE, got).map((found) => found.tier)).toContain(tier)
  })

  it('does not pass an engine that found nothing, even against a baseline that found nothing', () => {
    const empty = { 'every tier': {}, reference: {}, blocked: {} }
    expect(compare(BASELINE, result({}))).toHaveLength(3)
    expect(compare(result(empty), result(empty))).toHaveLength(3)
  })

  it('holds a tier against the reference tier of its own accumulation', () => {
    const baseline = result({ ...HASHES, 'reference float32': { matmul: B } }, {
      accumulations: { reference: 'float64', blocked: 'float64', 'reference float32': 'float32' },
    })
    const simd = (matmul: string): RunResult =>
      result({ ...HASHES, 'reference float32': { matmul: B }, 'simd float32': { matmul } }, {
        accumulations: { ...baseline.accumulations, 'simd float32': 'float32' },
      })
    expect(compare(baseline, simd(B))).toEqual([])
    expect(compare(baseline, simd(A))).toEqual([{ tier: 'simd float32', group: 'matmul', expected: B, got: A }])
  })

  it('demands a reason for a tier that did not run', () => {
    expect(compare(BASELINE, result(HASHES, { refused: {} }))).toEqual([{
      tier: 'simd',
      group: 'all',
      expected: 'run, or a reason',
      got: 'neither',
    }])
  })

  it('passes an engine that has a tier which the baseline lacks', () => {
    const accumulations = { ...BASELINE.accumulations, simd: 'float64' }
    const got = result({ ...HASHES, simd: KERNELS }, { accumulations, refused: {} })
    expect(compare(BASELINE, got)).toEqual([])
  })
})

describe('firstDifference', () => {
  it('names the number, the note above it and what stood before', () => {
    const expected = ['«exp»', '3f800000', '40000000', '«log»', '00000000']
    expect(firstDifference(expected, ['«exp»', '3f800000', '40000001', '«log»', '00000000'])).toBe(
      'number 1 after «exp»: 40000000 expected, got 40000001, after 3f800000',
    )
    expect(firstDifference(expected, expected.slice(0, 4))).toBe(
      'number 0 after «log»: 00000000 expected, got nothing, after «log»',
    )
    expect(firstDifference(expected, expected)).toBe('')
  })
})

describe('trajectoryDifferences', () => {
  it('names the rule and the first step that moved', () => {
    expect(trajectoryDifferences({ frozen: [A, B] }, { frozen: [A, B] })).toEqual([])
    const moved = trajectoryDifferences({ frozen: [A, B] }, { frozen: [A, A] })
    expect(moved).toEqual([`frozen, step 1: ${B} recorded, got ${A}`])
  })

  it('counts rules that are missing, new, short or empty', () => {
    expect(trajectoryDifferences({ frozen: [A] }, {})).toHaveLength(1)
    expect(trajectoryDifferences({}, { frozen: [A] })).toHaveLength(1)
    expect(trajectoryDifferences({ frozen: [A, B] }, { frozen: [A] })).toHaveLength(1)
    expect(trajectoryDifferences({ frozen: [] }, { frozen: [] })).toHaveLength(1)
  })
})
