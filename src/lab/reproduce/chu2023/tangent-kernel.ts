// Are the minima that backpropagation finds fixed points at which feedback alignment would stay?

import { count } from '../../report/format.ts'
import type { LineFigure } from '../../report/figure.ts'
import { sample } from '../../statistics.ts'
import { declared, perSeed, type Run } from '../experiment.ts'
import { interpolate, type InterpolationConfiguration, type InterpolationResult,
  type RestingPoint } from '../fixed-points/two-layer.ts'
import { sideBySide, spread, tableOf } from '../series.ts'

type Activation = InterpolationConfiguration['activation']
interface Setting {
  readonly activations: readonly Activation[]
  readonly seeds: number
  /** Another network, to see that nothing hangs on the sizes, and how many of it. */
  readonly others: number
  readonly most: number
  readonly after: number
}

const STEPS: Readonly<Record<Activation, number>> = { tanh: 0.02, sigmoid: 0.05 }
const MAIN = { sizes: [6, 12, 2], samples: 10 } as const
const OTHER = { sizes: [9, 20, 3], samples: 8 } as const

/** A push grows when the loss comes to more than ten times what it made of it. */
const GREW = 10
/** |λ| below is rounding: such points say nothing about a sign. */
const ROUNDING = 1e-9

interface Found {
  readonly activation: Activation
  readonly isMain: boolean
  readonly bp: RestingPoint
  readonly fa: RestingPoint
}
type Rested = RestingPoint & { readonly rate: number; readonly cosine: number; readonly growth: number }

const isRested = (point: RestingPoint): point is Rested =>
  point.converged && point.rate !== null && Math.abs(point.rate) > ROUNDING
const restedOf = (found: readonly Found[], rule: 'bp' | 'fa'): readonly Rested[] =>
  found.map((one) => one[rule]).filter(isRested)
const isStable = ({ rate }: Rested): boolean => rate > 0
/** What the push showed: null of a rise is one without bound. */
const grew = ({ rise }: RestingPoint): boolean => rise === null || rise > GREW

/** Minima of backpropagation and of feedback alignment under feedback alignment. */
export const tangentKernel = declared<Setting, InterpolationConfiguration, InterpolationResult>({
  name: 'chu2023/tangent-kernel',
  title: 'Are minima of backpropagation stable under feedback alignment?',
  source: 'chu2023; theory (6.43), (6.44), (6.45)',
  method: 'float64 network',
  about:
    'Small two-layer networks that can interpolate their samples, trained by full batches in float64 from the same '
    + 'weights by backpropagation and by FA until they stand still. At such a point every rule stands still; the '
    + 'eigenvalues of −K, K the tangent kernel under the feedback F, say whether FA stays there. Then both are pushed by '
    + '10⁻⁴ and go on under FA.',
  data: [],
  revision: 1,
  scales: {
    quick: { minutes: 0.05, activations: ['tanh'], seeds: 3, others: 0, most: 40_000, after: 4000 },
    default: { minutes: 0.7, activations: ['tanh', 'sigmoid'], seeds: 24, others: 8, most: 400_000, after: 40_000 },
    paper: { minutes: 3, activations: ['tanh', 'sigmoid'], seeds: 100, others: 30, most: 400_000, after: 40_000 },
  },
  decidedAtQuick: ['kernel-spectrum', 'kernel-sign', 'kernel-fa'],
  plan: ({ activations, seeds, others, most, after }, first) =>
    ([[MAIN, seeds, activations], [OTHER, others, ['tanh']]] as const).flatMap(([network, several, of]) =>
      of.flatMap((activation) =>
        perSeed(first, several, (seed) => ({ activation, ...network, step: STEPS[activation], most, after, seed }))
      )
    ),
  run: (c) => interpolate(c),
  judge({ runs, claim, setting: { activations } }) {
    const all = runs.map((
      { configuration: { activation, sizes }, result }: Run<InterpolationConfiguration, InterpolationResult>,
    ): Found => ({ activation, isMain: sizes[1] === MAIN.sizes[1], ...result }))
    const main = activations.map((activation) => {
      const found = all.filter((one) => one.isMain && one.activation === activation)
      return { activation, found, bp: restedOf(found, 'bp'), fa: restedOf(found, 'fa') }
    })
    const points = [...restedOf(all, 'bp'), ...restedOf(all, 'fa')]
    const unstable = points.filter((point) => !isStable(point))
    const share = (list: readonly boolean[]): number => list.filter(Boolean).length / list.length
    return {
      claims: [
        ...main.flatMap((
          { activation, bp, fa },
        ) => [
          claim.atLeast(`kernel-bp-unstable-${activation}`,
            `${activation}: share of the minima found by backpropagation with an eigenvalue of −K to the right`,
            sample(bp.map((point) => (isStable(point) ? 0 : 1))), 10 / 12, 'chosen before: ten of twelve', {
            source: 'chu2023 abstract',
          }),
          claim.above(`kernel-fa-stable-${activation}`,
            `${activation}: min Re λ(K) at the points where FA came to rest, least of the seeds`,
            fa.length === 0 ? null : Math.min(...fa.map(({ rate }) => rate)), 0, 'sign alone'),
          claim.atLeast(`kernel-fa-cosine-${activation}`, `${activation}: cos∠(W₂ᵀ, F) where FA came to rest`,
            sample(fa.map(({ cosine }) => cosine)), 0.4, 'chosen before', { source: 'chu2023 abstract' }),
          claim.between(`kernel-bp-cosine-${activation}`,
            `${activation}: cos∠(W₂ᵀ, F) where backpropagation came to rest`, sample(bp.map(({ cosine }) => cosine)),
            -0.15, 0.15, 'chosen before: chance is 0 ± 1/√24 a seed'),
        ]),
        claim.atLeast('kernel-sign',
          'share of all points at which the push grows where min Re λ(K) < 0 and else does not',
          share(points.map((point) => grew(point) !== isStable(point))), 0.95, 'chosen before: slow modes take longer'),
        claim.atMost('kernel-spectrum',
          'greatest Re λ of the Jacobian in weight space against −min Re λ(K), largest relative gap of unstable points',
          unstable.length === 0 ? null : Math.max(...unstable.map(({ rate, growth }) => Math.abs(growth / rate + 1))),
          1e-5, 'differences of step 10⁻⁵', { source: 'theory (6.44)' }),
        claim.above('kernel-moves', 'cos∠(W₂ᵀ, F) after the push less before, unstable minima of backpropagation',
          sample(
            restedOf(all, 'bp').filter((point) => !isStable(point)).flatMap(({ cosine, cosineAfter }) =>
              cosineAfter === null ? [] : [cosineAfter - cosine]
            ),
          ), 0, 'sign alone', { source: 'chu2023 abstract' }),
      ],
      figures: [
        sideBySide(
          'Eigenvalues of −K in the complex plane, all seeds together: to the right of the line a direction '
            + 'grows under FA. At minima found by backpropagation, and at those found by FA.',
          main.map(({ activation, bp, fa }) => planeFigure(activation, bp, fa)),
          'none',
        ),
        sideBySide('Loss under FA after a push of 10⁻⁴ in weight space, over its first value; one line per seed.',
          main.map(({ activation, bp, fa }) => pushFigure(activation, bp, fa)), 'y'),
      ],
      tables: [
        tableOf('Points of rest', ['network', 'found by', 'at rest', 'unstable under FA', 'cos∠(W₂ᵀ, F)',
          'the same after the push', 'loss below 10⁻⁹ after it'], [...main.map(({ activation, found }) =>
            [`${MAIN.sizes.join('-')} ${activation}`, found] as const
          ), [`${OTHER.sizes.join('-')} tanh`, all.filter(({ isMain }) => !isMain)] as const].filter(([, found]) =>
            found.length > 0
          ).flatMap(([name, found]) =>
            (['bp', 'fa'] as const).map((rule) => {
              const rested = restedOf(found, rule)
              return [name, rule.toUpperCase(), `${rested.length} of ${found.length}`, `${
                rested.filter((point) => !isStable(point)).length
              }`, spread(rested.map(({ cosine }) => cosine), 2),
                spread(rested.map(({ cosineAfter }) => cosineAfter), 2),
                `${rested.filter(({ lossAfter }) => lossAfter !== null && lossAfter < 1e-9).length}`]
            })
          )),
      ],
      findings: main.map(({ activation, found, bp, fa }) =>
        `${activation}: ${bp.filter((point) => !isStable(point)).length} of ${
          count(bp.length, 'minimum').replace('minimums', 'minima')
        } of backpropagation `
        + `cannot hold FA, ${fa.filter((point) => !isStable(point)).length} of ${fa.length} of its own. `
        + `${
          found.filter(({ fa: { loss } }) => loss === null).length
        } of ${found.length} trainings by FA left all bounds.`
      ),
    }
  },
})

function planeFigure(activation: Activation, bp: readonly Rested[], fa: readonly Rested[]): LineFigure {
  const series = ([['found by backpropagation', bp], ['found by FA', fa]] as const).map(([name, points], color) => ({
    name,
    color,
    draw: 'markers' as const,
    points: points.flatMap(({ spectrum }) => spectrum).map(([re, im]) => [signedRoot(re), signedRoot(im)] as const),
  }))
  return {
    title: `${activation}: eigenvalues of −K`,
    x: { label: 'real part, signed root' },
    y: { label: 'imaginary part, signed root' },
    series,
    marks: [{ x: 0, label: 'stable | unstable' }],
  }
}

/** Eigenvalues span three decades on both sides of zero. */
function signedRoot(x: number): number {
  return Math.sign(x) * Math.sqrt(Math.abs(x))
}

function pushFigure(activation: Activation, bp: readonly Rested[], fa: readonly Rested[]): LineFigure {
  const line = (color: number, name: string) => ({ pushed }: Rested) => ({
    name,
    color,
    draw: 'line' as const,
    points: pushed.filter(([step]) => step > 0).map(([step, loss]) => [step, loss / pushed[0][1]] as const),
  })
  return {
    title: `${activation}: loss after a push`,
    x: { label: 'step', scale: 'log' },
    y: { label: 'loss over its first value', scale: 'log' },
    series: [...bp.map(line(0, 'found by backpropagation')), ...fa.map(line(1, 'found by FA'))],
  }
}
