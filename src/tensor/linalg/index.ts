// Float64 linear algebra, the table of contents. householder, one-sided-jacobi, scaling, symmetric and vector are the
// workshop behind it and stay inside.

export * from './matrix.ts'
export { cholesky, choleskySolve } from './cholesky.ts'
export { conditionNumber, singularValues } from './condition-number.ts'
export { eigenvalues, type Eigenvalues } from './eigenvalues.ts'
export { pseudoInverse, rank } from './pseudo-inverse.ts'
export { qr, type Qr } from './qr.ts'
export { inverse, solve } from './solve.ts'
export { svd, type Svd } from './svd.ts'
export { symmetricEigen, type SymmetricEigen } from './symmetric-eigen.ts'
