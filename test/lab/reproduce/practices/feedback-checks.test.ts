import { expect, it, vi } from 'vitest'
import * as feedback from '../../../../src/dfa/feedback.ts'
import { claimsOf } from '../../../../src/lab/claims/claim.ts'
import { feedbackChecks } from '../../../../src/lab/reproduce/practices/feedback-checks.ts'

const claim = claimsOf({ source: 'test', method: 'random draws' })
const verdicts = (): readonly string[] => feedbackChecks(claim, 3).map(({ verdict }) => verdict)

it('hold of one sliced, normalized matrix, and fail of a matrix per layer and of none normalized', () => {
  expect(verdicts()).toEqual(['holds', 'holds', 'holds'])
  const { feedbackMatrices } = feedback
  const spy = vi.spyOn(feedback, 'feedbackMatrices')
  spy.mockImplementation((targets, outputs, options) =>
    feedbackMatrices(targets, outputs, { ...options, sharing: 'independent' })
  )
  expect(verdicts()).toEqual(['fails', 'holds', 'fails'])
  spy.mockImplementation((targets, outputs, options) =>
    feedbackMatrices(targets, outputs, { ...options, normalization: 'none' })
  )
  expect(verdicts()).toEqual(['holds', 'fails', 'fails'])
})
