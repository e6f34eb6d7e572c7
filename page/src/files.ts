// IDX files of the reader: read on the page, never sent.

import { gatherRows, type IdxArray, labeledImages, oneHot, parseIdx } from '../../src/data/index.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import { CLASSES, type Digits } from './digits-data.ts'
import type { Files } from './runs.ts'

/** What a page can hold beside everything else. */
const MOST = { train: 6000, test: 1000 } as const

/** The first `count` entries. */
function first({ shape, bytes }: IdxArray, count: number): IdxArray {
  const kept = Math.min(count, shape[0])
  return { shape: [kept, ...shape.slice(1)], bytes: bytes.subarray(0, bytes.length / Math.max(1, shape[0]) * kept) }
}

function digitsOf(images: IdxArray, labels: IdxArray, count: number): Digits {
  const pair = labeledImages(first(images, count), first(labels, count))
  if (pair.height !== pair.width) {
    throw new RangeError(`images must be square, got ${pair.height} by ${pair.width} pixels`)
  }
  const data = Float32Array.from(pair.images.data, (value) => value / 255)
  return { side: pair.height, inputs: tensor(pair.images.shape, data), targets: oneHot(pair.labels, CLASSES) }
}

function rows(x: Tensor, from: number, to: number): Tensor {
  return gatherRows(x, Array.from({ length: to - from }, (_, i) => from + i))
}

/**
 * Images with the labels of which there are as many. Of two pairs the larger is to learn and the smaller to test; of one,
 * the last sixth is to test. Throws: RangeError, Error saying what is missing.
 */
export function filesOf(named: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Files {
  const arrays = named.map(({ name, bytes }) => parseIdx(bytes, name))
  const labels = arrays.filter(({ shape }) => shape.length === 1)
  const pairs = arrays.filter(({ shape }) => shape.length === 3).flatMap((images) => {
    const own = labels.find(({ shape }) => shape[0] === images.shape[0])
    return own === undefined ? [] : [[images, own] as const]
  }).sort(([a], [b]) => b.shape[0] - a.shape[0])
  if (pairs.length === 0) {
    throw new RangeError('files must hold images (IDX of rank 3) and as many labels (IDX of rank 1)')
  }
  const [large, small] = pairs
  if (small !== undefined) return { train: digitsOf(...large, MOST.train), test: digitsOf(...small, MOST.test) }
  const { side, inputs, targets } = digitsOf(...large, MOST.train)
  const [count] = inputs.shape
  const cut = Math.floor(count * 5 / 6)
  const part = (from: number, to: number): Digits => ({ side, inputs: rows(inputs, from, to),
    targets: rows(targets, from, to) })
  return { train: part(0, cut), test: part(cut, count) }
}
