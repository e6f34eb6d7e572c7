export { type IdxArray, type LabeledImages, labeledImages, oneHot, parseIdx } from './idx.ts'
export { parseCifar10Files } from './cifar10.ts'
export { parseOptdigits } from './optdigits.ts'
export { fitStandardization, type Standardization, standardizeInto } from './standardize.ts'
export { type Batches, batches, gatherRows, type RowBatch, type RowSplit, splitRows } from './batches.ts'
export { conditionedCovariance, gaussianInputs, geometricSpectrum, type InputCovariance, type LinearTeacher,
  linearTeacher, populationInputs } from './teacher.ts'
export { pcaWhitening, secondMoment, type Whitening } from './whiten.ts'
export { type CitationGraph, parsePlanetoid } from './planetoid.ts'
export { type EdgeSplit, graphOfPairs, type LinkSample, type NodeSplit, nodeTargets, type Pairs, pairsOf,
  sampleNonEdges, splitEdges, stratifiedNodes } from './graph.ts'
export { crossCovariance } from './cross-covariance.ts'
export { categoriesOf, CRITEO_FIELDS, type FieldCategories, type FieldRows, fitCategories, joinRows,
  parseCriteo } from './criteo.ts'
export { bayesScore, type Clicks, clickTeacher } from './clicks.ts'
