import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { blockedKernels, referenceKernels, selectKernels } from '../../src/tensor/index.ts'
import { float64Hex } from './digest.ts'
import { transformerLosses } from './transformer-vectors.ts'

it('a Transformer repeats ten losses bit for bit with every tier', () => {
  const golden = JSON.parse(readFileSync('test/engines/golden.json', 'utf8')) as Record<string, readonly string[]>
  for (const kernels of [referenceKernels, blockedKernels, selectKernels({ tier: 'simd' }).kernels]) {
    expect(transformerLosses(kernels).map(float64Hex), kernels.tier).toEqual(golden['transformer'])
  }
})
