// Smaller images by area average.

import { checkSize, type Tensor, tensor } from '../../../tensor/index.ts'

/**
 * out[j] = Σ_i |[i, i+1] ∩ [j·r, (j+1)·r]| / r · x[i], r = from/to, along both axes of every map: the mean over the
 * area that a new pixel covers, with fractions of old pixels where the ratio is not whole.
 * Shapes: images [N, channels·from·from], rows first; returned [N, channels·to·to].
 * Throws: RangeError for sizes below 1, a larger side than before, or rows that do not fit.
 */
export function areaAverage(images: Tensor, channels: number, from: number, to: number): Tensor {
  checkSize('areaAverage', 'channels', channels, 1)
  checkSize('areaAverage', 'to', to, 1)
  if (to > from) throw new RangeError(`areaAverage: to must be at most from (${from}), got ${to}`)
  const [rows, features] = images.shape
  if (features !== channels * from * from) {
    throw new RangeError(`areaAverage: images must have ${channels}·${from}·${from} features, got ${features}`)
  }
  const out = tensor([rows, channels * to * to])
  const shares = sharesOf(from, to)
  for (let map = 0; map < rows * channels; map++) {
    const source = map * from * from
    const target = map * to * to
    for (let y = 0; y < to; y++) {
      for (let x = 0; x < to; x++) {
        let sum = 0
        for (const [i, vertical] of shares[y]) {
          for (const [j, horizontal] of shares[x]) sum += vertical * horizontal * images.data[source + i * from + j]
        }
        out.data[target + y * to + x] = sum
      }
    }
  }
  return out
}

/** Per new pixel the old pixels that it covers, with their shares; shares sum to 1. */
function sharesOf(from: number, to: number): readonly (readonly (readonly [number, number])[])[] {
  const ratio = from / to
  return Array.from({ length: to }, (_, j) => {
    const shares: [number, number][] = []
    for (let i = Math.floor(j * ratio); i < Math.min(from, (j + 1) * ratio); i++) {
      const share = (Math.min(i + 1, (j + 1) * ratio) - Math.max(i, j * ratio)) / ratio
      if (share > 0) shares.push([i, share])
    }
    return shares
  })
}
