export { type IdxArray, type LabelledImages, labelledImages, oneHot, parseIdx } from './idx.ts'
export { type NamedBytes, parseCifar10, parseCifar10Files } from './cifar10.ts'
export { parseOptdigits } from './optdigits.ts'
export { type Standardisation, fitStandardisation, standardise, standardiseInto } from './standardise.ts'
export {
  type Batches, batches, type BatchesOptions, gatherRows, type RowBatch, type RowSplit, splitRows,
} from './batches.ts'
export {
  conditionedCovariance, gaussianInputs, geometricSpectrum, type InputCovariance, linearTeacher, type LinearTeacher,
  populationInputs,
} from './teacher.ts'
export { pcaWhitening, secondMoment, type Whitening } from './whiten.ts'
