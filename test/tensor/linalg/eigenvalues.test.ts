import { describe, expect, it } from 'vitest'
import { type Eigenvalues, eigenvalues } from '../../../src/tensor/linalg/eigenvalues.ts'
import { addScaled, identity, type Matrix, matrix, matrixFromRows, maxAbs, multiply,
  transpose } from '../../../src/tensor/linalg/matrix.ts'
import { inverse } from '../../../src/tensor/linalg/solve.ts'
import { symmetricEigen } from '../../../src/tensor/linalg/symmetric-eigen.ts'
import { EPSILON, randomMatrix, randomOrthogonal, relativeError, secondDifference, SQUARE,
  xorshift } from './random-matrix.ts'

/** A block-diagonal matrix of real values and of pairs x ± iy. */
function blocks(values: readonly (readonly [number, number])[]): Matrix {
  const n = values.reduce((sum, [, y]) => sum + (y === 0 ? 1 : 2), 0)
  const a = matrix(n, n)
  let i = 0
  for (const [x, y] of values) {
    a.data[i * n + i] = x
    if (y !== 0) {
      a.data[i * n + i + 1] = y
      a.data[(i + 1) * n + i] = -y
      a.data[++i * n + i] = x
    }
    i++
  }
  return a
}

/** The companion matrix of the monic polynomial with the coefficients c₀, c₁, … below the leading one. */
function companion(c: readonly number[]): Matrix {
  const n = c.length
  const a = matrix(n, n)
  for (let i = 0; i < n; i++) {
    if (i > 0) a.data[i * n + i - 1] = 1
    a.data[i * n + n - 1] = -c[i]
  }
  return a
}

type Values = readonly (readonly [number, number])[]

function expectSpectrum(name: string, got: Eigenvalues, exact: Values, unit: number): void {
  const rest = exact.slice()
  expect(got.real.length, name).toBe(exact.length)
  got.real.forEach((x, j) => { // nearest first: rounding may change the order of values with equal real parts
    let best = 0
    const away = ([re, im]: readonly [number, number]): number => Math.hypot(re - x, im - got.imaginary[j])
    rest.forEach((value, p) => {
      if (away(value) < away(rest[best])) best = p
    })
    expect(away(rest[best]), `${name}, value ${j}`).toBeLessThanOrEqual(unit)
    rest.splice(best, 1)
  })
}

describe('eigenvalues', () => {
  it('has the traces of a, a² and a³ as power sums, sorted, in exact conjugate pairs', () => {
    for (const n of [0, 1, 2, 3, 4, 5, 8, 15, 40]) {
      for (let seed = 0; seed < 12; seed++) {
        const name = `n ${n}, seed ${seed}`
        const a = randomMatrix(xorshift(seed), n, n)
        const before = a.data.slice()
        const { real, imaginary } = eigenvalues(a)
        expect(a.data, name).toEqual(before)
        const square = multiply(a, a)
        const sums = [0, 0, 0]
        const traces = [0, 0, 0]
        for (let j = 0; j < n; j++) {
          const x = real[j]
          const y = imaginary[j]
          sums[0] += x
          sums[1] += x * x - y * y
          sums[2] += x * x * x - 3 * x * y * y
          ;[a, square, multiply(square, a)].forEach((m, p) => {
            traces[p] += m.data[j * n + j]
          })
          if (j > 0) expect(x < real[j - 1] || (x === real[j - 1] && y <= imaginary[j - 1]), name).toBe(true)
          if (y > 0) expect([real[j + 1], imaginary[j + 1]], name).toEqual([x, -y])
        }
        const size = n * maxAbs(a)
        sums.forEach((x, p) =>
          expect(Math.abs(x - traces[p]), name).toBeLessThanOrEqual(20 * EPSILON * (p + 1) * size ** (p + 1))
        )
      }
    }
  })

  it('finds a spectrum hidden by an orthogonal similarity, complex pairs and repeated values included', () => {
    const spectrum: [number, number][] = [[3, 0], [-1, 2], [-1, 0.5], [0, 1], [0, 0], [2, 0], [2, 0], [-4, 1e-3]]
    const exact = spectrum.flatMap(([x, y]): [number, number][] => y === 0 ? [[x, 0]] : [[x, y], [x, -y]])
    for (let seed = 0; seed < 10; seed++) {
      const q = randomOrthogonal(xorshift(seed), exact.length)
      const a = multiply(multiply(q, blocks(spectrum)), transpose(q))
      for (const scale of [1, 2 ** 664, 2 ** -664]) {
        const { real, imaginary } = eigenvalues({ ...a, data: a.data.map((x) => x * scale) })
        const got = { real: real.map((x) => x / scale), imaginary: imaginary.map((x) => x / scale) }
        expectSpectrum(`seed ${seed} scale ${scale}`, got, exact, 100 * EPSILON)
      }
    }
  })

  it('keeps the bits when a is multiplied by a power of two', () => {
    const a = randomMatrix(xorshift(9), 12, 12)
    const small = eigenvalues({ ...a, data: a.data.map((x) => x * 2 ** -800) })
    expect(small.real).toEqual(eigenvalues(a).real.map((x) => x * 2 ** -800))
    expect(small.imaginary).toEqual(eigenvalues(a).imaginary.map((x) => x * 2 ** -800))
  })

  it('agrees with symmetricEigen', () => {
    for (let seed = 0; seed < 6; seed++) {
      const b = randomMatrix(xorshift(seed), 25, 25)
      const a = addScaled(b, 1, transpose(b))
      const { real, imaginary } = eigenvalues(a)
      expect(relativeError(real, symmetricEigen(a).values), `seed ${seed}`).toBeLessThan(40 * EPSILON)
      expect(imaginary, `seed ${seed}`).toEqual(new Float64Array(25))
    }
    const { real } = eigenvalues(secondDifference(50))
    const exact = Array.from({ length: 50 }, (_, j) => 2 + 2 * Math.cos(Math.PI * (j + 1) / 51))
    expect(relativeError(real, exact)).toBeLessThan(20 * EPSILON)
  })

  it('finds the roots of unity and of −1 from companion matrices', () => {
    for (const n of [2, 3, 4, 5, 8, 16, 31]) {
      const roots = (shift: number): [number, number][] =>
        Array.from({ length: n }, (_, j) => {
          const angle = (2 * j + shift) * Math.PI / n
          return [Math.cos(angle), Math.sin(angle)]
        })
      const rest = new Array<number>(n - 1).fill(0)
      expectSpectrum(`xⁿ = 1, n ${n}`, eigenvalues(companion([-1, ...rest])), roots(0), 50 * EPSILON)
      expectSpectrum(`xⁿ = −1, n ${n}`, eigenvalues(companion([1, ...rest])), roots(1), 50 * EPSILON)
    }
  })

  it('finds the roots 1…8 and the pair 1 ± 2i from companion matrices', () => {
    let c = [1]
    for (let root = 1; root <= 8; root++) c = [0, ...c].map((x, i) => x - root * (c[i] ?? 0))
    expect(c[8]).toBe(1)
    expect(relativeError(eigenvalues(companion(c.slice(0, 8))).real, [8, 7, 6, 5, 4, 3, 2, 1])).toBeLessThan(1e-10)
    const { real, imaginary } = eigenvalues(companion([5, -2]))
    expect(relativeError(real, [1, 1])).toBeLessThan(4 * EPSILON)
    expect(relativeError(imaginary, [2, -2])).toBeLessThan(4 * EPSILON)
  })

  it('returns the diagonal of a triangular matrix exactly, permuted or not', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = xorshift(seed)
      const n = 12
      const a = matrix(n, n)
      const place = Array.from({ length: n }, (_, i) => (i * 5 + seed) % n)
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a.data[place[i] * n + place[j]] = random()
      const exact = Float64Array.from({ length: n }, (_, i) => a.data[i * n + i]).sort((x, y) => y - x)
      expect(eigenvalues(a).real, `seed ${seed}`).toEqual(exact)
      expect(eigenvalues(a).imaginary, `seed ${seed}`).toEqual(new Float64Array(n))
    }
    // a Jordan block: without isolation the four zeros would be off by ε^¼ = 1e-4
    expect(eigenvalues(matrixFromRows([[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])).real).toEqual(
      new Float64Array(4),
    )
  })

  it('balances: a diagonal similarity over 30 decades changes nothing', () => {
    const a = matrixFromRows(SQUARE)
    const d = [1, 2 ** -50, 2 ** 50, 2 ** 20]
    const b = { ...a, data: a.data.map((x, p) => x * d[p % 4] / d[Math.floor(p / 4)]) }
    const plain = eigenvalues(a)
    expect(relativeError(eigenvalues(b).real, plain.real)).toBeLessThan(20 * EPSILON)
    expect(relativeError(eigenvalues(b).imaginary, plain.imaginary)).toBeLessThan(20 * EPSILON)
  })

  it('moves by no more than the condition of the eigenvectors allows', () => {
    for (let seed = 0; seed < 5; seed++) {
      const random = xorshift(seed)
      const x = addScaled(randomMatrix(random, 10, 10), 4, identity(10))
      const spectrum = Array.from({ length: 5 }, (_, i): [number, number] => [i - 2, 1 + i])
      const a = multiply(multiply(x, blocks(spectrum)), inverse(x))
      const exact = spectrum.flatMap(([re, im]): [number, number][] => [[re, im], [re, -im]])
      expectSpectrum(`seed ${seed}`, eigenvalues(a), exact, 1e-12)
    }
  })

  it('survives blocks that differ by 250 powers of ten', () => {
    const { real, imaginary } = eigenvalues(blocks([[1, 2], [1e-250, 2e-250]]))
    expect(relativeError(real.slice(2), [1e-250, 1e-250])).toBeLessThan(4 * EPSILON)
    expect(relativeError(imaginary.slice(2), [2e-250, -2e-250])).toBeLessThan(4 * EPSILON)
  })

  it('sorts by real part, then by imaginary part', () => {
    const { real, imaginary } = eigenvalues(blocks([[0, 1], [0, 3], [0, 0], [-1, 0], [5, 2]]))
    expect(Array.from(real)).toEqual([5, 5, 0, 0, 0, 0, 0, -1])
    expect(Array.from(imaginary)).toEqual([2, -2, 3, 1, 0, -1, -3, 0])
  })

  it('equals numpy', () => {
    const { real, imaginary } = eigenvalues(matrixFromRows(SQUARE))
    expect(relativeError(real, [3.6485578571258026, 3.6485578571258026, 3.120284114227911, -4.4173998284795015]))
      .toBeLessThan(4e-15)
    expect(relativeError(imaginary, [3.0922114313014424, -3.0922114313014424, 0, 0])).toBeLessThan(4e-15)
  })

  it('balances before it scales: 1 and 1 ± √2 of a tridiagonal matrix for every s', () => {
    for (const s of [1, 1e150, 1e160, 1e162, 1e200, 1e300, 1e308]) {
      for (const t of [s, 1 / s]) {
        const { real, imaginary } = eigenvalues(matrixFromRows([[1, 1 / t, 0], [t, 1, 1 / t], [0, t, 1]]))
        const name = `s = ${t}`
        expect(imaginary, name).toEqual(new Float64Array(3))
        const exact = [1 + Math.SQRT2, 1, 1 - Math.SQRT2]
        real.forEach((x, i) => expect(Math.abs(x - exact[i]), name).toBeLessThan(20 * EPSILON))
      }
    }
  })

  it('balances elements near the largest float64', () => {
    const b = 1.7e308
    expect(relativeError(eigenvalues(matrixFromRows([[0, b], [b / 4, 0]])).real, [b / 2, -b / 2])).toBeLessThan(1e-15)
    const ones = matrix(3, 3, new Float64Array(9).fill(b / 4))
    expect(relativeError(eigenvalues(ones).real.subarray(0, 1), [0.75 * b])).toBeLessThan(1e-15)
  })

  it('refuses what is not square or not finite', () => {
    expect(() => eigenvalues(matrix(2, 3))).toThrow(new RangeError('eigenvalues: a must be square, got [2, 3]'))
    expect(() => eigenvalues(matrixFromRows([[1, 0], [0, Infinity]]))).toThrow(
      new RangeError('eigenvalues: a must hold finite numbers only, got Infinity at (1, 1)'),
    )
  })
})
