import { expect, it } from 'vitest'
import * as linalg from '../../../src/tensor/linalg/index.ts'

it('exports the matrix type helpers and every factorization, and none of the workshop', () => {
  expect(Object.keys(linalg).sort()).toEqual(['addScaled', 'checkFiniteMatrix', 'checkSquare', 'cholesky',
    'choleskySolve', 'conditionNumber', 'diagonal', 'eigenvalues', 'frobenius', 'identity', 'innerProduct', 'inverse',
    'matrix', 'matrixCosine', 'matrixFromRows', 'maxAbs', 'multiply', 'normalized', 'normalizingFactor',
    'pseudoInverse', 'qr', 'rank', 'scaled', 'singularValues', 'solve', 'svd', 'symmetricEigen', 'trace', 'transpose'])
})
