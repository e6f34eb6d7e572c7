import { describe, expect, it } from 'vitest'
import { freshKernels } from '../../../../src/lab/kernels.ts'
import { centeredErrors, type ConditioningConfiguration,
  trainConditioning } from '../../../../src/lab/reproduce/conditioning/training.ts'

const tools = { data: undefined, kernels: freshKernels, progress() {} }
const SETTING: ConditioningConfiguration = {
  kind: 'training',
  dataset: 'teacher',
  samples: 100,
  imbalance: 1,
  noise: 0.2,
  activation: 'tanh',
  width: 16,
  hidden: 3,
  start: 1,
  feedback: 'orthogonal',
  rate: 0.1,
  batch: 20,
  epochs: 20,
  records: 5,
  probe: 40,
  seed: 1,
}

describe('a training', () => {
  it('is a function of its configuration, with rising times and one entry per time and layer', () => {
    const curves = trainConditioning(SETTING, tools)
    expect(trainConditioning(SETTING, tools)).toEqual(curves)
    expect([curves.steps[0], curves.steps.at(-1), curves.perEpoch]).toEqual([1, 100, 5])
    const { kappa, strong, wa, ga, probeGa, fittedGa } = curves
    expect([kappa, strong, wa, ga, probeGa, fittedGa].map((lists) => lists.length)).toEqual([3, 3, 3, 3, 3, 3])
    expect([curves.residual.length, curves.growth.length]).toEqual([4, 4])
    for (const list of [...kappa, ...curves.residual, ...ga]) expect(list.length).toBe(curves.steps.length)
    expect(curves.kappa.flat().every((value) => value !== null && value >= 1)).toBe(true)
    expect(curves.residual.flat().every((value) => value !== null && value >= 0 && value <= 1)).toBe(true)
    expect(trainConditioning({ ...SETTING, seed: 2 }, tools)).not.toEqual(curves)
  })

  it('of a linear network has the less residual the smaller its initial weights', () => {
    const residual = (start: number): number =>
      trainConditioning({ ...SETTING, activation: 'linear', start }, tools).residual[2].at(-1) ?? NaN
    const values = [1, 0.1, 0.01].map(residual)
    expect(values[0]).toBeGreaterThan(3 * values[1])
    expect(values[1]).toBeGreaterThan(3 * values[2])
    // The first layer's ΔW = F A₁ whatever the start: its updates are F e xᵀ.
    expect(trainConditioning({ ...SETTING, activation: 'linear' }, tools).residual[0].at(-1)).toBeLessThan(1e-5)
  })

  it('of a linear network from small weights has the GA of its fitted matrices, of others not', () => {
    const gap = (start: number): number => {
      const { probeGa, fittedGa } = trainConditioning({ ...SETTING, activation: 'linear', epochs: 40, start }, tools)
      return Math.max(...probeGa.map((values, l) => Math.abs((values.at(-1) ?? NaN) - (fittedGa[l].at(-1) ?? NaN))))
    }
    expect(gap(0.001)).toBeLessThan(0.01)
    expect(gap(1)).toBeGreaterThan(0.1)
  })

  it('is probed by errors that sum to zero', () => {
    const { data } = centeredErrors(50, 10, 3)
    for (let row = 0; row < 50; row++) {
      expect(Math.abs(data.subarray(10 * row, 10 * row + 10).reduce((a, b) => a + b, 0))).toBeLessThan(1e-5)
    }
    expect(data.reduce((sum, value) => sum + value * value, 0) / 500).toBeCloseTo(0.9, 0)
  })
})
