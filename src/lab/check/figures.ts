// The figures of the report of `check`, one function each.

import { linearTeacher } from '../../data/index.ts'
import { backwardProduct, conditionOnRank, earlyCondition, finalCondition, grams,
  kantorovichBound } from '../../theory/index.ts'
import { drawn, meanSeries, sideBySide } from '../report/captioned.ts'
import type { LineFigure, Series } from '../report/figure.ts'
import { count, subscript } from '../report/format.ts'
import type { ReportFigure } from '../report/html.ts'
import { COLORS } from '../report/palette.ts'
import { mean } from '../statistics.ts'
import type { Configuration } from './configuration.ts'
import type { Moment } from './followed-run.ts'
import { EARLY, type LabeledRun, layersOf } from './conditioning-setup.ts'
import type { Laws } from './conditioning-claims.ts'
import type { MnistMoment, MnistRun } from './mnist-claims.ts'
import { predictedProbeAlignment } from './gradient-alignment-claims.ts'

type Points = Series['points']

const STEPS = { label: 'step', scale: 'log' } as const
const LARGE = { width: 520, height: 320 } as const

const curveOf = (run: LabeledRun['run'], value: (moment: Moment) => number): Points =>
  run.curve.map((moment) => [moment.step, value(moment)])

/** The first seed's runs under one feedback, by rising κ_T. */
function firstSeed(c: Configuration, runs: readonly LabeledRun[], feedback: string): readonly LabeledRun[] {
  return runs.filter((run) => run.feedback === feedback && run.seed === c.seed)
}

/** The feedback of figures that have room for one. */
const shownFeedback = (c: Configuration): string => c.feedback.includes('orthogonal') ? 'orthogonal' : 'gaussian'

const alignmentLines = (c: Configuration, run: LabeledRun['run']): readonly Series[] =>
  layersOf(c).map((layer, index) => ({ name: `WA${subscript(layer)}`, points: curveOf(run, ({ weightAlignment }) =>
    weightAlignment[index]) })
  )

/** κ(A_l) over training with both laws, one panel per teacher. */
export function conditionOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const panel = ({ targetCondition, run }: LabeledRun): LineFigure => {
    const early = run.marks.get(EARLY)?.step ?? 1
    const series = layersOf(c).flatMap((layer, color): Series[] => {
      const law = (from: number, to: number, value: number): Series => ({ name: `law, A${subscript(layer)}`,
        points: [[from, value], [to, value]], dashed: true, color })
      const measured = curveOf(run, ({ conditionNumbers }) => conditionNumbers[color])
      return [{ name: `κ(A${subscript(layer)})`, points: measured, color },
        law(c.depth, early, earlyCondition(targetCondition, layer)),
        law(run.steps / 2, run.steps, finalCondition(targetCondition, layer, c.depth))]
    })
    return { title: `κ_T = ${targetCondition}`, x: STEPS, y: { label: 'condition number κ(A_l)', scale: 'log' },
      series }
  }
  const shown = firstSeed(c, runs, shownFeedback(c)).filter((one) => one.targetCondition > 1)
  return sideBySide(
    'Condition numbers of the alignment matrices over training, orthogonal feedback, seed '
      + `${c.seed}, from the recursion. Dashed: κ_T^(2^(l−1)) while the error is still the target, `
      + 'κ_T^(2^(l−1)/(2^L−1)) at convergence.',
    shown.map(panel),
  )
}

/** WA_l over training, one panel per teacher. */
export function alignmentOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const feedback = shownFeedback(c)
  const panel = ({ targetCondition, run }: LabeledRun): LineFigure => ({
    title: `κ_T = ${targetCondition}`,
    x: STEPS,
    y: { label: 'alignment (cosine)', domain: [-0.1, 1.05] },
    series: [...alignmentLines(c, run), { name: 'probe GA₁',
      points: curveOf(run, (moment) => moment.probeGradientAlignment), color: c.depth }, { name: 'GA₁ on real errors',
      points: curveOf(run, (moment) => moment.gradientAlignment), color: c.depth + 1 }],
    marks: [{ y: 1 / Math.sqrt(c.outputs), label: '1/√n_L' }],
  })
  return sideBySide(
    `Weight alignment and gradient alignment at layer 1, ${feedback} feedback, seed ${c.seed}. 1/√n_L is `
      + 'the weight alignment of a rank-one A_l. On real errors GA₁ is not monotone in κ_T: the residual turns from the '
      + 'strong modes to the weak ones; probes are isotropic and see all.',
    firstSeed(c, runs, feedback).map(panel),
    'both',
  )
}

/** Relative loss over training. */
export function lossOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const feedback = shownFeedback(c)
  return drawn(
    `Population loss, ${feedback} feedback, seed ${c.seed}. "Early" measurements are taken where the loss first `
      + `falls below ${EARLY}.`,
    {
      title: 'Loss over training',
      x: STEPS,
      y: { label: 'loss, relative to the start', scale: 'log' },
      series: firstSeed(c, runs, feedback).map(({ targetCondition, run }) => ({ name: `κ_T = ${targetCondition}`,
        points: curveOf(run, ({ loss }) => loss) })
      ),
      marks: [{ y: EARLY, label: 'early' }],
    },
  )
}

/** Final κ(A_l) against κ_T with the law. */
export function finalConditions(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const list = c['target-condition']
  const series = layersOf(c).flatMap((layer, index): Series[] => {
    const law: Points = Array.from({ length: 25 }, (_, i) => {
      const condition = Math.pow(list[list.length - 1], i / 24)
      return [condition, finalCondition(condition, layer, c.depth)]
    })
    const measured = c.feedback.map((feedback, f): Series => {
      const points = list.map((condition) => {
        const own = runs.filter((run) => run.feedback === feedback && run.targetCondition === condition)
        return [condition, Math.exp(mean(own.map(({ run }) => Math.log(run.final.conditionNumbers[index]))))] as const
      })
      return { name: `A${subscript(layer)}, ${feedback}`, points, draw: 'markers', color: index + f * COLORS }
    })
    return [{ name: `law, A${subscript(layer)}`, points: law, dashed: true, color: index }, ...measured]
  })
  return drawn(
    `κ(A_l) at relative loss 10⁻⁴, geometric mean over ${count(c.seeds, 'seed')}, against `
      + 'κ_T^(2^(l−1)/(2^L−1)). The law is for orthogonal feedback; Gaussian feedback adds the conditioning of FᵀF. The '
      + 'excess at large κ_T is the unfinished weakest mode; the run-on claims remove it.',
    { title: 'Final condition numbers', x: { label: 'condition number of the teacher κ_T', scale: 'log' },
      y: { label: 'κ(A_l) at the end', scale: 'log' }, series, ...LARGE },
  )
}

/** Every recorded moment of every run: WA_l against κ(A_l). */
export function conditioningDecides(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const moments = runs.filter(({ feedback }) => feedback === 'orthogonal').flatMap(({ run }) => run.curve)
  return drawn(
    'All recorded moments of all runs with orthogonal feedback, every teacher and layer, early and late. Near '
      + 'κ = 1 they lie on one curve; along every run the alignment rises as κ falls. Further out the same κ allows '
      + 'different alignments: there the whole spectrum counts, not only its ends.',
    {
      title: 'Weight alignment and conditioning',
      x: { label: 'condition number κ(A_l)', scale: 'log', domain: [1, 1e8] },
      y: { label: 'weight alignment WA_l' },
      series: layersOf(c).map((layer, index) => ({ name: `layer ${layer}`, draw: 'markers',
        points: moments.map((moment) => [moment.conditionNumbers[index], moment.weightAlignment[index]]) })
      ),
      marks: [{ y: 1 / Math.sqrt(c.outputs), label: '1/√n_L' }],
      ...LARGE,
    },
  )
}

/** Final probe alignment against κ_T, prediction, bound and both feedbacks. */
export function finalProbes(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const list = c['target-condition']
  const { probes } = runs[0].setup
  const predicted = (condition: number): number =>
    predictedProbeAlignment(linearTeacher(c.outputs, c.inputs, condition, c.seed).spectrum, c.depth, probes)
  const bound = ({ run, setup }: LabeledRun): number =>
    kantorovichBound(conditionOnRank(backwardProduct(run.alignment, grams(setup.feedback), 1), setup.rank))
  const orthogonal = firstSeed(c, runs, 'orthogonal')
  return drawn(
    `${c.seeds > 1 ? 'Mean and range' : 'Values'} over ${count(c.seeds, 'seed')} at relative loss 10⁻⁴. `
      + 'Prediction: the laws’ modes, P₁ = diag(s/α₁). The bound 2√κ/(1+κ) with κ = κ(P₁) is what the worst error would '
      + 'see.',
    {
      title: 'Gradient alignment at the end',
      x: { label: 'condition number of the teacher κ_T', scale: 'log' },
      y: { label: 'probe GA₁ at the end', domain: [0, 1.05] },
      series: [{ name: 'prediction', dashed: true, color: 0,
        points: list.map((condition) => [condition, predicted(condition)]) }, ...c.feedback.map((feedback, color) => {
          const final = list.map((condition) =>
            runs.filter((run) => run.feedback === feedback && run.targetCondition === condition).map(({ run }) =>
              run.final.probeGradientAlignment
            )
          )
          return acrossSeeds(feedback, list, final, { color, draw: 'markers' })
        }),
        ...(orthogonal.length === 0 ? []
          : [{ name: 'Kantorovich bound', dashed: true, color: 3,
            points: orthogonal.map((one) => [one.targetCondition, bound(one)] as const) }])],
      ...LARGE,
    },
  )
}

/** 1 − GA₁ against width for Gaussian feedback. */
export function widthFigure(width: Laws['width']): ReportFigure {
  const widths = width.map((one) => one.width)
  const distances = width.map(({ alignments }) => alignments.map((value) => 1 - value))
  const first = mean(distances[0] ?? [NaN])
  return drawn(
    'κ_T = 1, Gaussian feedback, relative loss 10⁻⁵; mean and range over '
      + `${count(distances[0]?.length ?? 0, 'seed')}. FᵀF − I has entries of order 1/√n, its effect on a cosine `
      + 'is of second order: 1 − GA falls like 1/n.',
    {
      title: 'Width makes Gaussian feedback orthogonal',
      x: { label: 'hidden width', scale: 'log' },
      y: { label: '1 − probe GA₁', scale: 'log' },
      series: [acrossSeeds('measured', widths, distances, { draw: 'both' }), { name: 'slope −1', dashed: true, color: 1,
        points: widths.map((w) => [w, (first * widths[0]) / w]) }],
    },
  )
}

/** Weight alignment with ill-conditioned inputs. */
export function inputFigure(c: Configuration, inputCondition: Laws['inputCondition']): ReportFigure {
  return sideBySide(
    'Orthogonal teacher, inputs of condition number κ_x, orthogonal feedback, seed '
      + `${c.seed}: badly conditioned inputs delay alignment, they do not spoil it. Dashed: relative loss.`,
    inputCondition.map(({ condition, run }): LineFigure => ({
      title: `κ_x = ${condition}`,
      x: STEPS,
      y: { label: 'alignment (cosine)', domain: [0, 1.05] },
      series: [...alignmentLines(c, run), { name: 'relative loss', dashed: true, color: 5,
        points: curveOf(run, ({ loss }) => loss) }],
    })),
    'both',
  )
}

/** MNIST: one panel per quantity, one line per condition, mean and range over seeds. */
export function mnistFigure(runs: readonly MnistRun[]): ReportFigure {
  const names = [...new Set(runs.map(({ condition }) => condition))]
  const panel = (title: string, label: string, scale: 'log' | 'linear', value: (moment: MnistMoment) => number) => ({
    title,
    x: STEPS,
    y: { label, scale },
    series: names.map((name) => {
      const own = runs.filter(({ condition }) => condition === name)
      return meanSeries(name, own[0].curve.map(({ step }) => step), own.map(({ curve }) => curve.map(value)), {
        draw: 'line',
      })
    }),
  })
  return sideBySide(
    'MNIST, 784-100-100-100-10 linear network trained by the float32 engine from zero weights, batch 100, '
      + `orthogonal feedback; mean and range over ${count(runs.length / names.length, 'seed')}. Alignments are `
      + 'relative to the largest value that a task of rank 9 allows, √(9/10).',
    [panel('Conditioning of A₂', 'κ(A₂)', 'log', (moment) => moment.conditionNumbers[0]),
      panel('Conditioning of A₄', 'κ(A₄)', 'log', (moment) => moment.conditionNumbers[2]),
      panel('Weight alignment, layer 2', 'WA₂', 'linear', (moment) => moment.weightAlignment[0]),
      panel('Weight alignment, layer 4', 'WA₄', 'linear', (moment) => moment.weightAlignment[2]),
      panel('Gradient alignment', 'probe GA₁', 'linear', (moment) => moment.probeGradientAlignment),
      panel('Loss', 'loss (running mean)', 'log', (moment) => moment.loss)],
  )
}

/** The mean over seeds at each place with a band from the least to the largest; `values` are per place. */
function acrossSeeds(name: string, places: readonly number[], values: readonly (readonly number[])[],
  look: Partial<Series>): Series
{
  return meanSeries(name, places, (values[0] ?? []).map((_, seed) => values.map((list) => list[seed])), look)
}
