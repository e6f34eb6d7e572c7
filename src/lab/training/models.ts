// Models as data: a list of layers in JSON, turned into a network with feedback points and an error tap.

import { activation, type ActivationName, ACTIVATIONS, batchNorm, chain, conv2d, dense, dropout, flatten, type Layer,
  layerNorm, pooling, type PoolingKind, residual } from '../../nn/index.ts'
import { errorTap, feedbackPoint } from '../../dfa/index.ts'
import { blockedKernels, choose, type Kernels, unreachable } from '../../tensor/index.ts'

/** One layer of a model. Sizes of inputs follow from what comes before. */
export type LayerSpec =
  | { readonly type: 'dense'; readonly outputs: number; readonly bias?: boolean }
  | { readonly type: 'conv2d'; readonly channels: number; readonly kernel: number; readonly stride?: number;
    readonly padding?: number; readonly groups?: number; readonly bias?: boolean }
  | { readonly type: 'pooling'; readonly window: number; readonly stride?: number; readonly kind?: PoolingKind }
  | { readonly type: 'activation'; readonly kind?: ActivationName }
  | { readonly type: 'dropout'; readonly probability: number }
  | { readonly type: 'residual'; readonly layers: readonly LayerSpec[] }
  | { readonly type: 'flatten' }
  | { readonly type: 'batch-norm' }
  | { readonly type: 'layer-norm' }
  | { readonly type: 'point' }

/** A model: its layers, up to the output. */
export interface ModelSpec {
  readonly layers: readonly LayerSpec[]
}

/** Models that have a name. */
export const MODELS = ['mlp', 'lenet', 'cnn'] as const
export type ModelName = (typeof MODELS)[number]

/** What a layer may be given, and whether it must. */
const FIELDS: Readonly<Record<LayerSpec['type'], Readonly<Record<string, 'needed' | 'optional'>>>> = {
  dense: { outputs: 'needed', bias: 'optional' },
  conv2d: {
    channels: 'needed',
    kernel: 'needed',
    stride: 'optional',
    padding: 'optional',
    groups: 'optional',
    bias: 'optional',
  },
  pooling: { window: 'needed', stride: 'optional', kind: 'optional' },
  activation: { kind: 'optional' },
  dropout: { probability: 'needed' },
  residual: { layers: 'needed' },
  flatten: {},
  'batch-norm': {},
  'layer-norm': {},
  point: {},
}

/** What a model needs to know beside its layers. */
export interface ModelOptions {
  /** [C, H, W] of one sample. */
  readonly sample: readonly [number, number, number]
  readonly classes: number
  /** Of activation layers that name none. */
  readonly activation: ActivationName
  /** Of layers that do not say. */
  readonly bias: boolean
  /** Widths of the mlp's hidden layers. */
  readonly hidden: readonly number[]
  readonly seed: number
  readonly kernels?: Kernels
}

/**
 * The layers of a named model. `mlp`: dense and activation per hidden width. `lenet`: 5×5×6 padded by 2, pool, 5×5×16,
 * pool, 120, 84 (LeCun et al. 1998, with max pooling). `cnn`: 5×5×16 padded by 2, pool, 5×5×32 padded by 2, pool.
 */
export function namedModel(name: ModelName, { hidden, classes }: Pick<ModelOptions, 'hidden' | 'classes'>): ModelSpec {
  const act = { type: 'activation' } as const
  const pool = { type: 'pooling', window: 2 } as const
  const output = { type: 'dense', outputs: classes } as const
  const wide = (widths: readonly number[]): LayerSpec[] =>
    widths.flatMap((outputs): LayerSpec[] => [{ type: 'dense', outputs }, act])
  const conv = (channels: number,
    padding: number): LayerSpec[] => [{ type: 'conv2d', channels, kernel: 5, padding }, act, pool]
  const layers: Readonly<Record<ModelName, readonly LayerSpec[]>> = {
    mlp: wide(hidden),
    lenet: [...conv(6, 2), ...conv(16, 0), ...wide([120, 84])],
    cnn: [...conv(16, 2), ...conv(32, 2)],
  }
  return { layers: [...choose('namedModel', 'name', name, layers), output] }
}

/** A model from JSON text. What is wrong is added to `faults`; undefined when it is no model at all. */
export function parseModel(text: string, faults: string[]): ModelSpec | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    faults.push(
      `model: must be one of ${MODELS.join(', ')}, a JSON object or a file of it, got "${text.slice(0, 60)}" (${
        (cause as Error).message
      })`,
    )
    return undefined
  }
  const layers = (content as ModelSpec | null)?.layers
  if (!Array.isArray(layers)) {
    faults.push('model: must be an object with the list "layers"')
    return undefined
  }
  const before = faults.length
  for (const name of Object.keys(content as object)) {
    if (name !== 'layers') faults.push(`model: has no ${name}; it has layers alone`)
  }
  checkLayers(layers, 'model.layers', faults)
  return faults.length === before ? (content as ModelSpec) : undefined
}

/** Deeper than any network is, shallower than any call stack. */
const DEEPEST = 50

function checkLayers(layers: readonly unknown[], path: string, faults: string[], depth = 0): void {
  if (depth > DEEPEST) {
    faults.push(`${path}: residuals must be nested at most ${DEEPEST} deep`)
    return
  }
  layers.forEach((layer, index) => {
    const at = `${path}[${index}]`
    const { type, ...rest } = (typeof layer === 'object' && layer !== null ? layer : {}) as Record<string, unknown>
    if (typeof type !== 'string' || !Object.hasOwn(FIELDS, type)) {
      faults.push(`${at}: type must be one of ${Object.keys(FIELDS).join(', ')}, got ${JSON.stringify(type ?? layer)}`)
      return
    }
    const fields = FIELDS[type as LayerSpec['type']]
    for (const [name, need] of Object.entries(fields)) {
      const value = rest[name]
      if (value === undefined) {
        if (need === 'needed') faults.push(`${at} (${type}): ${name} must be given`)
      } else if (name === 'bias') {
        if (typeof value !== 'boolean') {
          faults.push(`${at} (${type}): bias must be true or false, got ${JSON.stringify(value)}`)
        }
      } else if (name === 'layers') {
        if (Array.isArray(value)) checkLayers(value, `${at}.layers`, faults, depth + 1)
        else faults.push(`${at} (${type}): layers must be a list`)
      } else if (name === 'kind') {
        const known = type === 'pooling' ? ['max', 'average'] : Object.keys(ACTIVATIONS)
        if (!known.includes(value as string)) {
          faults.push(`${at} (${type}): kind must be one of ${known.join(', ')}, got ${JSON.stringify(value)}`)
        }
      } else if (name === 'probability') {
        if (!(typeof value === 'number' && value >= 0 && value < 1)) {
          faults.push(`${at} (${type}): probability must be at least 0 and below 1, got ${JSON.stringify(value)}`)
        }
      } else {
        const least = name === 'padding' ? 0 : 1
        if (!(Number.isSafeInteger(value) && (value as number) >= least)) {
          faults.push(
            `${at} (${type}): ${name} must be a whole number of at least ${least}, got ${JSON.stringify(value)}`,
          )
        }
      }
    }
    for (const name of Object.keys(rest)) {
      if (!Object.hasOwn(fields, name)) {
        faults.push(`${at} (${type}): has no ${name}; it may have ${Object.keys(fields).join(', ') || 'nothing'}`)
      }
    }
  })
}

/**
 * The network of a model: layers named by type and number (dense1, conv2d1, …), a feedback point after every activation
 * (after the pooling or dropout that follows it directly) unless the model places points itself, an error tap at the end.
 * Vectors are made of feature maps where a dense layer follows them.
 * Throws: RangeError naming the layer, for sizes that do not fit.
 */
export function buildModel({ layers }: ModelSpec, options: ModelOptions): Layer {
  const { kernels = blockedKernels, classes } = options
  const counts = new Map<string, number>()
  const name = (type: string): string => {
    const count = (counts.get(type) ?? 0) + 1
    counts.set(type, count)
    return `${type}${count}`
  }
  const own = hasPoints(layers)
  const build = (specs: readonly LayerSpec[], start: readonly number[],
    path: string): { built: Layer[]; shape: readonly number[] } =>
  {
    const built: Layer[] = []
    let shape = start
    const add = (layer: Layer): void => {
      built.push(layer)
      shape = layer.outputShape([1, ...shape]).slice(1)
    }
    const point = (): void => add(feedbackPoint(name('point'), shape.length === 1 ? shape[0] : shape, kernels))
    let owed = false
    specs.forEach((spec, index) => {
      // Pooling and dropout belong to the block below: the point comes after them.
      if (owed && spec.type !== 'pooling' && spec.type !== 'dropout') {
        point()
        owed = false
      }
      if (spec.type === 'dense') {
        if (shape.length > 1) add(flatten({ name: name('flatten') }))
        add(dense({
          name: name('dense'),
          inputs: shape[0],
          outputs: spec.outputs,
          bias: spec.bias ?? options.bias,
          kernels,
        }))
      } else if (spec.type === 'conv2d') {
        if (shape.length !== 3) {
          throw new RangeError(
            `${path}[${index}] (conv2d): input must be feature maps [C, H, W], got [${shape.join(', ')}]`,
          )
        }
        const { channels, kernel, stride = 1, padding = 0, groups = 1, bias = options.bias } = spec
        add(conv2d({
          name: name('conv2d'),
          inputChannels: shape[0],
          outputChannels: channels,
          kernelSize: kernel,
          stride,
          padding,
          groups,
          bias,
          kernels,
        }))
      } else if (spec.type === 'pooling') {
        if (shape.length !== 3) {
          throw new RangeError(
            `${path}[${index}] (pooling): input must be feature maps [C, H, W], got [${shape.join(', ')}]`,
          )
        }
        add(pooling({
          name: name('pooling'),
          kind: spec.kind ?? 'max',
          window: spec.window,
          stride: spec.stride ?? spec.window,
          kernels,
        }))
      } else if (spec.type === 'activation') {
        const kind = spec.kind ?? options.activation
        if (kind !== 'linear') add(activation({ name: name('activation'), kind, kernels }))
        owed = !own && path === 'layers'
      } else if (spec.type === 'dropout') {
        add(dropout({ name: name('dropout'), probability: spec.probability, seed: options.seed, kernels }))
      } else if (spec.type === 'batch-norm') add(batchNorm({ name: name('batch-norm'), channels: shape[0], kernels }))
      else if (spec.type === 'layer-norm') {
        add(layerNorm({ name: name('layer-norm'), features: shape[shape.length - 1], kernels }))
      } else if (spec.type === 'flatten') add(flatten({ name: name('flatten') }))
      else if (spec.type === 'point') point()
      else if (spec.type === 'residual') {
        const title = name('residual')
        add(residual({
          name: title,
          inner: chain(`${title}/inner`, build(spec.layers, shape, `${path}[${index}].layers`).built),
          kernels,
        }))
      } else unreachable('buildModel', spec)
    })
    return { built, shape }
  }
  // A model that begins with a dense layer takes vectors; the data are the same.
  const flat = firstType(layers) === 'dense'
  const [channels, height, width] = options.sample
  const { built, shape } = build(layers, flat ? [channels * height * width] : [channels, height, width], 'layers')
  if (shape.length !== 1 || shape[0] !== classes) {
    throw new RangeError(`model: output must be a vector of ${classes}, one per class, got [${shape.join(', ')}]`)
  }
  return chain('model', [...built, errorTap('tap')])
}

/** True when samples enter the model as vectors rather than feature maps. */
export function takesVectors({ layers }: ModelSpec): boolean {
  return firstType(layers) === 'dense'
}

function firstType(layers: readonly LayerSpec[]): LayerSpec['type'] | undefined {
  const first = layers.find(({ type }) => type !== 'dropout' && type !== 'activation' && type !== 'point')
  return first?.type === 'residual' ? firstType(first.layers) : first?.type
}

function hasPoints(layers: readonly LayerSpec[]): boolean {
  return layers.some((layer) => layer.type === 'point' || (layer.type === 'residual' && hasPoints(layer.layers)))
}
