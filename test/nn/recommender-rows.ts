// Rows of the gradient table for layers of recommender systems, their twins written from the definitions.

import { chain, crossLayer, dense, factorizationMachine, fieldEmbedding, fieldSum, history, logarithmicNeurons,
  positionwise, sumOfBranches } from '../../src/nn/index.ts'
import { draw, type Row } from './gradient-rows.ts'

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0)

/** y = x_0 (wᵀx) + b + x, whole rows at a time. */
function crossTwin(first: readonly number[], last: readonly number[], w: Float64Array, b: Float64Array): number[] {
  const score = total(last.map((v, i) => v * w[i]))
  return first.map((v, i) => v * score + b[i] + last[i])
}

const rowsOf = (x: Float64Array, width: number): number[][] =>
  steps(x.length / width).map((r) => [...x.slice(r * width, (r + 1) * width)])

/** The table of rows of layers of recommender systems. */
export const RECOMMENDER_ROWS: readonly Row[] = [{
  name: 'field embedding of 5 rows of 3 fields',
  shape: [5, 3],
  input: () => Float32Array.of(0, 1, 0, 1, 4, 0, 1, 2, 0, 0, 0, 0, 0, 3, 0),
  build: (kernels) => fieldEmbedding({ name: 'e', vocabularies: [2, 5, 1], features: 3, kernels }),
  // The categories are those above whatever is asked: the derivative by an index is zero.
  twin: (_, [w]) =>
    Float64Array.from(
      [0, 3, 7, 1, 6, 7, 1, 4, 7, 0, 2, 7, 0, 5, 7].flatMap((row) => [...w.slice(3 * row, 3 * row + 3)]),
    ),
  ulps: 0.5,
}, ...[[1, 1, 1], [3, 4, 2]].map(([batch, fields, features]): Row => ({
  name: `field sum of [${batch}, ${fields}, ${features}]`,
  shape: [batch, fields, features],
  build: (kernels) => fieldSum({ name: 's', features, kernels }),
  twin: (x, [bias]) =>
    Float64Array.from(
      steps(batch).flatMap((b) =>
        steps(features).map((c) => bias[c] + total(steps(fields).map((f) => x[(b * fields + f) * features + c])))
      ),
    ),
  ulps: 0.5001,
})), ...[[1, 2, 1], [3, 5, 4]].map(([batch, fields, features]): Row => ({
  name: `factorization machine of [${batch}, ${fields}, ${features}]`,
  shape: [batch, fields, features],
  build: (kernels) => factorizationMachine({ name: 'm', kernels }),
  // Every pair of fields, one by one.
  twin: (x) =>
    Float64Array.from(steps(batch), (b) =>
      total(steps(fields).flatMap((f) =>
        steps(f).flatMap((g) =>
          steps(features).map((c) =>
            x[(b * fields + f) * features + c] * x[(b * fields + g) * features + c]
          )
        )
      ))),
  ulps: 0.5001,
})), ...[1, 3].map((length): Row => ({
  name: `cross layer on a stack of ${length}`,
  shape: [3, length, 4],
  build: (kernels) => crossLayer({ name: 'c', features: 4, kernels }),
  twin: (x, [bias, weight]) =>
    Float64Array.from(rowsOf(x, 4 * length).flatMap((row) => crossTwin(row.slice(0, 4), row.slice(-4), weight, bias))),
  ulps: 4,
})), {
  name: 'three cross layers in a history',
  shape: [2, 5],
  // A polynomial of degree four: at 1.5 its rounding would be seen.
  input: (random) => draw(random, 10).map((v) => 0.3 * v),
  build: (kernels) =>
    history({
      name: 'h',
      kernels,
      layers: [1, 2, 3].map((l) => crossLayer({ name: `c${l}`, features: 5, kernels })),
    }),
  twin: (x, [b1, w1, b2, w2, b3, w3]) =>
    Float64Array.from(rowsOf(x, 5).flatMap((first) => {
      const one = crossTwin(first, first, w1, b1)
      return crossTwin(first, crossTwin(first, one, w2, b2), w3, b3)
    })),
  ulps: 16,
}, ...[[1, 1, 1, 1], [2, 3, 2, 4]].map(([batch, fields, features, neurons]): Row => ({
  name: `${neurons} logarithmic neurons on [${batch}, ${fields}, ${features}]`,
  shape: [batch, fields, features],
  build: (kernels) => logarithmicNeurons({ name: 'l', fields, neurons, kernels }),
  // The product itself.
  twin: (x, [weight]) =>
    Float64Array.from(
      steps(batch).flatMap((b) =>
        steps(features).flatMap((c) =>
          steps(neurons).map((j) =>
            steps(fields).reduce((product, f) =>
              product * (1 + Math.abs(x[(b * fields + f) * features + c])) ** weight[j * fields + f], 1) - 1
          )
        )
      ),
    ),
  ulps: 8,
})), {
  name: 'dense at every position',
  shape: [2, 3, 4],
  build: (kernels) => positionwise({ name: 'p', inner: dense({ name: 'd', inputs: 4, outputs: 2, kernels }) }),
  twin: (x, [weight, bias]) =>
    Float64Array.from(
      rowsOf(x, 4).flatMap((row) => [0, 1].map((o) => bias[o] + total(row.map((v, i) => v * weight[4 * o + i])))),
    ),
  ulps: 0.5001,
}, {
  name: 'sum of dense and nothing',
  shape: [3, 4],
  build: (kernels) =>
    sumOfBranches({
      name: 's',
      kernels,
      branches: [dense({ name: 'd', inputs: 4, outputs: 4, kernels }), chain('nothing', [])],
    }),
  twin: (x, [weight, bias]) =>
    Float64Array.from(
      rowsOf(x, 4).flatMap((row) =>
        row.map((own, o) => own + bias[o] + total(row.map((v, i) => v * weight[4 * o + i])))
      ),
    ),
  ulps: 2,
}]
