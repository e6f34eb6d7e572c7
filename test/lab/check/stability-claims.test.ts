import { beforeAll, describe, expect, it } from 'vitest'
import { bridgeClaims } from '../../../src/lab/check/bridge-claims.ts'
import type { Measurements } from '../../../src/lab/check/recall.ts'
import { recalling, recording } from '../../../src/lab/check/recall.ts'
import { spectralDifference, stabilityClaims } from '../../../src/lab/check/stability-claims.ts'
import { rateRatios } from '../../../src/lab/check/stability-figure.ts'
import type { Claim, Verdict } from '../../../src/lab/claims/claim.ts'

const kept: Measurements = {}
let claims: readonly Claim[] = []
beforeAll(() => {
  const record = recording(kept)
  claims = [...stabilityClaims(0, true, record), ...bridgeClaims(0, true, record)]
})

/** Verdicts where one measurement is another. */
const withMeasurement = (name: string, value: unknown): Readonly<Record<string, Verdict>> => {
  expect(Object.keys(kept)).toContain(name)
  const recall = recalling({ ...kept, [name]: value })
  return Object.fromEntries(
    [...stabilityClaims(0, true, recall), ...bridgeClaims(0, true, recall)].map(({ id, verdict }) => [id, verdict]),
  )
}

describe('the claims about stability', () => {
  it('hold, each with the equations that it tests', () => {
    expect(claims.filter(({ verdict }) => verdict !== 'holds').map(({ id }) => id)).toEqual([])
    expect(claims.filter(({ source }) => !/theory \(6\.\d+\)/.test(source)).map(({ id }) => id)).toEqual([])
    expect(new Set(claims.map(({ id }) => id)).size).toBe(claims.length)
  })

  it('hold for another seed, with other draws', () => {
    expect(
      [...stabilityClaims(4, false), ...bridgeClaims(4, false)].filter(({ verdict }) => verdict !== 'holds').map((
        { id },
      ) => id),
    ).toEqual([])
  })

  it('fail by what was measured', () => {
    const wrong: Readonly<Record<string, readonly [string, unknown]>> = {
      'stability-fixed': ['stability-fixed', { still: [1e-16, 1e-3, 1e-16], moving: [1, 1] }],
      'stability-not-fixed': ['stability-fixed', { still: [0, 0, 0], moving: [1, 1e-9] }],
      'bridge-any-feedback': ['bridge-any-feedback', -0.01],
      'stability-two-layers': ['stability-two-layers', 1e-3],
      'stability-deep': ['stability-deep', 1e-3],
      'stability-by-hand': ['stability-by-hand', { rates: [1, 1, -2.53, 0], alignments: [0.4, 0.4, 0.3] }],
      'stability-by-hand-aligned': ['stability-by-hand', { rates: [1, 1, 1, 0], alignments: [0.3, -0.4, 0.3] }],
      'stability-chain-rates': ['stability-chain', {
        ...kept['stability-chain'] as object,
        rates: [3.5, 1.6, 0.2, -0.2, -1.7, 2.2, 4.5],
      }],
      // One that should be left stays; one that should stay is left a little.
      'stability-chain-peaks': ['stability-chain', {
        ...kept['stability-chain'] as object,
        peaks: [1, 1, 1, 1, 1e8, 1, 1],
      }],
      'stability-chain-ends': ['stability-chain-roots', [-2, -1.5, -1.05, 2, 2.3, 0.5, 2]],
      'stability-invariant': ['stability-invariant', [1e-16, 1e-5, 1e-16]],
      'stability-invariant-steps': ['stability-invariant-steps', [1e-15, 1e-15, 1e-15]],
      'stability-colored': ['stability-colored', [-0.1, -0.1]],
      'stability-criteria': ['stability-criteria', [0, 0, 1, 5, 5]],
      'stability-criteria-strict': ['stability-criteria', [0, 0, 0, 5, 0]],
      'stability-steps': ['stability-steps', [1, 0.98]],
      'bridge-operator': ['bridge-operator', 1e-6],
      'bridge-jacobian': ['bridge-jacobian', 1e-3],
    }
    for (const [id, [name, value]] of Object.entries(wrong)) expect(withMeasurement(name, value)[id], id).toBe('fails')
    expect(
      withMeasurement('stability-chain', { ...kept['stability-chain'] as object, peaks: [1, 1, 5, 1e8, 1e8, 1, 1] }),
    ).toMatchObject({ 'stability-chain-peaks': 'fails' })
  })

  it('that join conditioning and stability fail where an ending is another', () => {
    const spoiled = (name: string, part: object) =>
      withMeasurement(name, (kept[name] as object[]).map((ending, index) =>
        index === 7 ? { ...ending, ...part } : ending
      ))
    expect(spoiled('bridge-steps', { modal: 1e-6 })['bridge-spectrum']).toBe('fails')
    expect(spoiled('bridge-steps', { ratio: 20 })['bridge-law-steps']).toBe('fails')
    // Index 7 is depth 3, κ_T = 5: only its own law fails, by its ratio; the conditions disagree with it, too.
    expect(spoiled('bridge-flow', { ratio: 27 })).toMatchObject({
      'bridge-law-2': 'holds',
      'bridge-law-3': 'fails',
      'bridge-law-4': 'holds',
      'bridge-conditions': 'fails',
    })
    expect(spoiled('bridge-flow', { conditions: 5 })['bridge-conditions']).toBe('fails')
    expect(spoiled('bridge-flow', { least: 0.1 })['bridge-least']).toBe('fails')
    expect(spoiled('bridge-flow', { least: -1e-3 })['bridge-stable']).toBe('fails')
    expect(spoiled('bridge-flow', { leastProduct: -1e-9 })['bridge-aligned']).toBe('fails')
  })

  it('have a figure, with and without measurements', () => {
    expect(rateRatios(claims).svg).toContain('<svg')
    expect(rateRatios([]).svg).toContain('<svg')
  })
})

describe('spectralDifference', () => {
  const spectrum = (...values: readonly (readonly [number, number])[]) => ({
    real: Float64Array.from(values, ([re]) => re),
    imaginary: Float64Array.from(values, ([, im]) => im),
  })

  it('is zero up to order and zeros, relative to the largest', () => {
    expect(spectralDifference(spectrum([0, 0], [-1, 2], [-3, 0]), spectrum([-3, 0], [-1, 2]))).toBe(0)
    expect(spectralDifference(spectrum([-1, 0], [-4, 0]), spectrum([-1, 0], [-2, 0]))).toBe(1)
  })

  it('sees a value that is there twice, or not at all', () => {
    expect(spectralDifference(spectrum([-2, 0], [-2, 0]), spectrum([-2, 0]))).toBe(1)
    expect(spectralDifference(spectrum([-2, 0], [0, 0]), spectrum([-2, 0], [-2, 0]))).toBe(1)
    expect(spectralDifference(spectrum([1, 0.1]), spectrum([1, 0]))).toBeCloseTo(0.1, 15)
  })
})
