import { describe, expect, it } from 'vitest'
import { linearTeacher } from '../../../src/data/index.ts'
import { type Matrix, matrix, matrixCosine, multiply, normalInto, randomOrthogonal, randomStream, scaled, svd,
  transpose } from '../../../src/tensor/index.ts'
import { type AlignmentMatrices, balancedExponents, directFeedbackStep, gradientAlignment, grams, populationStep,
  powerShapes, probeErrors, shapedGradientAlignment, shapedWholeAlignment, teacherPower, weightsFromAlignment,
  wholeGradientAlignment, zeroAlignment } from '../../../src/theory/index.ts'

/** A run of the recursion under F_l = Q_l S_l or, with Gaussian Q, without closed form. */
function trained(exponents: readonly number[], steps: number, rate: number, gaussian = false) {
  const { matrix: teacher, spectrum } = linearTeacher(4, 5, 6, 1)
  const feedback = exponents.map((p, l) => {
    const stream = randomStream(l, 'test/q')
    const q = gaussian ? matrix(12, 4, normalInto(new Float64Array(48), stream, 0.3)) : randomOrthogonal(stream, 12, 4)
    return multiply(q, teacherPower(teacher, p))
  })
  const g = grams(feedback)
  let a: AlignmentMatrices = zeroAlignment(exponents.length + 1, 5, 4)
  for (let step = 0; step < steps; step++) a = populationStep(a, g, { teacher }, rate)
  const task = { spectrum: [...spectrum], shapes: powerShapes([...spectrum], exponents) }
  const probes = probeErrors(200, 4, 1)
  return { teacher, task, feedback, g, a, probes, rotated: multiply(probes, svd(teacher).u) }
}

describe('shapedGradientAlignment', () => {
  it('is that of the alignment matrices, during training and in every layer', () => {
    for (const exponents of [[0.5], [0, -1], [-0.5, 1], [0.75, 0.5, 0.25]]) {
      const [steps, rate] = [3000, 5e-4]
      const { task, g, a, probes, rotated } = trained(exponents, steps, rate)
      exponents.forEach((_, l) =>
        expect(
          Math.abs(
            shapedGradientAlignment(task, l + 1, rotated, steps * rate) - gradientAlignment(a, g, l + 1, probes),
          ),
          `${exponents.join()}, layer ${l + 1}`,
        ).toBeLessThan(1e-3)
      )
    }
  })

  it('is 1 at the end of balanced feedback, and not before', () => {
    const { task, rotated } = trained(balancedExponents(3), 1, 1)
    for (const layer of [1, 2]) {
      expect(Math.abs(shapedGradientAlignment(task, layer, rotated, Infinity) - 1)).toBeLessThan(1e-13)
      expect(shapedGradientAlignment(task, layer, rotated, 0.5)).toBeLessThan(0.9)
    }
  })
})

describe('wholeGradientAlignment', () => {
  /** The two gradients as weights, from their definitions. */
  function fromWeights(run: ReturnType<typeof trained>): number {
    const { teacher, feedback, a } = run
    const weights = weightsFromAlignment(a, feedback)
    const x = matrix(5, 5, Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? Math.sqrt(5) : 0)))
    const batch = { x, y: multiply(x, transpose(teacher)) }
    const back = weights.slice(1).map((_, l) =>
      transpose(weights.slice(l + 1).reduce((product, w) => multiply(w, product)))
    )
    const move = (through: readonly Matrix[]): Matrix => {
      const data = directFeedbackStep(weights, through, batch, 1).flatMap((w, l) =>
        [...w.data].map((value, i) => value - weights[l].data[i])
      )
      return matrix(1, data.length, Float64Array.from(data))
    }
    return matrixCosine(move(feedback), move(back))
  }

  it('is the cosine of all weight gradients, by their definition, for orthogonal and for Gaussian Q', () => {
    for (const gaussian of [false, true]) {
      for (const exponents of [[0.5], [0, -1], [0.75, 0.5, 0.25]]) {
        const run = trained(exponents, 1500, 1e-3, gaussian)
        const whole = wholeGradientAlignment(run.a, run.g, { teacher: run.teacher })
        expect(Math.abs(whole - fromWeights(run)), `${exponents.join()}, ${gaussian}`).toBeLessThan(1e-12)
      }
    }
  })

  it('has the closed form for shapes', () => {
    for (const exponents of [[0.5], [0, -1], [0.75, 0.5, 0.25]]) {
      const run = trained(exponents, 4000, 5e-4)
      const whole = wholeGradientAlignment(run.a, run.g, { teacher: run.teacher })
      expect(Math.abs(whole - shapedWholeAlignment(run.task, 2)), exponents.join()).toBeLessThan(2e-3)
    }
  })

  it('is negative where backpropagation points away', () => {
    const { a, g, teacher } = trained([0], 1500, 1e-3)
    // A small first layer, so that the exact gradient of the last one does not outweigh it.
    const turned = [scaled(1e-3, a[0]), scaled(-1, a[1])]
    expect(wholeGradientAlignment(turned, g, { teacher })).toBeLessThan(0)
  })
})

describe('shapedGradientAlignment', () => {
  it('refuses layers without feedback and errors of other sizes', () => {
    const task = { spectrum: [3, 1], shapes: [[1, 1], [1, 2]] }
    for (const layer of [0, 3, 1.5]) {
      expect(() => shapedGradientAlignment(task, layer, matrix(3, 2), 1), `${layer}`).toThrow(
        'shapedGradientAlignment: layer must be',
      )
    }
    expect(() => shapedGradientAlignment(task, 1, matrix(3, 5), 1)).toThrow(
      'shapedGradientAlignment: errors must have 2 columns, one per mode, got 5',
    )
  })
})
