// What passes between the bench and the processes that hold the libraries: one JSON object per line, one answer each.

import type { ModelName } from '../models.ts'
import type { Rule } from './peer.ts'

/** Work with paths in place of arrays: raw little-endian numbers, float32 in `.f32`, float64 in `.f64`. */
export type WorkFiles = ProductFiles | StepFiles | ConvolutionFiles | ModelFiles

export interface ProductFiles {
  readonly kind: 'product'
  readonly m: number
  readonly k: number
  readonly n: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly a: string
  readonly b: string
  readonly expected: string
}

export interface StepFiles {
  readonly kind: 'step'
  readonly rule: Rule
  readonly batch: number
  readonly rate: number
  readonly layers: readonly { readonly inputs: number; readonly outputs: number; readonly weight: string;
    readonly bias: string; readonly feedback: string | undefined }[]
  readonly input: string
  readonly target: string
  readonly expected: string
}

interface LayerFiles {
  readonly inputs: number
  readonly outputs: number
  readonly weight: string
  readonly bias: string
}

export interface ConvolutionFiles {
  readonly kind: 'convolution'
  readonly batch: number
  readonly rate: number
  readonly kernel: number
  readonly convolutions: readonly (LayerFiles & { readonly side: number })[]
  readonly dense: LayerFiles
  readonly input: string
  readonly target: string
  readonly expected: string
  /** Lengths of the parts of `expected` whose errors are relative to themselves: every parameter and the loss. */
  readonly parts: readonly number[]
}

/** A network of launay2020; ours builds it anew, others from these. */
export interface ModelFiles {
  readonly kind: 'model'
  readonly model: ModelName
  readonly rate: number
  readonly sizes: Readonly<Record<string, number>>
  /** Input and target, and what belongs to the model: the entries of a sparse matrix, positions. */
  readonly arrays: Readonly<Record<string, string>>
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: string }[]
  readonly expected: string
  readonly parts: readonly number[]
}

/** `warm`, `slice` in ms. A lane is one prepared piece of work. */
export type Request =
  | { readonly operation: 'open' }
  | {
    readonly operation: 'prepare'
    readonly lane: number
    readonly work: WorkFiles
    readonly variant: string
    /** Undefined: nothing is run but what is checked. */
    readonly warm: number | undefined
  }
  | { readonly operation: 'time'; readonly lane: number; readonly slice: number }
  | { readonly operation: 'drop'; readonly lane: number }

/** Times in ms; `import` until the modules are there, `ready` until the first work can be given. */
export interface Opened {
  readonly version: string
  readonly import: number
  readonly ready: number
}

/** Any answer may be a reason instead. */
export interface Refused {
  readonly reason: string
}
