// Float64 linear algebra, the table of contents. householder, one-sided-jacobi, scaling, symmetric and vector are the
// workshop behind it and stay inside.

export * from './matrix.ts'
export { cholesky, choleskySolve } from './cholesky.ts'
export { conditionNumber, singularValues } from './condition-number.ts'
export { type Eigenvalues, eigenvalues } from './eigenvalues.ts'
export { frobenius, matrixCosine, normalized } from './norm.ts'
export { pseudoInverse, rank } from './pseudo-inverse.ts'
export { type Qr, qr } from './qr.ts'
export { normalizingFactor } from './scaling.ts'
export { inverse, solve } from './solve.ts'
export { type Svd, svd } from './svd.ts'
export { type SymmetricEigen, symmetricEigen } from './symmetric-eigen.ts'
