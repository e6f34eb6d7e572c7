import { expect, it } from 'vitest'
import type { View } from '../../../../src/data/index.ts'
import type { Trainer } from '../../../../src/dfa/index.ts'
import { configure } from '../../../../src/lab/training/configuration.ts'
import { viewsOf } from '../../../../src/lab/training/tasks/views.ts'
import { blockedKernels, type Tensor, tensor } from '../../../../src/tensor/index.ts'

const view = (name: string, color: number): View => ({ name, width: 2, height: 3, rays: tensor([6, 6]),
  colors: tensor([6, 3], new Float32Array(18).fill(color)) })
const VIEWS = [0.25, 0.5, 0.75].map((color, index) => view(String(index), color))

it('renders as many views as a score needs, each once', () => {
  const { configuration } = configure(new Map(Object.entries({ dataset: 'spheres', batch: '4', width: '2' })))
  const { score } = viewsOf({ near: 1, far: 2, training: VIEWS, validation: VIEWS, test: VIEWS }).compose(configuration,
    blockedKernels)
  let rays = 0
  // Everything comes out a quarter too bright.
  const evaluate = (input: Tensor, target: Tensor) => {
    rays += input.shape[0]
    return { loss: 0, output: tensor(target.shape, target.data.map((c) => c + 0.25)) }
  }
  const { loss, psnr } = score({ evaluate } as unknown as Trainer, 'test', 7)
  expect(loss).toBe(0.5 * 3 / 16)
  expect(psnr).toBeCloseTo(10 * Math.log10(16), 12)
  expect(rays).toBe(12)
})
