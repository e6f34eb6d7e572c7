// Which rows a training step sees: a function of seed, epoch and position alone.

import { blockedKernels, checkSize, type Kernels, permutation, randomStream, show, sizeOf, type Tensor,
  tensor } from '../tensor/index.ts'

/** Options of `batches`. */
export interface BatchesOptions {
  /** [N, …]; the shape of a row is kept. */
  readonly inputs: Tensor
  /** [N, …], one row per input. */
  readonly targets: Tensor
  /** Rows of one batch. */
  readonly size: number
  readonly seed: number
  /** The rows to draw from, e.g. a part of `splitRows`; all unless given. */
  readonly rows?: ArrayLike<number>
  /** False leaves the rows in their order, for evaluation; true unless given. */
  readonly shuffle?: boolean
  /** Leaves out a last batch of fewer rows; false unless given. */
  readonly dropLast?: boolean
  /** In whose memory the batches lie. */
  readonly kernels?: Kernels
}

/** Inputs and targets of one step. */
export interface RowBatch {
  readonly input: Tensor
  readonly target: Tensor
}

/** The batches of every epoch. */
export interface Batches {
  /** Batches of one epoch. */
  readonly perEpoch: number
  /**
   * Batch `index` of epoch `epoch`, both from 0, in any order: step s of a training is
   * `batch(⌊s/perEpoch⌋, s mod perEpoch)`. Aliasing: valid until the next call, which writes into the same buffers.
   * Throws: RangeError for positions that do not exist.
   */
  readonly batch: (epoch: number, index: number) => RowBatch
}

/**
 * Row j of batch i in epoch e is row π_e(i·size + j), π_e the permutation of stream `batches/epoch<e>` of `seed`.
 * Any epoch is reached without running the ones before, so that a resumed training sees the same rows.
 * Cost: one permutation per change of epoch; no allocation per batch after the first of its size (two sizes at most).
 * Throws: RangeError for no rows, rows that do not exist, numbers of inputs and targets that differ, a size below 1, or
 *   `dropLast` with fewer rows than one batch.
 */
export function batches(options: BatchesOptions): Batches {
  const { inputs, targets, size, seed, shuffle = true, dropLast = false, kernels = blockedKernels } = options
  checkSize('batches', 'size', size, 1)
  checkSize('batches', 'seed', seed)
  const available = checkRows('batches', 'inputs', inputs)
  if (checkRows('batches', 'targets', targets) !== available) {
    throw new RangeError(`batches: targets must have ${available} rows like inputs, got ${targets.shape[0]}`)
  }
  const chosen = options.rows
  const count = chosen?.length ?? available
  const rows = Uint32Array.from({ length: count },
    (_, i) => (chosen === undefined ? i : checkRow('batches', `rows[${i}]`, chosen[i], available)))
  const perEpoch = dropLast ? Math.floor(count / size) : Math.ceil(count / size)
  if (perEpoch === 0) throw new RangeError(`batches: rows must fill at least one batch of ${size}, got ${count}`)

  const plan = (length: number): RowBatch => ({
    input: room(inputs, length, kernels),
    target: room(targets, length, kernels),
  })
  const last = perEpoch * size > count ? count - (perEpoch - 1) * size : size
  let whole: RowBatch | undefined
  let shorter: RowBatch | undefined
  const order = rows.slice()
  let shuffled = -1
  const shuffleFor = (epoch: number): void => {
    if (!shuffle || epoch === shuffled) return
    const places = permutation(randomStream(seed, `batches/epoch${epoch}`), count)
    for (let i = 0; i < count; i++) order[i] = rows[places[i]]
    shuffled = epoch
  }
  return {
    perEpoch,
    batch(epoch, index) {
      checkSize('batch', 'epoch', epoch)
      if (checkSize('batch', 'index', index) >= perEpoch) {
        throw new RangeError(`batch: index must be below the ${perEpoch} batches of an epoch, got ${index}`)
      }
      shuffleFor(epoch)
      const isShorter = index === perEpoch - 1 && last < size
      const found = isShorter ? shorter ??= plan(last) : whole ??= plan(size)
      copyRows(found.input, inputs, order, index * size)
      copyRows(found.target, targets, order, index * size)
      return found
    },
  }
}

/** Two parts of the rows 0 … count−1, each ascending. */
export interface RowSplit {
  readonly training: Uint32Array
  readonly validation: Uint32Array
}

/**
 * `validation` rows drawn without replacement by the permutation of stream `batches/split` of `seed`; the others train.
 * Throws: RangeError for more rows than there are.
 */
export function splitRows(count: number, validation: number, seed: number): RowSplit {
  checkSize('splitRows', 'count', count)
  if (checkSize('splitRows', 'validation', validation) > count) {
    throw new RangeError(`splitRows: validation must be at most the ${count} rows, got ${validation}`)
  }
  const order = permutation(randomStream(seed, 'batches/split'), count)
  return { training: order.slice(validation).sort(), validation: order.slice(0, validation).sort() }
}

/** Row i of the result is row rows[i] of x [N, …]; a copy. Throws: RangeError for rows that do not exist. */
export function gatherRows(x: Tensor, rows: ArrayLike<number>): Tensor {
  const available = checkRows('gatherRows', 'x', x)
  for (let i = 0; i < rows.length; i++) checkRow('gatherRows', `rows[${i}]`, rows[i], available)
  const out = tensor([rows.length, ...x.shape.slice(1)])
  copyRows(out, x, rows, 0)
  return out
}

function checkRows(where: string, name: string, x: Tensor): number {
  if (x.shape.length > 0) return x.shape[0]
  throw new RangeError(`${where}: ${name} must have rows, got shape ${show(x.shape)}`)
}

function checkRow(where: string, name: string, row: number, available: number): number {
  if (checkSize(where, name, row) < available) return row
  throw new RangeError(`${where}: ${name} must be below the ${available} rows, got ${row}`)
}

function room(like: Tensor, rows: number, kernels: Kernels): Tensor {
  const shape = [rows, ...like.shape.slice(1)]
  return tensor(shape, kernels.allocate(sizeOf(shape)))
}

/** Row i of out := row rows[from + i] of x. Element by element, because a view per row would be garbage per row. */
function copyRows(out: Tensor, x: Tensor, rows: ArrayLike<number>, from: number): void {
  const count = out.shape[0]
  const width = out.data.length / count
  for (let i = 0, to = 0; i < count; i++) {
    const source = rows[from + i] * width
    for (let j = 0; j < width; j++) out.data[to++] = x.data[source + j]
  }
}
