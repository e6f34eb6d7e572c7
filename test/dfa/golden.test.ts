import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/dfa/index.ts'
import { blockedKernels, referenceKernels, selectKernels } from '../../src/tensor/index.ts'
import { bitsOf, goldenLosses } from './golden.ts'

const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  backpropagation: ['3ff6741cae4603a5', '3ff603241bea71c2', '3ff6a46cef71a01a', '3ff3d6add68cf8d0', '3ff6f4f74cbe97c2',
    '3ff745c3b589b828', '3ff72572d79e00ae', '3ff51ea4ce2bdf14', '3ff6389bd0381ffc', '3ff617d0af4bd42f'],
  'feedback-alignment': ['3ff6741cae4603a5', '3ff5f9ee57642ba6', '3ff6a1566bde03a0', '3ff3d6394cfd54a4',
    '3ff6eb071b5e3e44', '3ff71f7a672418bb', '3ff712b9cfc55d53', '3ff54bdeb2b3f9b5', '3ff641e2ad91100c',
    '3ff62d1f56fab35c'],
  'direct-feedback-alignment': ['3ff6741cae4603a5', '3ff5eb0583bbafbc', '3ff6b47732b1f5cc', '3ff3e22eb4ae3129',
    '3ff6e228dab07d8a', '3ff73d1bd3d959ec', '3ff71e83d1269406', '3ff54cc630ca385b', '3ff634c823531568',
    '3ff5fcf4786aaa8d'],
  'indirect-feedback-alignment': ['3ff6741cae4603a5', '3ff5eab23e4f3e0a', '3ff6ac644650819f', '3ff3e6ad380015de',
    '3ff6d7ceebf44751', '3ff7370619ea01a5', '3ff7217e3ba4ac14', '3ff559c1fe51657a', '3ff63e51ed89bf3b',
    '3ff5f78c63469dfd'],
  'uniform-sign-symmetry': ['3ff6741cae4603a5', '3ff6052832c29fa6', '3ff6b29f2304aacf', '3ff3d71412e2f191',
    '3ff7072d272ef76b', '3ff765b0bfa4ca48', '3ff7371ea6574892', '3ff4ede507b477f8', '3ff61047fee82081',
    '3ff62f461e9f4049'],
  'batch-random-sign-symmetry': ['3ff6741cae4603a5', '3ff5eefc25fa8c82', '3ff6a63c6677538d', '3ff3c858896afebb',
    '3ff716afbc7ac540', '3ff751f99c1b891c', '3ff71a2458b87bcc', '3ff4f5175a9cdccf', '3ff61aedcbb39b38',
    '3ff62721e221b012'],
  'fixed-random-sign-symmetry': ['3ff6741cae4603a5', '3ff601cf4abc7fff', '3ff6b0f5a48c1a4b', '3ff3dec29e24c099',
    '3ff6eb9437c572d9', '3ff7203c88dca875', '3ff722067efddae8', '3ff4fb7ae7e91104', '3ff62b0b98a482d3',
    '3ff645901a9e082c'],
  'kolen-pollack': ['3ff6741cae4603a5', '3ff5f9f191ffa962', '3ff6a178bef6eaac', '3ff3d6e810246f45', '3ff6ea4f88dab816',
    '3ff71f62878f5cab', '3ff713810223670f', '3ff54d8c74b8daae', '3ff6415148d306cd', '3ff62b031d192f50'],
  'weight-mirror': ['3ff6741cae4603a5', '3ff5fa082f8ca164', '3ff6a1b8435fbb7c', '3ff3d67561e6854e', '3ff6eb6d9da37c56',
    '3ff721d6e886d8d5', '3ff7136edf3993d1', '3ff54bc4077c9678', '3ff63fb28673b1a2', '3ff62b1018511bac'],
  'direct-random-target-projection': ['3ff6741cae4603a5', '3ff602d628ddb1b0', '3ff6a1f58654f36d', '3ff3eac8fcc0870c',
    '3ff6ab0a7c3ae658', '3ff73b19cc4f692e', '3ff7271be78cfd49', '3ff53a2553f76b7d', '3ff65b6dd6e3856c',
    '3ff5aa89eb949c48'],
  'error-sign-direct-feedback-alignment': ['3ff6741cae4603a5', '3ff5ed4e69ac7f10', '3ff6ec56e06266ca',
    '3ff3f46380769a07', '3ff6eff5805b1383', '3ff7b57a5c838871', '3ff7524450bc92cd', '3ff54ed3b941cb0e',
    '3ff646a62036b37f', '3ff4f9474407c740'],
  'sparse-direct-feedback-alignment': ['3ff6741cae4603a5', '3ff602b814159fa6', '3ff69990db7d6025', '3ff3dfed881c8b78',
    '3ff6d11dbc3586ba', '3ff719fe545ea2d9', '3ff716fa13ff22c8', '3ff5366a6fa768bf', '3ff64670c76f74ef',
    '3ff618597d8842b4'],
  'direct-kolen-pollack': ['3ff6741cae4603a5', '3ff5eb092241e86d', '3ff6b4878fea7f7c', '3ff3e2c8852aa281',
    '3ff6e1c8fbdf31bb', '3ff73ca9fa192b92', '3ff71f0eefffd6f8', '3ff54e2468985972', '3ff633fe07a2d91c',
    '3ff5fb2cd45893a8'],
  frozen: ['3ff6741cae4603a5', '3ff5f3d41520729d', '3ff6a4c38956b557', '3ff3e0b2984c5b21', '3ff6d59a1f9d3af1',
    '3ff72c09bdb25fd0', '3ff71bd80b111177', '3ff54afd817d08b5', '3ff6442db8066aa6', '3ff608aa9bf91f65'],
}

describe('golden trajectory', () => {
  if (process.env['GOLDEN'] === 'print') {
    for (const rule of Object.keys(RULES)) {
      const rows = goldenLosses(rule, referenceKernels).map((loss) => `'${bitsOf(loss)}'`)
      console.log(`  '${rule}': [\n    ${rows.slice(0, 5).join(', ')},\n    ${rows.slice(5).join(', ')},\n  ],`)
    }
  }

  it.each(Object.keys(RULES))('%s repeats its first ten losses bit for bit with every tier', (rule) => {
    for (const kernels of [referenceKernels, blockedKernels, selectKernels({ tier: 'simd' }).kernels]) {
      expect(goldenLosses(rule, kernels).map(bitsOf), kernels.tier).toEqual(GOLDEN[rule])
    }
  })

  it('starts all rules from the same loss and separates them after the first update', () => {
    const all = Object.values(GOLDEN)
    expect(new Set(all.map((losses) => losses[0])).size).toBe(1)
    for (let step = 1; step < 10; step++) expect(new Set(all.map((losses) => losses[step])).size).toBe(all.length)
  })
})
