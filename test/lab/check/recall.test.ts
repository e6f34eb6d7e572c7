import { describe, expect, it } from 'vitest'
import { measured, type Measurements, recalling, recording } from '../../../src/lab/check/recall.ts'
import { matrix } from '../../../src/tensor/index.ts'

const value = {
  marks: new Map([[0.1, { step: 3, loss: NaN }]]),
  alignment: [matrix(1, 2, Float64Array.of(1 / 3, -Infinity))],
  converged: true,
  list: [NaN, 1],
  name: 'x',
}

describe('measurements by name', () => {
  it('come back from JSON bit for bit, without being made again', () => {
    const kept: Measurements = {}
    expect(recording(kept)('a', () => value)).toBe(value)
    const read = recalling(JSON.parse(JSON.stringify(kept)) as Measurements)
    expect(read('a', () => expect.unreachable())).toEqual(value)
  })

  it('leave out what is undefined', () => {
    const kept: Measurements = {}
    recording(kept)('a', () => ({ divergedAt: undefined as number | undefined }))
    expect(recalling(JSON.parse(JSON.stringify(kept)) as Measurements)('a', () => ({ divergedAt: 1 })).divergedAt).toBe(
      undefined,
    )
  })

  it('have one name each, and none that was not kept', () => {
    const record = recording({})
    record('a', () => 1)
    expect(() => record('a', () => 2)).toThrow('name must be new, got "a"')
    expect(() => recalling({})('b', () => 1)).toThrow('name must have been measured, got "b"')
    expect([measured('a', () => 1), measured('a', () => 2)]).toEqual([1, 2])
  })
})
