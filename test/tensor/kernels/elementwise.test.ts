import { describe, expect, it } from 'vitest'
import { type ElementwiseKernels, scalarElementwise } from '../../../src/tensor/kernels/elementwise.ts'
import type { PatchGeometry } from '../../../src/tensor/patches.ts'
import { firstDifference, ordinary, xorshift } from '../bits.ts'
import { placed, type VectorSetup, vectorSetup } from '../wasm/vector-kernels.ts'

const MOMENTUM = { rate: 0.1, momentum: 0.9, coupledDecay: 0.01, decoupledDecay: 0.1, nesterov: false }
const ADAM = {
  rate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  correction1: 0.1,
  correction2: 0.001,
  coupledDecay: 0.01,
  decoupledDecay: 0.1,
}

type Name = keyof ElementwiseKernels

/** Twenty elements as images, as their patches and as the maxima of windows of one element. */
const PATCHES: PatchGeometry = {
  channels: 5,
  height: 2,
  width: 2,
  window: [1, 2],
  stride: [1, 2],
  padding: [0, 0],
  outputHeight: 2,
  outputWidth: 1,
}
const POINTS: PatchGeometry = {
  channels: 5,
  height: 1,
  width: 4,
  window: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
  outputHeight: 1,
  outputWidth: 4,
}
const integers = ({ buffer, byteOffset, length }: Float32Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length)

/** Every method with four operands to choose from, as matrices [4, 5] or as twenty elements. */
const CALLS: Readonly<Record<Name, (k: ElementwiseKernels, a: readonly Float32Array[]) => unknown>> = {
  expInto: (k, [a, b]) => k.expInto(a, b),
  tanhInto: (k, [a, b]) => k.tanhInto(a, b),
  tanhBackwardInto: (k, [a, b, c]) => k.tanhBackwardInto(a, b, c),
  sigmoidInto: (k, [a, b]) => k.sigmoidInto(a, b),
  sigmoidBackwardInto: (k, [a, b, c]) => k.sigmoidBackwardInto(a, b, c),
  erfInto: (k, [a, b]) => k.erfInto(a, b),
  erfActivationInto: (k, [a, b]) => k.erfActivationInto(a, b),
  erfActivationBackwardInto: (k, [a, b, c]) => k.erfActivationBackwardInto(a, b, c),
  reluInto: (k, [a, b]) => k.reluInto(a, b),
  reluBackwardInto: (k, [a, b, c]) => k.reluBackwardInto(a, b, c),
  leakyReluInto: (k, [a, b]) => k.leakyReluInto(a, b),
  leakyReluBackwardInto: (k, [a, b, c]) => k.leakyReluBackwardInto(a, b, c),
  addInto: (k, [a, b, c]) => k.addInto(a, b, c),
  subtractInto: (k, [a, b, c]) => k.subtractInto(a, b, c),
  multiplyInto: (k, [a, b, c]) => k.multiplyInto(a, b, c),
  scaleInto: (k, [a, b]) => k.scaleInto(a, 0.3, b),
  addScaledInto: (k, [a, b, c]) => k.addScaledInto(a, b, 0.3, c),
  copyInto: (k, [a, b]) => k.copyInto(a, b),
  fillInto: (k, [a]) => k.fillInto(a, 0.3),
  broadcastRowsInto: (k, [a, b]) => k.broadcastRowsInto(a, b.subarray(0, 5), 4),
  softmaxRowsInto: (k, [a, b]) => k.softmaxRowsInto(a, b, 4, 5),
  causalSoftmaxRowsInto: (k, [a, b]) => k.causalSoftmaxRowsInto(a, b, 4, 5),
  crossEntropyInto: (k, [a, b, c]) => k.crossEntropyInto(a, b, c, 4, 5, 0.25),
  sum: (k, [a]) => k.sum(a),
  dot: (k, [a, b]) => k.dot(a, b),
  sumRowsInto: (k, [a, b]) => k.sumRowsInto(a.subarray(0, 5), b, 4, 5, true),
  firstNonFinite: (k, [a]) => k.firstNonFinite(a),
  momentumInto: (k, [a, b, c]) => k.momentumInto(a, b, c, MOMENTUM),
  adamInto: (k, [a, b, c, d]) => k.adamInto(a, b, c, d, ADAM),
  gatherPatchesInto: (k, [a, b]) => k.gatherPatchesInto(a, b, 1, PATCHES),
  scatterPatchesInto: (k, [a, b]) => k.scatterPatchesInto(a, b, 1, PATCHES),
  swapLeadingInto: (k, [a, b]) => k.swapLeadingInto(a, b, 2, 5, 2),
  windowMaximaInto: (k, [a, b, c]) => k.windowMaximaInto(a, integers(b), c, 1, POINTS),
}
const NAMES = Object.keys(CALLS) as (keyof ElementwiseKernels)[]

/** How many arrays each call takes. */
function operands(name: keyof ElementwiseKernels): number {
  let most = 0
  const counting = { [Symbol.iterator]: () => ({ next: () => ({ value: ++most, done: false }) }) }
  try {
    CALLS[name](new Proxy({}, { get: () => () => undefined }) as ElementwiseKernels, counting as never)
  } catch {
    // `subarray` of a number: the operands have been counted by then.
  }
  return most
}

function contents(length: number): readonly Float32Array[] {
  const random = xorshift(41)
  return Array.from({ length: 4 }, () => ordinary(random, length).map((value) => Math.abs(value) + 0.1))
}

/** The error of a call, as its kind and text. */
function failure(call: () => unknown): string {
  try {
    call()
  } catch (cause) {
    return `${(cause as Error).name}: ${(cause as Error).message}`
  }
  return 'no error'
}

/** '' when the vector record gives what the scalar record gives for these operands of one call. */
function differs(setup: VectorSetup, name: Name, plain: readonly Float32Array[], own: readonly Float32Array[]): string {
  const want = CALLS[name](scalarElementwise, plain)
  const got = CALLS[name](setup.kernels, own)
  if (typeof want === 'number' && !Object.is(want, got)) return `${name}: ${String(got)} against ${want}`
  const places = own.map((array, p) => firstDifference(array, plain[p])).filter((text) => text !== '')
  return places.map((text) => `${name} ${text}`).join()
}

const WRONG = [new Float32Array(19), new Float64Array(20), [1, 2, 3], null, undefined, 7]

describe('the vector record', () => {
  const setup = vectorSetup(true, 4)

  it('has every kernel of the scalar record and uses vectors for operands in its memory', () => {
    expect(Object.keys(setup.kernels).sort()).toEqual(Object.keys(scalarElementwise).sort())
    expect([...NAMES].sort()).toEqual(Object.keys(scalarElementwise).sort())
    for (const name of NAMES) {
      const before = setup.calls()
      expect(differs(setup, name, contents(20), placed(setup.buffer, contents(20)))).toBe('')
      // Cross-entropy takes the logarithm of each row's sum between three calls.
      expect(setup.calls() - before, name).toBe(name === 'crossEntropyInto' ? 12 : 1)
    }
  })

  it('falls back to the scalar kernel when any one operand is elsewhere', () => {
    for (const name of NAMES) {
      for (let p = 0; p < operands(name); p++) {
        const own = [...placed(setup.buffer, contents(20))]
        own[p] = contents(20)[p]
        const before = setup.calls()
        expect(differs(setup, name, contents(20), own)).toBe('')
        expect(setup.calls(), `${name}, operand ${p}`).toBe(before)
      }
    }
  })

  it('falls back when operands overlap without being the same, so that order decides nothing else', () => {
    for (const name of NAMES.filter((each) => operands(each) > 1 && each !== 'dot')) {
      for (let p = 1; p < operands(name); p++) {
        for (const shift of [-7, -1, 1, 7]) {
          const shifted = (arrays: readonly Float32Array[]): readonly Float32Array[] => {
            const base = arrays[0]
            return arrays.map((array, q) =>
              q === 0 ? base.subarray(10, 30) : q === p ? base.subarray(10 + shift, 30 + shift) : array.subarray(0, 20)
            )
          }
          const before = setup.calls()
          expect(differs(setup, name, shifted(contents(40)), shifted(placed(setup.buffer, contents(40))))).toBe('')
          // Matrices touch fewer elements of the shorter operand, and may not overlap at all.
          if (name !== 'broadcastRowsInto' && name !== 'sumRowsInto') expect(setup.calls(), name).toBe(before)
        }
      }
    }
  })

  it('throws what the scalar kernel throws for other kinds and lengths, and writes nothing', () => {
    // Behind everything that `placed` uses.
    const wrongInMemory = [new Float32Array(setup.buffer, 4096, 19), new Float32Array(setup.buffer, 4096, 21),
      new Int32Array(setup.buffer, 4096, 20)]
    for (const name of NAMES) {
      for (let p = 0; p < operands(name); p++) {
        for (const wrong of [...wrongInMemory, ...WRONG]) {
          const plain = [...contents(20)], own = [...placed(setup.buffer, contents(20))]
          const untouched = [...own]
          plain[p] = own[p] = wrong as Float32Array
          const before = setup.calls()
          const want = failure(() => CALLS[name](scalarElementwise, plain))
          expect(failure(() => CALLS[name](setup.kernels, own)), name).toBe(want)
          if (want === 'no error') continue
          expect(setup.calls(), name).toBe(before)
          for (const [q, array] of untouched.entries()) expect(firstDifference(array, contents(20)[q]), name).toBe('')
        }
      }
    }
  })

  it('throws what the scalar kernels throw for shapes that do not fit', () => {
    const own = placed(setup.buffer, contents(20))
    const shapes = [[3, 5], [-4, -5], [2.5, 8], [NaN, 5]]
    const calls: ((k: ElementwiseKernels) => unknown)[] = shapes.flatMap((
      [rows, columns],
    ) => [(k: ElementwiseKernels) => k.softmaxRowsInto(own[0], own[1], rows, columns),
      (k: ElementwiseKernels) => k.causalSoftmaxRowsInto(own[0], own[1], rows, columns),
      (k: ElementwiseKernels) => k.broadcastRowsInto(own[0], own[1].subarray(0, 5), rows),
      (k: ElementwiseKernels) => k.crossEntropyInto(own[0], own[1], own[2], rows, columns, 1),
      (k: ElementwiseKernels) => k.sumRowsInto(own[0], own[1], rows, columns)]
    )
    for (const call of calls) {
      const want = failure(() => call(scalarElementwise))
      expect(want).toMatch(/^RangeError: \w+Into: /)
      expect(failure(() => call(setup.kernels))).toBe(want)
    }
  })
})
