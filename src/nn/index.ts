export type { Layer, Parameter } from './layer.ts'
export { parametersOf, walk } from './layer.ts'
export { type Dense, type DenseOptions, dense, isDense } from './dense.ts'
export {
  ACTIVATIONS, type ActivationFunction, type ActivationName, type ActivationOptions, activation,
} from './activation.ts'
export { chain } from './chain.ts'
export { countCorrect, crossEntropy, type Loss, type Reduction, squaredError } from './loss.ts'
export { type Optimiser, sgd } from './optimiser.ts'
export { type Initialisation, initialise } from './initialise.ts'
export { allocateTensor, planned, required } from './planned.ts'
