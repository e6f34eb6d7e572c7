// Float64 linear algebra, the table of contents. householder, one-sided-jacobi, scaling, symmetric and vector are the
// workshop behind it and stay inside.
export * from './matrix.js';
export { cholesky, choleskySolve } from './cholesky.js';
export { conditionNumber, singularValues } from './condition-number.js';
export { eigenvalues } from './eigenvalues.js';
export { frobenius, matrixCosine, normalized } from './norm.js';
export { pseudoInverse, rank } from './pseudo-inverse.js';
export { qr } from './qr.js';
export { normalizingFactor } from './scaling.js';
export { inverse, solve } from './solve.js';
export { svd } from './svd.js';
export { symmetricEigen } from './symmetric-eigen.js';
