import { describe, expect, it } from 'vitest'
import type { Entrant } from './entrants.ts'
import { bytesField, integerField, productModel, textField } from './protobuf.ts'
import { objection, ratio, type Time } from './race.ts'
import { raceLines, raceTable, targetTable } from './report.ts'
import { targets, type Measured } from './targets.ts'
import { median, relativeError, timeFor, warmUp } from './timing.ts'

const blocked: Entrant = {
  name: 'ours blocked', peer: undefined, threads: 1, tier: 'blocked', accumulation: 'float64', variants: [''],
}
const float32: Entrant = { ...blocked, name: 'ours simd float32', tier: 'simd', accumulation: 'float32' }
const peer = (name: Entrant['peer']): Entrant => ({ name: name ?? '', peer: name, threads: 1, variants: [''] })

function time(entrant: Entrant, rounds: readonly number[], variant = ''): Time {
  return { entrant, variant, version: '1.0.0', rounds, error: 1e-7 }
}

function product(shape: readonly number[], times: readonly Time[], transposeB = false): Measured {
  return { case: 'matmul', shape, transposeA: false, transposeB, times, failures: [] }
}

describe('the protocol-buffer writer', () => {
  it('writes the bytes of the encoding guide: field 1 = 150 is 08 96 01, field 2 = "testing" is 12 07 …', () => {
    expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01])
    expect([...textField(2, 'testing')]).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])
  })

  it('takes integers beyond 32 bits and two-byte tags', () => {
    expect([...integerField(20, 2 ** 35)]).toEqual([0xa0, 0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01])
    expect([...bytesField(20)]).toEqual([0xa2, 0x01, 0x00])
  })

  it('names MatMul for a plain product and Gemm with its switch for a transposed one', () => {
    const model = { a: [2, 3], b: [3, 4], c: [2, 4], transposeA: false, transposeB: false }
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
    expect(text(productModel(model))).toContain('MatMul')
    expect(text(productModel(model))).not.toContain('transB')
    const turned = text(productModel({ ...model, b: [4, 3], transposeB: true }))
    expect(turned).toMatch(/Gemm.*transA\x18\x00.*transB\x18\x01/s)
  })
})

describe('timing', () => {
  it('takes the middle of an odd and the mean of the two middle values of an even count', () => {
    expect(median([3, 1, 100])).toBe(3)
    expect(median([4, 1, 100, 2])).toBe(3)
  })

  it('relates the largest deviation to the largest value and lets no NaN and no missing value pass', () => {
    expect(relativeError(Float64Array.of(1, 2, -3.5), Float64Array.of(1, 2, -4))).toBe(0.125)
    expect(relativeError(Float64Array.of(1, NaN, -4), Float64Array.of(1, 2, -4))).toBe(Infinity)
    expect(relativeError(Float64Array.of(NaN, 1, -4), Float64Array.of(1, 2, -4))).toBe(Infinity)
    expect(relativeError(Float64Array.of(1, 2), Float64Array.of(1, 2, -4))).toBe(Infinity)
  })

  it('awaits asynchronous work: two milliseconds of sleep cannot take one', async () => {
    const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))
    expect(await warmUp(sleep, 5)).toBe(1)
    expect(await timeFor(sleep, 5, 1)).toBeGreaterThan(1)
  })
})

describe('a race', () => {
  it('relates rounds to each other, so that a slow phase of the machine cancels', () => {
    // Unpaired medians would give 3 / 2.
    expect(ratio(time(blocked, [1, 10, 2]), time(peer('numpy'), [2, 20, 3]))).toBe(2)
  })

  it('refuses a result beyond 1e-4 and one that is not a number, and passes on the reason of a refusal', () => {
    expect(objection({ error: 1e-4 })).toBeUndefined()
    expect(objection({ error: 1.01e-4 })).toContain('wrong result')
    expect(objection({ error: null })).toBe('wrong result: relative error not finite')
    expect(objection({ reason: 'no such backend\n  at line 3' })).toBe('no such backend')
  })

  it('prints a figure and ratios per peer and names who did not run', () => {
    const failed = { entrant: peer('pytorch'), variant: '', reason: 'no module' }
    const race = product([100, 100, 100], [time(blocked, [1]), time(peer('numpy'), [0.5])])
    const table = raceTable({ ...race, failures: [failed] })
    expect(table).toMatch(/^A·B 100×100×100 +GFLOP\/s +blocked$/m)
    expect(table).toMatch(/^numpy +4\.00 +0\.50$/m)
    expect(table).toContain('not run: pytorch: no module')
  })

  it('writes a line per tier, per pair and per failure', () => {
    const race = product([100, 100, 100], [time(blocked, [1]), time(peer('tfjs-wasm'), [4], 'new B')])
    const failed = { entrant: peer('pytorch'), variant: '', reason: 'no module' }
    const [own, pair, ...rest] = raceLines({ ...race, failures: [failed] })
    const work = { suite: 'peers', case: 'matmul', shape: [100, 100, 100], transposeA: false, transposeB: false }
    expect(own).toEqual({ ...work, tier: 'blocked', accumulation: 'float64', threads: 1, gflops: 2, error: 1e-7 })
    expect(pair).toMatchObject({ ...work, peer: 'tfjs-wasm', peerVariant: 'new B', gflops: 2, peerGflops: 0.5, ratio: 4 })
    expect(rest).toEqual([{ ...work, peer: 'pytorch', peerThreads: 1, reason: 'no module' }])
  })
})

describe('the targets', () => {
  const square = [128, 128, 128]

  it('take the worst shape and the peer’s best variant', () => {
    const wasm = [time(peer('tfjs-wasm'), [2], 'constant B'), time(peer('tfjs-wasm'), [9], 'new B')]
    const found = targets([
      product(square, [time(float32, [1]), ...wasm]),
      product([128, 784, 512], [time(float32, [1]), time(peer('tfjs-wasm'), [1.2])]),
    ])
    const best = found.find(({ target }) => target === 1.35)
    expect(best).toMatchObject({ measured: 1.2, met: false, worst: 'A·B 128×784×512' })
    const [, , alone] = targets([product(square, [time(float32, [1]), ...wasm])])
    expect(alone).toMatchObject({ measured: 2, met: true })
  })

  it('count transposed products apart and shapes outside the contract not at all', () => {
    const turned = targets([product(square, [time(float32, [1]), time(peer('tfjs-wasm'), [20])], true)])
    expect(turned.map(({ measured }) => measured)).toEqual([undefined, undefined, undefined, 20, undefined])
    const narrow = targets([product([128, 512, 10], [time(blocked, [1]), time(peer('ndarray-gemm'), [2])])])
    expect(narrow.every(({ measured }) => measured === undefined)).toBe(true)
  })

  it('turn the training step’s ratio round, because its target is a time', () => {
    const times = [time(float32, [10]), time(peer('pytorch'), [5])]
    const step: Measured = { ...product([128, 784, 512, 512, 10], times), case: 'step-backpropagation' }
    expect(targets([step])[4]).toMatchObject({ measured: 2, met: true, relation: 'at most' })
  })

  it('are neither met nor missed when the peer is not there', () => {
    expect(targets([]).map(({ met }) => met)).toEqual([undefined, undefined, undefined, undefined, undefined])
    expect(targetTable(targets([]))).toMatch(/unknown +not measured/)
  })
})
