import { describe, expect, it } from 'vitest'
import { drawRays, packed, trainViews, unpacked,
  type ViewConfiguration } from '../../../../src/lab/reproduce/views/training.ts'
import { renderView } from '../../../../src/lab/training/scenes.ts'
import { randomStream, type Tensor, tensor } from '../../../../src/tensor/index.ts'
import { TOOLS } from '../rounds.ts'

const SMALL: ViewConfiguration = { stage: 'final', scene: 'spheres', rule: 'DFA', side: 4, depth: 2, width: 8,
  frequencies: 2, samples: 6, rays: 8, steps: 4, rate: 0.01, seed: 1, pictures: 2 }

/** Rays and colors that say which pixel of which view they are. */
const view = (index: number, pixels: number) => ({
  name: `${index}`,
  width: pixels,
  height: 1,
  rays: tensor([pixels, 6], Float32Array.from({ length: 6 * pixels }, (_, i) => 100 * index + Math.floor(i / 6))),
  colors: tensor([pixels, 3], Float32Array.from({ length: 3 * pixels }, (_, i) => 100 * index + Math.floor(i / 3))),
})

describe('drawRays', () => {
  it('draws rays with their own colors from all pixels of all views', () => {
    const input = tensor([64, 6]), target = tensor([64, 3])
    drawRays(input, target, [view(0, 3), view(1, 3)], randomStream(1, 'x'))
    const seen = Array.from({ length: 64 }, (_, ray) => input.data[6 * ray + 5])
    expect(seen).toEqual(Array.from({ length: 64 }, (_, ray) => target.data[3 * ray + 2]))
    expect([...new Set(seen)].sort((a, b) => a - b)).toEqual([0, 1, 2, 100, 101, 102])
  })
})

describe('renderView', () => {
  it('renders every ray in its place, whatever the size of the parts', () => {
    const evaluate = (input: Tensor) => ({
      loss: 0,
      output: tensor([input.shape[0], 3],
        Float32Array.from({ length: 3 * input.shape[0] }, (_, i) => 2 * input.data[6 * Math.floor(i / 3)])),
    })
    const { data } = renderView({ evaluate }, view(0, 1500))
    expect([0, 1023, 1024, 1499].map((pixel) => data[3 * pixel + 1])).toEqual([0, 2046, 2048, 2998])
  })
})

describe('trainViews', () => {
  it('scores validation and test views, shows what was asked for, and measures the direct rules alone', () => {
    const dfa = trainViews(SMALL, TOOLS)
    expect(dfa).toEqual(trainViews(SMALL, TOOLS))
    for (const score of [dfa.validation, dfa.test, dfa.meanImage]) expect(score).toBeGreaterThan(3)
    expect(dfa.signal).toHaveLength(2)
    expect(dfa.pictures.map(({ name }) => name)).toEqual(['test/0', 'test/1'])
    expect(unpacked(dfa.pictures[0].rendered).shape).toEqual([16, 3])
    const others = (['BP', 'shared', 'shallow'] as const).map((rule) =>
      trainViews({ ...SMALL, rule, pictures: 0 }, TOOLS)
    )
    expect(others.map(({ signal }) => signal.length)).toEqual([0, 2, 0])
    expect(new Set([dfa, ...others].map(({ test }) => test)).size).toBe(4)
    const sweep = trainViews({ ...SMALL, stage: 'sweep' }, TOOLS)
    expect([sweep.validation, sweep.test, sweep.pictures]).toEqual([dfa.validation, null, []])
  })

  it('has no score where the training did not stay finite', () => {
    expect(trainViews({ ...SMALL, rule: 'BP', rate: 1e30 }, TOOLS)).toMatchObject({ validation: null, test: null })
  })
})

describe('packed', () => {
  it('keeps colors to eight bits and cuts off what lies beyond', () => {
    const colors = tensor([2, 3], Float32Array.of(0, 1, 0.5, -1, 2, 0.25))
    expect([...unpacked(packed(colors)).data].map((c) => Math.round(255 * c))).toEqual([0, 255, 128, 0, 255, 64])
  })
})
