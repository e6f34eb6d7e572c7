import { describe, expect, it } from 'vitest'
import { linearTeacher } from '../../../src/data/index.ts'
import { addScaled, diagonal, frobenius, type Matrix, multiply, svd, transpose } from '../../../src/tensor/index.ts'
import { type AlignmentMatrices, backwardExponents, balancedExponents, equalizingShape, finalModes, largestStableRate,
  modeRates, populationStep, powerShapes, rateExponent, relativeLoss, shapedLoss, shapedModes, type ShapedTask,
  teacherPower, timeToLoss, zeroAlignment } from '../../../src/theory/index.ts'

const SPECTRUM = [2, 1.1, 0.4]

/** The three modes of (7.2) by small Euler steps, scalar by scalar: nothing of the source. */
function euler(shapes: readonly (readonly number[])[], time: number, steps: number, variances = [1, 1, 1]): number[][] {
  const depth = shapes.length + 1
  return SPECTRUM.map((s, i) => {
    const alpha = Array.from({ length: depth }, () => 0)
    for (let step = 0; step < steps; step++) {
      const c = [1]
      for (let l = 0; l < depth; l++) c.push(alpha[l] * (l === 0 ? 1 : shapes[l - 1][i] ** 2) * c[l])
      for (let l = 0; l < depth; l++) alpha[l] += time / steps * variances[i] * (s - c[depth]) * c[l]
    }
    return alpha
  })
}

describe('shapedModes', () => {
  it('solves the equations of the modes, any shapes, depths 2 to 4', () => {
    const shapes = [[0.7, 1.3, 2], [1.1, 0.6, 1.7], [0.9, 1.4, 1.2]]
    for (const depth of [2, 3, 4]) {
      const task = { spectrum: SPECTRUM, shapes: shapes.slice(0, depth - 1) }
      for (const time of [0.3, 1, 2]) {
        const { alignment } = shapedModes(task, time)
        euler(task.shapes, time, 20_000).forEach((alpha, i) =>
          alpha.forEach((value, l) =>
            expect(Math.abs(value / alignment[l][i] - 1), `L = ${depth}, t = ${time}, α_${l + 1}`).toBeLessThan(2e-3)
          )
        )
      }
    }
  })

  it('is finalModes at the end of orthogonal feedback, and c_L = s', () => {
    const { alignment, signals, remaining } = shapedModes({
      spectrum: SPECTRUM,
      shapes: powerShapes(SPECTRUM, [0, 0, 0]),
    }, Infinity)
    SPECTRUM.forEach((s, i) => {
      finalModes(s, 4).forEach((value, l) => expect(Math.abs(alignment[l][i] / value - 1)).toBeLessThan(1e-13))
      expect(Math.abs(signals[3][i] / s - 1)).toBeLessThan(1e-13)
    })
    expect(remaining).toEqual([0, 0, 0])
  })

  it('runs each mode by its own clock where inputs have variances', () => {
    const variances = [0.5, 1, 3]
    const task = { spectrum: SPECTRUM, shapes: powerShapes(SPECTRUM, [0.5, -1]), variances }
    const { alignment } = shapedModes(task, 1)
    euler(task.shapes, 1, 20_000, variances).forEach((alpha, i) =>
      alpha.forEach((value, l) => expect(Math.abs(value / alignment[l][i] - 1)).toBeLessThan(2e-3))
    )
  })
})

describe('exponents', () => {
  it('are the slopes of clocks and of the backward maps over the spectrum', () => {
    for (const exponents of [[0.3], [0.2, -0.7], [-1, 0.4, 0.1], [0.75, 0.5, 0.25]]) {
      const shapes = powerShapes(SPECTRUM, exponents)
      const slope = (values: readonly number[]): number =>
        Math.log(values[0] / values[2]) / Math.log(SPECTRUM[0] / SPECTRUM[2])
      expect(Math.abs(slope(modeRates({ spectrum: SPECTRUM, shapes })) - rateExponent(exponents))).toBeLessThan(1e-12)
      const { signals } = shapedModes({ spectrum: SPECTRUM, shapes }, Infinity)
      backwardExponents(exponents).forEach((value, l) => {
        const p = SPECTRUM.map((s, i) => s / (shapes[l][i] ** 2 * signals[l][i]))
        expect(Math.abs(slope(p) - value), `${exponents.join()}, layer ${l + 1}`).toBeLessThan(1e-12)
      })
    }
  })

  it('vanish for balanced feedback in every layer, at a price in speed; for p = −1 in the clocks', () => {
    for (const depth of [2, 3, 4, 5, 9]) {
      const balanced = balancedExponents(depth)
      for (const value of backwardExponents(balanced)) expect(Math.abs(value)).toBeLessThan(1e-13)
      expect(Math.abs(rateExponent(balanced) - 2 * (depth - 1) / depth)).toBeLessThan(1e-13)
      const equal = balanced.map(() => -1)
      expect(Math.abs(rateExponent(equal))).toBeLessThan(1e-13)
      for (const value of backwardExponents(equal)) expect(Math.abs(value - 2)).toBeLessThan(1e-13)
      const common = 0.3
      backwardExponents(equal.map(() => common)).forEach((value, l) => {
        const n = 2 ** depth - 1
        expect(Math.abs(value - (2 ** depth - 2 ** (l + 1) - common * (2 ** depth + 2 ** (l + 1) - 2)) / n))
          .toBeLessThan(1e-12)
      })
    }
  })
})

describe('equalizingShape', () => {
  it('gives all modes one clock, with and without variances', () => {
    const spread = (rates: readonly number[]): number => Math.max(...rates) / Math.min(...rates) - 1
    for (const depth of [2, 3, 4]) {
      for (const variances of [undefined, [0.2, 1, 4]]) {
        const sigma = equalizingShape(SPECTRUM, depth, variances)
        const shapes = Array.from({ length: depth - 1 }, () => sigma)
        const task = { spectrum: SPECTRUM, shapes, ...(variances === undefined ? {} : { variances }) }
        expect(spread(modeRates(task))).toBeLessThan(1e-13)
        expect(spread(modeRates({ spectrum: SPECTRUM, shapes: powerShapes(SPECTRUM, [0.1]) }))).toBeGreaterThan(0.1)
      }
    }
    expect(equalizingShape([4, 2], 3)).toEqual([0.25, 0.5])
  })
})

describe('shapedLoss and timeToLoss', () => {
  const task = { spectrum: SPECTRUM, shapes: powerShapes(SPECTRUM, [0.4, -0.2]) }

  it('begin at 1, fall, and are each other’s inverse', () => {
    expect(shapedLoss(task, 0)).toBe(1)
    for (const loss of [0.9, 0.1, 1e-4, 1e-10]) {
      expect(Math.abs(shapedLoss(task, timeToLoss(task, loss)) / loss - 1), `${loss}`).toBeLessThan(1e-9)
    }
    expect(() => timeToLoss(task, 1)).toThrow('timeToLoss: loss must be below 1, got 1')
    expect(() => timeToLoss(task, 0)).toThrow(RangeError)
  })

  it('are those of the recursion in the teacher’s basis', () => {
    const { matrix: teacher, spectrum } = linearTeacher(4, 6, 5, 2)
    const exponents = [0.5, -0.75]
    const g = exponents.map((p) => teacherPower(teacher, 2 * p))
    let a: AlignmentMatrices = zeroAlignment(3, 6, 4)
    const rate = 2e-4
    const shaped = { spectrum: [...spectrum], shapes: powerShapes([...spectrum], exponents) }
    for (let step = 1; step <= 10_000; step++) {
      a = populationStep(a, g, { teacher }, rate)
      if (step % 2500 === 0) {
        const loss = relativeLoss(a, g, { teacher })
        expect(Math.abs(loss / shapedLoss(shaped, step * rate) - 1), `step ${step}`).toBeLessThan(3e-3)
      }
    }
  })
})

describe('largestStableRate', () => {
  it.each([[[1, 1, 1]], [[0.5, 1, 6]]])('is where steps from beside the fixed point begin to leave it, variances %s',
    (variances) => {
      const { matrix: teacher, spectrum } = linearTeacher(3, 3, 4, 1)
      const { u, v } = svd(teacher)
      const covariance = multiply(multiply(v, diagonal(Float64Array.from(variances))), transpose(v))
      for (const exponents of [[0.5], [-1], [0, 0], [1, -0.5]]) {
        const task = { spectrum: [...spectrum], shapes: powerShapes([...spectrum], exponents), variances }
        const g = exponents.map((p) => teacherPower(teacher, 2 * p))
        const { alignment } = shapedModes(task, Infinity)
        const end = alignment.map((values, l): Matrix =>
          multiply(multiply(u, diagonal(Float64Array.from(values))), transpose(l === 0 ? v : u))
        )
        /** The loss at the end and the largest on the way: from where steps leave, they may come to a flatter point. */
        const run = (factor: number): { readonly end: number; readonly most: number } => {
          let most = 0
          // 1e-6 in every direction, those that mix modes included.
          let a: AlignmentMatrices = end.map((m) => ({ ...m, data: m.data.map((x, i) => x + 1e-6 * Math.cos(i)) }))
          const rate = factor * largestStableRate(task)
          for (let step = 0; step < 400; step++) {
            a = populationStep(a, g, { teacher, covariance }, rate)
            most = Math.max(most, relativeLoss(a, g, { teacher, covariance }))
          }
          return { end: relativeLoss(a, g, { teacher, covariance }), most }
        }
        expect(run(0.97).end, exponents.join()).toBeLessThan(1e-13)
        const { most } = run(1.03)
        expect(most > 1e-6 || Number.isNaN(most), exponents.join()).toBe(true)
      }
    })
})

describe('teacherPower', () => {
  it('is (TTᵀ)^(p/2)', () => {
    const { matrix: teacher } = linearTeacher(4, 7, 6, 3)
    const gram = multiply(teacher, transpose(teacher))
    const far = (a: Matrix, b: Matrix): number => frobenius(addScaled(a, -1, b)) / frobenius(b)
    expect(far(teacherPower(teacher, 2), gram)).toBeLessThan(1e-13)
    const root = teacherPower(teacher, -1)
    expect(far(multiply(multiply(root, gram), root), diagonal(new Float64Array(4).fill(1)))).toBeLessThan(1e-12)
  })
})

describe('refusals', () => {
  it('name what is not positive, or not one for each mode', () => {
    const call = (change: Partial<ShapedTask>) => () =>
      shapedModes({ spectrum: [3, 1], shapes: [[1, 1], [1, 2]], ...change }, 1)
    expect(call({})).not.toThrow()
    expect(call({ spectrum: [3, 0] })).toThrow('modeRates: elements of spectrum must be positive, got 0')
    expect(call({ shapes: [[1, 1], [1, -2]] })).toThrow('modeRates: elements of shapes[1] must be positive, got -2')
    expect(call({ shapes: [[1, 1, 5], [1, 1]] })).toThrow('modeRates: shapes[0] must have 2 elements, got 3')
    expect(call({ variances: [1] })).toThrow('modeRates: variances must have 2 elements, got 1')
    expect(call({ variances: [1, NaN] })).toThrow('elements of variances must be a finite number, got NaN')
    expect(() => equalizingShape([1, 2], 1)).toThrow('equalizingShape: depth must be a whole number of at least 2')
    expect(() => equalizingShape([1, 0], 2)).toThrow('equalizingShape: elements of spectrum must be positive, got 0')
    expect(() => balancedExponents(NaN)).toThrow('balancedExponents: depth')
    expect(() => teacherPower(diagonal([1, 2]), NaN)).toThrow('teacherPower: exponent must be a finite number, got NaN')
  })
})
