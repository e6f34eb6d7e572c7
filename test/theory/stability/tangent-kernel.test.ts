import { describe, expect, it } from 'vitest'
import { type Eigenvalues, eigenvalues, innerProduct, type Matrix, matrix, multiply, normalInto, type RandomStream,
  randomStream, trace, transpose } from '../../../src/tensor/index.ts'
import { type Batch, leastRate, NONLINEARITIES, type Nonlinearity, tangentKernel, twoLayerErrors, twoLayerFlow,
  twoLayerLoss } from '../../../src/theory/index.ts'

type Sizes = readonly [number, number, number]

const draw = (stream: RandomStream, rows: number, columns: number): Matrix =>
  matrix(rows, columns, normalInto(new Float64Array(rows * columns), stream))

/** Random weights that interpolate: the targets are what the network says. */
function interpolating(seed: number, [n0, n1, n2]: Sizes, samples: number, g: Nonlinearity) {
  const stream = randomStream(seed, 'test/tangent-kernel')
  const w1 = draw(stream, n1, n0), w2 = draw(stream, n2, n1), f = draw(stream, n1, n2), x = draw(stream, samples, n0)
  const y = twoLayerErrors([w1, w2], { x, y: matrix(samples, n2) }, g)
  return { w1, w2, f, batch: { x, y } }
}
const flat = (...parts: readonly Matrix[]): Float64Array => Float64Array.from(parts.flatMap(({ data }) => [...data]))

/** ∂f_i/∂y_j by central differences. */
function jacobianOf(f: (y: Float64Array) => Float64Array, y: Float64Array): Matrix {
  const columns = Array.from(y, (_, j) => {
    const at = (step: number): Float64Array => f(y.map((value, i) => (i === j ? value + step : value)))
    const above = at(1e-5), below = at(-1e-5)
    return above.map((value, i) => (value - below[i]) / 2e-5)
  })
  return matrix(columns[0].length, y.length,
    Float64Array.from({ length: columns[0].length * y.length },
      (_, at) => columns[at % y.length][Math.floor(at / y.length)]))
}
/** The `count` eigenvalues of greatest magnitude. */
function largest({ real, imaginary }: Eigenvalues, count: number): readonly (readonly [number, number])[] {
  const all = Array.from(real, (re, i) => [re, imaginary[i]] as const)
  return all.sort((a, b) => Math.hypot(...b) - Math.hypot(...a)).slice(0, count)
}
/** Greatest distance of an eigenvalue of one list from the nearest that is left of the other. */
function distance(a: readonly (readonly [number, number])[], b: readonly (readonly [number, number])[]): number {
  const left = [...b]
  return Math.max(...a.map(([re, im]) => {
    const distances = left.map(([x, y]) => Math.hypot(re - x, im - y))
    const least = Math.min(...distances)
    left.splice(distances.indexOf(least), 1)
    return least
  }))
}

const CASES: readonly (readonly [keyof typeof NONLINEARITIES, Sizes, number])[] = [['tanh', [6, 12, 2], 5], ['sigmoid',
  [4, 9, 3], 4], ['tanh', [3, 5, 1], 4], ['linear', [5, 4, 2], 3], ['tanh', [2, 3, 3], 6]]

describe('tangentKernel', () => {
  it.each(CASES)('−K has the nonzero eigenvalues of the Jacobian of the flow in weight space: %s %j, %i samples',
    (name, sizes, samples) => {
      const g = NONLINEARITIES[name]
      for (let seed = 0; seed < 3; seed++) {
        const { w1, w2, f, batch } = interpolating(seed, sizes, samples, g)
        const state = flat(w1, w2)
        const flow = twoLayerFlow(sizes, f, batch, g)
        const jacobian = jacobianOf((y) => {
          const out = new Float64Array(y.length)
          flow(0, y, out)
          return out
        }, state)
        const kernel = tangentKernel([w1, w2], [f], batch.x, g)
        const spectrum = eigenvalues(kernel)
        const minus = Array.from(spectrum.real, (re, i) => [-re, -spectrum.imaginary[i]] as const)
        const most = Math.max(...minus.map((z) => Math.hypot(...z)))
        // More outputs than weights: the kernel then has zeros of its own.
        const count = Math.min(kernel.rows, state.length)
        expect(distance(largest(eigenvalues(jacobian), count), largest({
          real: Float64Array.from(minus, ([re]) => re),
          imaginary: Float64Array.from(minus, ([, im]) => im),
        }, count))).toBeLessThan(1e-6 * most)
        expect(leastRate(kernel)).toBe(Math.min(...spectrum.real))
      }
    })

  it('drives the errors: de/dt = −K e along the flow, at any point', () => {
    const g = NONLINEARITIES.tanh
    const { w1, w2, f, batch: { x } } = interpolating(1, [4, 7, 2], 5, g)
    const batch: Batch = { x, y: draw(randomStream(2, 'targets'), 5, 2) }
    const state = flat(w1, w2), velocity = new Float64Array(state.length)
    twoLayerFlow([4, 7, 2], f, batch, g)(0, state, velocity)
    const moved = (h: number): Float64Array => {
      const at = state.map((value, i) => value + h * velocity[i])
      return twoLayerErrors([matrix(7, 4, at.slice(0, 28)), matrix(2, 7, at.slice(28))], batch, g).data
    }
    const e = twoLayerErrors([w1, w2], batch, g)
    const below = moved(-1e-6)
    const measured = moved(1e-6).map((value, i) => (value - below[i]) / 2e-6)
    const kernel = tangentKernel([w1, w2], [f], x, g)
    const predicted = multiply(kernel, matrix(10, 1, e.data)).data
    measured.forEach((value, i) => expect(Math.abs(value + predicted[i])).toBeLessThan(1e-4))
    // dL/dt = −eᵀ K e = −⟨g_BP, g_FA⟩: two ways to the same number.
    const exact = new Float64Array(state.length)
    twoLayerFlow([4, 7, 2], undefined, batch, g)(0, state, exact)
    const quadratic = innerProduct(matrix(10, 1, e.data), matrix(10, 1, predicted))
    const inner = innerProduct(matrix(1, 42, exact), matrix(1, 42, velocity))
    expect(Math.abs(inner / quadratic - 1)).toBeLessThan(1e-12)
  })

  it('follows the gradient of the loss without feedback, and its kernel has no negative rate', () => {
    const g = NONLINEARITIES.sigmoid
    const { w1, w2, batch: { x } } = interpolating(3, [3, 4, 2], 3, g)
    const batch: Batch = { x, y: draw(randomStream(4, 'targets'), 3, 2) }
    const state = flat(w1, w2), velocity = new Float64Array(state.length)
    twoLayerFlow([3, 4, 2], undefined, batch, g)(0, state, velocity)
    const gradient = jacobianOf(
      (y) => Float64Array.of(twoLayerLoss([matrix(4, 3, y.slice(0, 12)), matrix(2, 4, y.slice(12))], batch, g)),
      state,
    )
    velocity.forEach((value, i) => expect(Math.abs(value + gradient.data[i])).toBeLessThan(1e-8))
    const kernel = tangentKernel([w1, w2], [transpose(w2)], x, g)
    expect(leastRate(kernel)).toBeGreaterThan(-1e-12)
  })

  it('has the trace Σ_m ‖x_m‖² tr(W₂ diag(g′²) F) + n₂‖h_m‖², by hand for one unit', () => {
    const g = NONLINEARITIES.tanh
    const kernel = tangentKernel([matrix(1, 1, Float64Array.of(0.5)), matrix(1, 1, Float64Array.of(2))], [
      matrix(1, 1, Float64Array.of(-3)),
    ], matrix(2, 1, Float64Array.of(1, -2)), g)
    const part = (x: number): readonly [number, number] => [Math.tanh(0.5 * x), 1 - Math.tanh(0.5 * x) ** 2]
    const [[h1, s1], [h2, s2]] = [part(1), part(-2)]
    expect(kernel.data[0]).toBeCloseTo(1 * 2 * s1 * s1 * -3 + h1 * h1, 12)
    expect(kernel.data[1]).toBeCloseTo(-2 * 2 * s1 * s2 * -3 + h1 * h2, 12)
    expect(trace(kernel)).toBeCloseTo(-6 * s1 * s1 + h1 * h1 + 4 * -6 * s2 * s2 + h2 * h2, 12)
  })

  it('refuses kernels that are too large, naming the bytes, and shapes that do not fit', () => {
    const { w1, w2, f, batch } = interpolating(0, [2, 3, 4], 2, NONLINEARITIES.tanh)
    expect(() => tangentKernel([w1, w2], [f], matrix(1025, 2), NONLINEARITIES.tanh)).toThrow(
      'tangentKernel: kernel must take at most 134217728 bytes, got 134480000 for 1025 samples of 4 outputs',
    )
    expect(() => tangentKernel([w1, w2], [w2], batch.x, NONLINEARITIES.tanh)).toThrow(
      'tangentKernel: feedback[0] must have shape [3, 4], got [4, 3]',
    )
    expect(() => tangentKernel([w1, matrix(4, 5)], [f], batch.x, NONLINEARITIES.tanh)).toThrow(
      'tangentKernel: weights[1] must have 3 columns, one per hidden unit, got 5',
    )
    expect(() => tangentKernel([w1, w2], [], batch.x, NONLINEARITIES.tanh)).toThrow('feedback must hold 1 matrices')
    for (const measure of [twoLayerErrors, twoLayerLoss]) {
      expect(() => measure([w1, w2], { x: batch.x, y: matrix(2, 3) }, NONLINEARITIES.tanh)).toThrow(RangeError)
    }
    expect(() => twoLayerFlow([2, 3, 3], f, batch, NONLINEARITIES.tanh)).toThrow(
      'twoLayerFlow: sizes must fit the samples, got 2-3-3 with x [2, 2], y [2, 4] and F [3, 4]',
    )
  })
})
