import { expect, it } from 'vitest'
import { freedomOf } from '../../../../src/lab/reproduce/practices/freedom.ts'
import { CONV, FC } from '../../../../src/lab/reproduce/practices/networks.ts'

it('counts weights and feedback dimensions of the authors’ networks', () => {
  expect(freedomOf(CONV, [3, 32, 32], 10).map(({ weights, dimensions }) => [weights, dimensions])).toEqual([[2400,
    7200], [51_200, 3136], [102_400, 576], [73_728, 128]])
  expect(freedomOf(FC, [3, 32, 32], 10).map(({ weights, dimensions }) => [weights, dimensions])).toEqual([[3072 * 800,
    800], [640_000, 800], [640_000, 800]])
})
