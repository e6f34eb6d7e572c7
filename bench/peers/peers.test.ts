import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../src/tensor/index.ts'
import { convolve, convolveBackward, pool } from './convolution.ts'
import { convolutionAbsence, type Entrant, ENTRANTS } from './entrants.ts'
import { type ConvolutionLayer, permuted, transposed } from './peer.ts'
import { bytesField, integerField, productModel, textField } from './protobuf.ts'
import { MODEL_NAMES } from '../models.ts'
import { prepareModel, writeModel } from './model-step.ts'
import { objection, ratio, type Time } from './race.ts'
import { raceLines, raceTable, targetTable } from './report.ts'
import { type Measured, targets } from './targets.ts'
import { largestError, median, relativeError, timeFor, warmUp } from './timing.ts'
import { crossEntropyOf } from './work.ts'

const blocked: Entrant = {
  name: 'ours blocked',
  peer: undefined,
  threads: 1,
  tier: 'blocked',
  accumulation: 'float64',
  variants: [''],
}
const float32: Entrant = { ...blocked, name: 'ours simd float32', tier: 'simd', accumulation: 'float32' }
const peer = (name: Entrant['peer']): Entrant => ({ name: name ?? '', peer: name, threads: 1, variants: [''] })

function time(entrant: Entrant, rounds: readonly number[], variant = ''): Time {
  return { entrant, variant, version: '1.0.0', rounds, error: 1e-7 }
}

function product(shape: readonly number[], times: readonly Time[], transposeB = false): Measured {
  return { case: 'matmul', shape, transposeA: false, transposeB, times, failures: [] }
}

describe('the step of a model', () => {
  it.each(MODEL_NAMES)('%s is handed over whole, and two tiers agree on every parameter and the loss',
    async (model) => {
      const folder = mkdtempSync(join(tmpdir(), 'models-'))
      try {
        const { expected, parts, parameters, arrays, rate } = writeModel(folder, model)
        const numbers = (path: string, Kind: typeof Float32Array | typeof Float64Array) =>
          new Kind(Uint8Array.from(readFileSync(path)).buffer)
        parameters.forEach(({ shape, values }, index) => {
          const count = shape.reduce((product, size) => product * size, 1)
          expect([numbers(values, Float32Array).length, parts[index]]).toEqual([count, count])
        })
        for (const path of Object.values(arrays)) expect(numbers(path, Float32Array).length).toBeGreaterThan(0)
        const got = await prepareModel({ kind: 'model', model, rate }, referenceKernels).result()
        const wanted = Float64Array.from(numbers(expected, Float64Array))
        expect(wanted.every((change) => Number.isFinite(change))).toBe(true)
        expect(largestError(got, wanted, parts)).toBeLessThan(1e-5)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
})

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

  it('relates each part to its own largest value, so that a large one hides no error of a small one', () => {
    const expected = Float64Array.of(0.001, -0.002, 8)
    expect(relativeError(Float64Array.of(0.001, -0.001, 8), expected)).toBeCloseTo(1.25e-4, 12)
    expect(largestError(Float64Array.of(0.001, -0.001, 8), expected, [2, 1])).toBeCloseTo(0.5, 12)
    expect(largestError(Float64Array.of(0.001, -0.002, 4), expected, [2, 1])).toBe(0.5)
    expect(largestError(Float64Array.of(0.001, NaN, 8), expected, [2, 1])).toBe(Infinity)
    expect(largestError(Float64Array.of(0.001, -0.002), expected, [2, 1])).toBe(Infinity)
  })

  it('awaits asynchronous work: two milliseconds of sleep cannot take one', async () => {
    const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2))
    expect(await warmUp(sleep, 5)).toBe(1)
    expect(await timeFor(sleep, 5, 1)).toBeGreaterThan(1)
  })
})

describe('the convolutional step’s reference', () => {
  const ramp = (length: number, factor: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => ((i * factor) % 17) / 8 - 1)
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Array.from(a).reduce((sum, x, i) => sum + x * b[i], 0)

  it('correlates: a weight above the center brings down the row above, with zeros beyond the edge', () => {
    const layer: ConvolutionLayer = {
      inputs: 1,
      outputs: 1,
      side: 2,
      weight: Float32Array.of(0, 2, 0, 0, 0, 0, 0, 0, 0),
      bias: Float32Array.of(0.5),
    }
    expect([...convolve(layer, 3, Float64Array.of(1, 2, 3, 4))]).toEqual([0.5, 0.5, 2.5, 4.5])
  })

  it('goes backwards by the adjoint: ⟨da, W∗h⟩ = ⟨dW, W⟩ = ⟨dh, h⟩ on every small size, exactly', () => {
    for (const [inputs, outputs, side, kernel] of [[1, 1, 2, 3], [2, 3, 4, 5], [3, 2, 6, 3]]) {
      const weight = ramp(outputs * inputs * kernel * kernel, 5)
      const layer: ConvolutionLayer = { inputs, outputs, side, weight, bias: new Float32Array(outputs) }
      const h = Float64Array.from(ramp(inputs * side * side, 7))
      const da = Float64Array.from(ramp(outputs * side * side, 3))
      const dw = new Float64Array(weight.length)
      const dh = new Float64Array(h.length)
      convolveBackward(layer, kernel, h, da, dw, dh)
      const expected = dot(da, convolve(layer, kernel, h))
      expect([inputs, dot(dw, weight)]).toEqual([inputs, expected])
      expect([inputs, dot(dh, h)]).toEqual([inputs, expected])
    }
  })

  it('pools after relu, and measures how far the largest is from 0 and, above 0, from the next', () => {
    const dead = pool(Float64Array.of(-1, -2, -0.25, -0.25), 1, 2)
    expect(dead).toEqual({ value: Float64Array.of(0), from: Int32Array.of(2), margin: 0.25 })
    expect(pool(Float64Array.of(1, 2, -3, 1.75), 1, 2)).toEqual({
      value: Float64Array.of(2),
      from: Int32Array.of(1),
      margin: 0.25,
    })
    // [1, 4, 4] with one maximum per quadrant, the last at the far corner.
    const corners = Float64Array.of(4, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1)
    expect([...pool(corners, 1, 4).from]).toEqual([0, 3, 12, 15])
  })

  it('has ln K as its loss and softmax − target over B as its error when all logits are equal', () => {
    const { loss, error } = crossEntropyOf(new Float64Array(8), Float32Array.of(1, 0, 0, 0, 0, 0, 1, 0), 2)
    expect(loss).toBeCloseTo(Math.log(4), 14)
    expect([...error]).toEqual([-0.375, 0.125, 0.125, 0.125, 0.125, 0.125, -0.375, 0.125])
  })

  it('is handed over in other orders of axes without losing an element', () => {
    const data = ramp(12, 5)
    expect(permuted(data, [3, 4], [1, 0])).toEqual(transposed(3, 4, data))
    const filters = Float32Array.from({ length: 120 }, (_, i) => i)
    const turned = permuted(filters, [5, 4, 3, 2], [2, 3, 1, 0])
    // [O, I, kH, kW] at (4, 1, 2, 0) is [kH, kW, I, O] at (2, 0, 1, 4).
    expect(turned[((2 * 2 + 0) * 4 + 1) * 5 + 4]).toBe(((4 * 4 + 1) * 3 + 2) * 2)
    expect(permuted(turned, [3, 2, 4, 5], [3, 2, 0, 1])).toEqual(filters)
  })
})

describe('a race', () => {
  it('leaves the convolutional step of slow peers to those who ask, and gives the reason', () => {
    const absent = (quick: boolean, slow: boolean): readonly string[] =>
      ENTRANTS.filter((entrant) => convolutionAbsence(entrant, quick, slow) !== undefined).map(({ name }) => name)
    expect(absent(true, false)).toEqual(['tfjs-cpu', 'jax-js'])
    expect(absent(false, false)).toEqual(['tfjs-cpu'])
    expect(absent(true, true)).toEqual([])
  })

  it('says when a time is that of one run', () => {
    const once = { ...time(peer('tfjs-cpu'), [25_000]), once: true }
    const race: Measured = { ...product([64, 1, 28, 28], [time(float32, [25]), once]), case: 'step-convolution' }
    expect(raceTable(race)).toMatch(/^tfjs-cpu, one run +25000 +1000$/m)
    expect(raceLines(race)[1]).toMatchObject({ peer: 'tfjs-cpu', peerRuns: 1, peerMs: 25_000, ratio: 1000 })
    expect(raceLines(product([2, 2, 2], [time(float32, [1]), time(peer('numpy'), [1])]))[1]).not.toHaveProperty(
      'peerRuns',
    )
  })

  it('relates rounds to each other, so that a slow phase of the machine cancels', () => {
    // Unpaired medians would give 3 / 2.
    expect(ratio(time(blocked, [1, 10, 2]), time(peer('numpy'), [2, 20, 3]))).toBe(2)
  })

  it('refuses a result beyond 1e-4 and one that is not a number, and passes on the reason of a refusal', () => {
    expect(objection({ error: 1e-4 })).toBeUndefined()
    expect(objection({ error: 1.01e-4 })).toContain('wrong result')
    expect(objection({ error: 1.01e-4 }, 1e-3)).toBeUndefined()
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
    expect(pair).toMatchObject({
      ...work,
      peer: 'tfjs-wasm',
      peerVariant: 'new B',
      gflops: 2,
      peerGflops: 0.5,
      ratio: 4,
    })
    expect(rest).toEqual([{ ...work, peer: 'pytorch', peerThreads: 1, reason: 'no module' }])
  })
})

describe('the targets', () => {
  const square = [128, 128, 128]

  it('take the worst shape and the peer’s best variant', () => {
    const wasm = [time(peer('tfjs-wasm'), [2], 'constant B'), time(peer('tfjs-wasm'), [9], 'new B')]
    const found = targets([product(square, [time(float32, [1]), ...wasm]),
      product([128, 784, 512], [time(float32, [1]), time(peer('tfjs-wasm'), [1.2])])])
    const best = found.find(({ target }) => target === 1.35)
    expect(best).toMatchObject({ measured: 1.2, met: false, worst: 'A·B 128×784×512' })
    const [, , alone] = targets([product(square, [time(float32, [1]), ...wasm])])
    expect(alone).toMatchObject({ measured: 2, met: true })
  })

  it('count transposed products apart and shapes outside the contract not at all', () => {
    const turned = targets([product(square, [time(float32, [1]), time(peer('tfjs-wasm'), [20])], true)])
    expect(turned.map(({ measured }) => measured)).toEqual([undefined, undefined, undefined, 20, undefined, undefined,
      undefined, undefined, undefined])
    const narrow = targets([product([128, 512, 10], [time(blocked, [1]), time(peer('ndarray-gemm'), [2])])])
    expect(narrow.every(({ measured }) => measured === undefined)).toBe(true)
  })

  it('turn the training step’s ratio round, because its target is a time', () => {
    const times = [time(float32, [10]), time(peer('pytorch'), [5])]
    const step: Measured = { ...product([128, 784, 512, 512, 10], times), case: 'step-backpropagation' }
    expect(targets([step])[4]).toMatchObject({ measured: 2, met: true, relation: 'at most' })
    expect(targets([{ ...step, case: 'step-gcn' }])[4].met).toBeUndefined()
    expect(targets([{ ...step, case: 'step-gcn' }])[5]).toMatchObject({ measured: 2, met: false, target: 1.5 })
    expect(targets([{ ...step, case: 'step-transformer' }])[6]).toMatchObject({ measured: 2, met: true })
  })

  it('bound the convolutional step’s time and compare it with the fastest peer that runs JavaScript', () => {
    const python = { ...peer('numpy'), python: 'numpy' as const }
    const times = [time(float32, [41, 39, 43]), time(peer('jax-js'), [82, 78, 86]),
      time(peer('tfjs-cpu'), [410, 390, 430]), time(python, [4, 4, 4])]
    const step: Measured = { ...product([64, 1, 28, 28], times), case: 'step-convolution' }
    const [ms, speed] = targets([step]).slice(7)
    expect(ms).toMatchObject({ measured: 41, target: 40, met: false, relation: 'at most' })
    expect(speed).toMatchObject({ measured: 2, target: 1, met: true, worst: 'jax-js' })
    const [, alone] = targets([{ ...step, times: [time(float32, [40])] }]).slice(7)
    expect(alone).toMatchObject({ met: undefined, worst: 'not measured' })
  })

  it('are neither met nor missed when the peer is not there', () => {
    expect(targets([]).map(({ met }) => met)).toEqual(Array(9).fill(undefined))
    expect(targetTable(targets([]))).toMatch(/unknown +not measured/)
  })
})
