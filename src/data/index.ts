export { type IdxArray, type LabelledImages, labelledImages, oneHot, parseIdx } from './idx.ts'
export {
  conditionedCovariance, gaussianInputs, geometricSpectrum, type InputCovariance, linearTeacher, type LinearTeacher,
  populationInputs,
} from './teacher.ts'
export { pcaWhitening, secondMoment, type Whitening } from './whiten.ts'
