export type { Layer, Parameter } from './layer.ts'
export { parametersOf, walk } from './layer.ts'
export { type Dense, type DenseOptions, dense, isDense } from './dense.ts'
export {
  ACTIVATIONS, type ActivationFunction, type ActivationName, type ActivationOptions, activation,
} from './activation.ts'
export { chain } from './chain.ts'
export { type Conv2d, type Conv2dOptions, conv2d, isConv2d } from './conv2d.ts'
export { pooling, type PoolingKind, type PoolingOptions } from './pooling.ts'
export { flatten, type FlattenOptions } from './flatten.ts'
export { type LayerNorm, type LayerNormOptions, layerNorm } from './layer-norm.ts'
export { type BatchNorm, type BatchNormOptions, batchNorm } from './batch-norm.ts'
export { type Dropout, type DropoutOptions, dropout } from './dropout.ts'
export { residual, type ResidualOptions } from './residual.ts'
export {
  concatenation, type Concatenation, type ConcatenationOptions, isConcatenation,
} from './concatenation.ts'
export {
  positionalEncoding, type PositionalEncoding, type PositionalEncodingKind, type PositionalEncodingOptions,
} from './positional-encoding.ts'
export { type Embedding, type EmbeddingOptions, embedding, isEmbedding } from './embedding.ts'
export { sparseProduct, type SparseMatrix, type SparseProductOptions } from './sparse-product.ts'
export { type Attention, type AttentionOptions, attention } from './attention.ts'
export { isModal, type ModalLayer, setTraining } from './mode.ts'
export { isStateful, type State, type StatefulLayer, stateOf } from './state.ts'
export { type Pair, pairOf } from './patches.ts'
export { countCorrect, crossEntropy, type Loss, type Reduction, squaredError } from './loss.ts'
export { type Optimiser, sgd } from './optimiser.ts'
export { type DecayOptions, type MomentumOptions, momentumSgd } from './optimiser-momentum.ts'
export { adam, type AdamOptions, adamW } from './optimiser-adam.ts'
export { clipByNorm, clipByValue, type Clipping, gradientNorm } from './optimiser-clipping.ts'
export {
  constantRate, cosineRate, type CosineRateOptions, inverseRootRate, type InverseRootRateOptions, plateauRate,
  type PlateauRateOptions, type Rate, type Schedule, stepRate, type StepRateOptions,
} from './optimiser-schedule.ts'
export { type NamedArray, restoreArrays } from './optimiser-state.ts'
export { type Checkpoint, type CheckpointArray, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
export { type Initialisation, initialise } from './initialise.ts'
export { allocateTensor, planned, plannedByShape, required } from './planned.ts'
