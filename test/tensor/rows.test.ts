import { describe, expect, it } from 'vitest'
import { addScaledInto, addScaledRowsInto, dot, firstNonFiniteInRows, scaleInto, scaleRowsInto,
  squaresOfRows } from '../../src/tensor/index.ts'
import { adamInto, momentumInto } from '../../src/tensor/updates.ts'
import { ordinary, xorshift } from './bits.ts'

const WIDTH = 5,
  ROWS = 9
/** Rows 1, 4 and 7; what comes after the count is no row. */
const SOME = { rows: Int32Array.of(1, 4, 7, 8), count: 3, width: WIDTH }
const ALL = { rows: Int32Array.from({ length: ROWS }, (_, r) => r), count: ROWS, width: WIDTH }
const isSome = (_: number, i: number): boolean => [1, 4, 7].includes(Math.floor(i / WIDTH))
const draw = (seed: number): Float32Array => ordinary(xorshift(seed), ROWS * WIDTH)
/** Its elements in the rows, zeros elsewhere. */
const sparse = (x: Float32Array): Float32Array => x.map((v, i) => (isSome(v, i) ? v : 0))

const ADAM = { rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, correction1: 0.1, correction2: 0.01,
  coupledDecay: 0.1, decoupledDecay: 0.2 }
const MOMENTUM = { rate: 0.1, momentum: 0.9, nesterov: true, coupledDecay: 0.1, decoupledDecay: 0.2 }

type Step = (arrays: readonly Float32Array[], touched?: typeof SOME) => void

const STEPS: Readonly<Record<string, Step>> = {
  adamInto: ([w, m, v, g], touched) => void adamInto(w, m, v.map(Math.abs), g, ADAM, touched),
  momentumInto: ([w, v, , g], touched) => void momentumInto(w, v, g, MOMENTUM, touched),
  addScaled: ([w, , , g], touched) =>
    void (touched === undefined ? addScaledInto(w, w, -0.3, g) : addScaledRowsInto(w, w, -0.3, g, touched)),
  scale: ([w], touched) => void (touched === undefined ? scaleInto(w, 0.7, w) : scaleRowsInto(w, 0.7, touched)),
}

describe.each(Object.entries(STEPS))('%s of rows', (_name, step) => {
  it('has the bits of the whole in its rows, and leaves the others', () => {
    const before = [1, 2, 3, 4].map(draw)
    const [whole, all, some] = [undefined, ALL, SOME].map((touched) => {
      const arrays = before.map((x) => x.slice())
      step(arrays, touched)
      return arrays
    })
    expect(all).toEqual(whole)
    some.forEach((x, which) => x.forEach((v, i) => expect(v).toBe((isSome(v, i) ? whole : before)[which][i])))
    expect(some).not.toEqual(before)
  })
})

describe('squaresOfRows', () => {
  it('has the bits of the dot product with zeros in the other rows', () => {
    for (let seed = 1; seed < 20; seed++) {
      const x = draw(seed)
      expect(squaresOfRows(x, ALL)).toBe(dot(x, x))
      expect(squaresOfRows(x, SOME)).toBe(dot(sparse(x), sparse(x)))
    }
  })
})

describe('firstNonFiniteInRows', () => {
  it('looks at its rows alone', () => {
    const x = draw(1)
    x[0] = NaN
    expect(firstNonFiniteInRows(x, SOME)).toBe(-1)
    x[4 * WIDTH + 4] = -Infinity
    expect(firstNonFiniteInRows(x, SOME)).toBe(4 * WIDTH + 4)
  })
})
