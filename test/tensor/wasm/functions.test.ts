import { describe, expect, it } from 'vitest'
import { erf } from '../../../src/tensor/functions/erf.ts'
import { exp } from '../../../src/tensor/functions/exp.ts'
import { sigmoid } from '../../../src/tensor/functions/sigmoid.ts'
import { tanh } from '../../../src/tensor/functions/tanh.ts'
import { assembler } from '../../../src/tensor/wasm/assembler.ts'
import { expBelow } from '../../../src/tensor/wasm/exponential.ts'
import { LANE_FUNCTIONS } from '../../../src/tensor/wasm/functions.ts'
import { webAssembly } from '../../../src/tensor/wasm/host.ts'
import { float64Words, keep } from '../../../src/tensor/wasm/words.ts'
import { xorshift } from '../bits.ts'
import { binaryCase, difference, neighbors, pagesFor, randomBits, specialDifference, sweep, unaryCase,
  vectorSetup } from './vector-kernels.ts'

const UNARY = (['expInto', 'tanhInto', 'sigmoidInto', 'erfInto', 'erfActivationInto'] as const).map(unaryCase)
const BACKWARD = (['tanhBackwardInto', 'sigmoidBackwardInto', 'erfActivationBackwardInto'] as const).map(binaryCase)
const MANY = 1 << 20

/** Where the functions change piece, saturate, overflow, underflow, or where clamps begin. */
const JOINTS = [2 ** -126, 0.34657359, 1, Math.SQRT2, 6, 8.485281, 9.010913, 22, 36.39, 88.72284, 103.97208, 708, 709,
  746]

/** Functions of one number that run `LANE_FUNCTIONS` without rounding to float32. */
function unrounded(): Readonly<Record<string, (x: number) => number>> {
  const host = webAssembly()
  if (host === undefined) throw new Error('unrounded: this runtime has no WebAssembly')
  const asm = assembler({ initial: 1, maximum: 1, shared: false })
  for (const [name, f] of [...Object.entries(LANE_FUNCTIONS), ['expBelow', expBelow] as const]) {
    asm.func(name, ['f64'], ['f64'], (code, [x]) => {
      const pair = keep(code, () => {
        code.get(x)
        code.op('f64x2.splat')
      })
      f(code, float64Words(code), pair)()
      code.op('f64x2.extract_lane', 1)
    })
  }
  const memory = new host.Memory({ initial: 1, maximum: 1 })
  const { exports } = new host.Instance(new host.Module(asm.bytes()), { env: { memory } })
  return exports as Record<string, (x: number) => number>
}

describe('exp, tanh, sigmoid and erf before the rounding to float32', () => {
  it.each(
    [['exp', exp, 708], ['tanh', tanh, 21.9], ['sigmoid', sigmoid, 708], ['erf', erf, 5.99], ['erf', erf, 0.99], [
      'tanh',
      tanh,
      0.4,
    ], ['exp', exp, 0.3], ['erfActivation', (x: number) => erf(x * Math.sqrt(0.5)), 8.4]] as const,
  )('%s has the float64 bits of the scalar function, so no constant differs in any digit', (name, f, reach) => {
    const lanes = unrounded()[name]
    const random = xorshift(51)
    const different: number[] = []
    for (let i = 0; i < 100_000; i++) {
      const x = reach * random()
      if (!Object.is(lanes(x), f(x))) different.push(x)
    }
    expect(different.slice(0, 3), 'seed 51').toEqual([])
  })

  it('expBelow reaches denormal numbers and 0 as exp does', () => {
    const { expBelow: lanes } = unrounded()
    const random = xorshift(52)
    for (let i = 0; i < 20_000; i++) {
      const x = -725 + 25 * random()
      if (!Object.is(lanes(x), exp(x))) expect(lanes(x), `x ${x}, seed 52`).toBe(exp(x))
    }
    expect([-1e300, -Infinity, -745.2].map(lanes)).toEqual([0, 0, 0])
  })
})

describe('exp, tanh, sigmoid, erf and the derivatives in lanes', () => {
  it.each([false, true])('have the scalar bits at special values in every position (shared: %s)', (shared) => {
    const setup = vectorSetup(shared, 4)
    for (const test of [...UNARY, ...BACKWARD]) expect(specialDifference(setup, test)).toBe('')
  })

  it('have the bits of the scalar functions on 2^20 random bit patterns', () => {
    const setup = vectorSetup(true, pagesFor(3 * MANY))
    const contents = [1, 2, 3].map((seed) => randomBits(seed, MANY))
    for (const test of [...UNARY, ...BACKWARD]) expect(difference(setup, test, contents)).toBe('')
  })

  it('have the bits of the scalar functions all over the range where they are not constant', () => {
    const setup = vectorSetup(false, pagesFor(3 * MANY))
    for (const test of UNARY) {
      for (const reach of [1, 10, 110]) {
        const x = sweep(-reach, reach, 250_001)
        expect(difference(setup, test, [x, x])).toBe('')
      }
    }
    for (const test of BACKWARD) {
      const dy = sweep(-3, 5, 250_001), v = sweep(40, -40, 250_001)
      expect(difference(setup, test, [v, dy, v])).toBe('')
    }
  })

  it('have the bits of the scalar functions at every float32 next to where pieces meet', () => {
    const setup = vectorSetup(false, pagesFor(100_000))
    for (const test of UNARY) {
      for (const x of JOINTS) {
        expect(difference(setup, test, [neighbors(x, 2000), neighbors(x, 2000)])).toBe('')
      }
    }
  })
})
