// A radiance field as a layer tree with feedback points and an error tap, all by the public interface of the library.

import { errorTap, feedbackPoint } from '../../dfa/index.ts'
import { activation, type ActivationName, chain, dense, type DensityKind, frequencyEncoding, type VolumeRendering,
  volumeRendering } from '../../nn/index.ts'
import { blockedKernels, checkSize, type Color, type Kernels } from '../../tensor/index.ts'

/** What a radiance field is made for. */
export interface NerfModelOptions {
  /** Hidden layers; 3 unless given. */
  readonly depth?: number
  /** Features of a hidden layer; 128 unless given. */
  readonly width?: number
  /** Octaves of the encoding; 5 unless given. */
  readonly frequencies?: number
  /** Samples of a ray; 20 unless given. */
  readonly samples?: number
  /** Distances from the camera between which the scene lies. */
  readonly near: number
  readonly far: number
  /** `softplus` unless given: a relu that is zero everywhere has no gradient, and the image stays white. */
  readonly density?: DensityKind
  /** White unless given. */
  readonly background?: Color
  /** Of hidden layers; `relu` unless given. */
  readonly activation?: ActivationName
  /** Draws samples anywhere in their intervals while training; true unless given. */
  readonly jitter?: boolean
  /** Of the jitter. */
  readonly seed: number
  readonly kernels?: Kernels
}

/** Coordinates of a point, and what a field says of it: red, green, blue, density. */
const COORDINATES = 3,
  RAW = 4

/**
 * Rays [B, 6] ↦ colors [B, 3], with weights of zero: encoding, `depth` times dense, activation and feedback point, dense
 * to the raw four numbers of each sample, tap, rendering. No view direction, one network. The error that direct rules
 * send is that of the raw numbers; whatever turns them into a color has its exact gradient.
 * Throws: RangeError, TypeError for sizes, distances and names that do not fit.
 */
export function nerfModel(options: NerfModelOptions): VolumeRendering {
  const { depth = 3, width = 128, frequencies = 5, samples = 20, activation: kind = 'relu', kernels = blockedKernels } =
    options
  checkSize('nerfModel', 'depth', depth, 1)
  const inputs = COORDINATES * (2 * frequencies + 1)
  const hidden = Array.from({ length: depth },
    (_,
      l) => [dense({ name: `dense${l + 1}`, inputs: l === 0 ? inputs : width, outputs: width, kernels }),
      activation({ name: `activation${l + 1}`, kind, kernels }), feedbackPoint(`point${l + 1}`, width, kernels)])
  const field = chain('field', [frequencyEncoding({ name: 'encoding', inputs: COORDINATES, frequencies, kernels }),
    ...hidden.flat(), dense({ name: `dense${depth + 1}`, inputs: width, outputs: RAW, kernels }), errorTap('tap')])
  return volumeRendering({ ...options, name: 'rays', field, samples, kernels })
}
