import { describe, expect, it } from 'vitest'
import { blockedKernels, referenceKernels } from '../../src/tensor/index.ts'
import { bitsOf, goldenLosses, RULES } from './golden.ts'

const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  backpropagation: [
    '3ff6741cae4603a5', '3ff603241bea71c2', '3ff6a46cef71a01a', '3ff3d6add68cf8d0', '3ff6f4f74cbe97c2',
    '3ff745c3b589b828', '3ff72572d79e00ae', '3ff51ea4ce2bdf14', '3ff6389bd0381ffc', '3ff617d0af4bd42f',
  ],
  'feedback-alignment': [
    '3ff6741cae4603a5', '3ff5f9ee57642ba6', '3ff6a1566bde03a0', '3ff3d6394cfd54a4', '3ff6eb071b5e3e44',
    '3ff71f7a672418bb', '3ff712b9cfc55d53', '3ff54bdeb2b3f9b5', '3ff641e2ad91100c', '3ff62d1f56fab35c',
  ],
  'direct-feedback-alignment': [
    '3ff6741cae4603a5', '3ff5eb0583bbafbc', '3ff6b47732b1f5cc', '3ff3e22eb4ae3129', '3ff6e228dab07d8a',
    '3ff73d1bd3d959ec', '3ff71e83d1269406', '3ff54cc630ca385b', '3ff634c823531568', '3ff5fcf4786aaa8d',
  ],
  frozen: [
    '3ff6741cae4603a5', '3ff5f3d41520729d', '3ff6a4c38956b557', '3ff3e0b2984c5b21', '3ff6d59a1f9d3af1',
    '3ff72c09bdb25fd0', '3ff71bd80b111177', '3ff54afd817d08b5', '3ff6442db8066aa6', '3ff608aa9bf91f65',
  ],
}

describe('golden trajectory', () => {
  if (process.env['GOLDEN'] === 'print') {
    for (const rule of Object.keys(RULES)) {
      const rows = goldenLosses(rule, referenceKernels).map((loss) => `'${bitsOf(loss)}'`)
      console.log(`  '${rule}': [\n    ${rows.slice(0, 5).join(', ')},\n    ${rows.slice(5).join(', ')},\n  ],`)
    }
  }

  it.each(Object.keys(RULES))('%s repeats its first ten losses bit for bit with both tiers', (rule) => {
    for (const kernels of [referenceKernels, blockedKernels]) {
      expect(goldenLosses(rule, kernels).map(bitsOf), kernels.tier).toEqual(GOLDEN[rule])
    }
  })

  it('starts all rules from the same loss and separates them after the first update', () => {
    const all = Object.values(GOLDEN)
    expect(new Set(all.map((losses) => losses[0])).size).toBe(1)
    for (let step = 1; step < 10; step++) expect(new Set(all.map((losses) => losses[step])).size).toBe(all.length)
  })
})
