// The figures of the report of `check`, one function each.

import { linearTeacher } from '../../data/index.ts'
import { backwardProduct, conditionOnRank, earlyCondition, finalCondition, grams,
  kantorovichBound } from '../../theory/index.ts'
import { lineFigure, type Series } from '../report/figure.ts'
import { count, subscript } from '../report/format.ts'
import { COLORS } from '../report/palette.ts'
import { panels } from '../report/panels.ts'
import { mean } from '../statistics.ts'
import type { ReportFigure } from '../report/html.ts'
import type { Configuration } from './configuration.ts'
import type { Moment } from './dynamics.ts'
import { EARLY, type LabeledRun } from './law-setup.ts'
import type { Laws } from './laws.ts'
import { predictedProbeAlignment } from './probes.ts'
import type { MnistMoment, MnistRun } from './mnist.ts'

type Points = readonly (readonly [number, number])[]

const STEPS = { label: 'step', scale: 'log' } as const

const curveOf = (run: LabeledRun['run'], value: (moment: Moment) => number): Points =>
  run.curve.map((moment) => [moment.step, value(moment)])

/** The first seed's runs under one feedback, by rising κ_T. */
function firstSeed(c: Configuration, runs: readonly LabeledRun[], feedback: string): readonly LabeledRun[] {
  return runs.filter((run) => run.feedback === feedback && run.seed === c.seed)
}

function layers(c: Configuration): readonly number[] {
  return Array.from({ length: c.depth - 1 }, (_, index) => index + 2)
}

/** κ(A_l) over training with both laws, one panel per teacher. */
export function conditionOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const shown = firstSeed(c, runs, c.feedback.includes('orthogonal') ? 'orthogonal' : 'gaussian').filter((
    { targetCondition },
  ) => targetCondition > 1)
  const figures = shown.map(({ targetCondition, run }) => {
    const early = run.marks.get(EARLY)?.step ?? 1
    const series = layers(c).flatMap((layer, index): Series[] => {
      const law = (from: number, to: number, value: number): Series => ({ name: `law, A${subscript(layer)}`,
        points: [[from, value], [to, value]], dashed: true, color: index })
      return [{ name: `κ(A${subscript(layer)})`, points: curveOf(run, (moment) => moment.conditionNumbers[index]),
        color: index }, law(c.depth, early, earlyCondition(targetCondition, layer)),
        law(run.steps / 2, run.steps, finalCondition(targetCondition, layer, c.depth))]
    })
    return { title: `κ_T = ${targetCondition}`, x: STEPS,
      y: { label: 'condition number κ(A_l)', scale: 'log' as const }, series }
  })
  return {
    svg: panels({ figures, share: 'x' }),
    wide: true,
    caption:
      `Condition numbers of the alignment matrices over training, orthogonal feedback, seed ${c.seed}, from the recursion. `
      + 'Dashed: κ_T^(2^(l−1)) while the error is still the target, κ_T^(2^(l−1)/(2^L−1)) at convergence.',
  }
}

/** WA_l over training, one panel per teacher. */
export function alignmentOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const feedback = c.feedback.includes('orthogonal') ? 'orthogonal' : 'gaussian'
  const figures = firstSeed(c, runs, feedback).map(({ targetCondition, run }) => ({
    title: `κ_T = ${targetCondition}`,
    x: STEPS,
    y: { label: 'alignment (cosine)', domain: [-0.1, 1.05] as const },
    series: [
      ...layers(c).map((layer, index): Series => ({ name: `WA${subscript(layer)}`, points: curveOf(run, (moment) =>
        moment.weightAlignment[index]) })
      ),
      { name: 'probe GA₁', points: curveOf(run, (moment) => moment.probeGradientAlignment), color: c.depth },
      { name: 'GA₁ on real errors', points: curveOf(run, (moment) => moment.gradientAlignment), color: c.depth + 1 },
    ],
    marks: [{ y: 1 / Math.sqrt(c.outputs), label: '1/√n_L' }],
  }))
  return {
    svg: panels({ figures, share: 'both' }),
    wide: true,
    caption:
      `Weight alignment and gradient alignment at layer 1, ${feedback} feedback, seed ${c.seed}. 1/√n_L is the weight alignment of a rank-one A_l. `
      + 'On real errors GA₁ is not monotone in κ_T: the residual turns from the strong modes to the weak ones; probes are isotropic and see all.',
  }
}

/** Relative loss over training. */
export function lossOverTime(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const feedback = c.feedback.includes('orthogonal') ? 'orthogonal' : 'gaussian'
  return {
    svg: lineFigure({
      title: 'Loss over training',
      x: STEPS,
      y: { label: 'loss, relative to the start', scale: 'log' },
      series: firstSeed(c, runs, feedback).map(({ targetCondition, run }) => ({ name: `κ_T = ${targetCondition}`,
        points: curveOf(run, ({ loss }) => loss) })
      ),
      marks: [{ y: EARLY, label: 'early' }],
    }),
    caption:
      `Population loss, ${feedback} feedback, seed ${c.seed}. "Early" measurements are taken where the loss first falls below ${EARLY}.`,
  }
}

/** Final κ(A_l) against κ_T with the law. */
export function finalConditions(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const list = c['target-condition']
  const series = layers(c).flatMap((layer, index): Series[] => {
    const law: Points = Array.from({ length: 25 }, (_, i) => {
      const condition = Math.pow(list[list.length - 1], i / 24)
      return [condition, finalCondition(condition, layer, c.depth)]
    })
    const measured = c.feedback.map((feedback, f): Series => {
      const points = list.map((condition) => {
        const values = runs.filter((run) => run.feedback === feedback && run.targetCondition === condition).map((
          { run },
        ) => run.final.conditionNumbers[index])
        return [condition, Math.exp(mean(values.map(Math.log)))] as const
      })
      return { name: `A${subscript(layer)}, ${feedback}`, points, draw: 'markers', color: index + f * COLORS }
    })
    return [{ name: `law, A${subscript(layer)}`, points: law, dashed: true, color: index }, ...measured]
  })
  return {
    svg: lineFigure({ title: 'Final condition numbers',
      x: { label: 'condition number of the teacher κ_T', scale: 'log' },
      y: { label: 'κ(A_l) at the end', scale: 'log' }, series, width: 520, height: 320 }),
    caption:
      `κ(A_l) at relative loss 10⁻⁴, geometric mean over ${
        count(c.seeds, 'seed')
      }, against κ_T^(2^(l−1)/(2^L−1)). The law is for orthogonal feedback; `
      + 'Gaussian feedback adds the conditioning of FᵀF. The excess at large κ_T is the unfinished weakest mode; the run-on claims remove it.',
  }
}

/** Every recorded moment of every run: WA_l against κ(A_l). */
export function conditioningDecides(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const series = layers(c).map((layer, index): Series => ({
    name: `layer ${layer}`,
    draw: 'markers',
    points: runs.filter(({ feedback }) => feedback === 'orthogonal').flatMap(({ run }) =>
      run.curve.map((moment) => [moment.conditionNumbers[index], moment.weightAlignment[index]] as const)
    ),
  }))
  return {
    svg: lineFigure({ title: 'Weight alignment and conditioning',
      x: { label: 'condition number κ(A_l)', scale: 'log', domain: [1, 1e8] }, y: { label: 'weight alignment WA_l' },
      series, marks: [{ y: 1 / Math.sqrt(c.outputs), label: '1/√n_L' }], width: 520, height: 320 }),
    caption:
      'All recorded moments of all runs with orthogonal feedback, every teacher and layer, early and late. Near κ = 1 they lie on one curve; along '
      + 'every run the alignment rises as κ falls. Further out the same κ allows different alignments: there the whole spectrum counts, not only its ends.',
  }
}

/** Final probe alignment against κ_T, prediction, bound and both feedbacks. */
export function finalProbes(c: Configuration, runs: readonly LabeledRun[]): ReportFigure {
  const list = c['target-condition']
  const probes = runs[0].setup.probes
  const series: Series[] = [{
    name: 'prediction',
    dashed: true,
    color: 0,
    points: list.map((
      condition,
    ) => [condition,
      predictedProbeAlignment(linearTeacher(c.outputs, c.inputs, condition, c.seed).spectrum, c.depth, probes)]
    ),
  }]
  c.feedback.forEach((feedback, color) => {
    const final = list.map((condition) =>
      runs.filter((run) => run.feedback === feedback && run.targetCondition === condition).map(({ run }) =>
        run.final.probeGradientAlignment
      )
    )
    series.push(acrossSeeds(feedback, list, final, { color, draw: 'markers' }))
  })
  const orthogonal = firstSeed(c, runs, 'orthogonal')
  if (orthogonal.length > 0) {
    series.push({
      name: 'Kantorovich bound',
      dashed: true,
      color: 3,
      points: orthogonal.map((
        { targetCondition, run, setup },
      ) => [targetCondition,
        kantorovichBound(conditionOnRank(backwardProduct(run.alignment, grams(setup.feedback), 1), setup.rank))]
      ),
    })
  }
  return {
    svg: lineFigure({ title: 'Gradient alignment at the end',
      x: { label: 'condition number of the teacher κ_T', scale: 'log' },
      y: { label: 'probe GA₁ at the end', domain: [0, 1.05] }, series, width: 520, height: 320 }),
    caption:
      `${c.seeds > 1 ? 'Mean and range' : 'Values'} over ${
        count(c.seeds, 'seed')
      } at relative loss 10⁻⁴. Prediction: the laws’ modes, P₁ = diag(s/α₁). The bound `
      + '2√κ/(1+κ) with κ = κ(P₁) is what the worst error would see.',
  }
}

/** 1 − GA₁ against width for Gaussian feedback. */
export function widthFigure(width: Laws['width']): ReportFigure {
  const widths = width.map((one) => one.width)
  const distances = width.map(({ alignments }) => alignments.map((value) => 1 - value))
  const first = mean(distances[0] ?? [NaN])
  return {
    svg: lineFigure({
      title: 'Width makes Gaussian feedback orthogonal',
      x: { label: 'hidden width', scale: 'log' },
      y: { label: '1 − probe GA₁', scale: 'log' },
      series: [acrossSeeds('measured', widths, distances, { draw: 'both' }), { name: 'slope −1', dashed: true, color: 1,
        points: widths.map((w) => [w, (first * widths[0]) / w]) }],
    }),
    caption:
      `κ_T = 1, Gaussian feedback, relative loss 10⁻⁵; mean and range over ${
        count(distances[0]?.length ?? 0, 'seed')
      }. ` + 'FᵀF − I has entries of order 1/√n, its effect on a cosine is of second order: 1 − GA falls like 1/n.',
  }
}

/** Weight alignment with ill-conditioned inputs. */
export function inputFigure(c: Configuration, inputCondition: Laws['inputCondition']): ReportFigure {
  const figures = inputCondition.map(({ condition, run }) => ({
    title: `κ_x = ${condition}`,
    x: STEPS,
    y: { label: 'alignment (cosine)', domain: [0, 1.05] as const },
    series: [
      ...layers(c).map((layer, index): Series => ({ name: `WA${subscript(layer)}`,
        points: run.curve.map((moment) => [moment.step, moment.weightAlignment[index]]) })
      ),
      { name: 'relative loss', dashed: true, color: 5,
        points: run.curve.map((moment) => [moment.step, moment.loss] as const) },
    ],
  }))
  return {
    svg: panels({ figures, share: 'both' }),
    wide: true,
    caption:
      `Orthogonal teacher, inputs of condition number κ_x, orthogonal feedback, seed ${c.seed}: badly conditioned inputs delay alignment, they do not spoil it. `
      + 'Dashed: relative loss.',
  }
}

/** MNIST: one panel per quantity, one line per condition, mean and range over seeds. */
export function mnistFigure(runs: readonly MnistRun[]): ReportFigure {
  const names = [...new Set(runs.map(({ condition }) => condition))]
  const panel = (title: string, label: string, scale: 'log' | 'linear', value: (moment: MnistMoment) => number) => ({
    title,
    x: STEPS,
    y: { label, scale },
    series: names.map((name): Series => {
      const own = runs.filter(({ condition }) => condition === name)
      const steps = own[0].curve.map(({ step }) => step)
      return acrossSeeds(name, steps, steps.map((_, time) => own.map(({ curve }) => value(curve[time]))), {
        draw: 'line',
      })
    }),
  })
  return {
    svg: panels({
      share: 'x',
      figures: [panel('Conditioning of A₂', 'κ(A₂)', 'log', (moment) => moment.conditionNumbers[0]),
        panel('Conditioning of A₄', 'κ(A₄)', 'log', (moment) => moment.conditionNumbers[2]),
        panel('Weight alignment, layer 2', 'WA₂', 'linear', (moment) => moment.weightAlignment[0]),
        panel('Weight alignment, layer 4', 'WA₄', 'linear', (moment) => moment.weightAlignment[2]),
        panel('Gradient alignment', 'probe GA₁', 'linear', (moment) => moment.probeGradientAlignment),
        panel('Loss', 'loss (running mean)', 'log', (moment) => moment.loss)],
    }),
    wide: true,
    caption:
      'MNIST, 784-100-100-100-10 linear network trained by the float32 engine from zero weights, batch 100, orthogonal feedback; mean and range over '
      + `${
        count(runs.length / names.length, 'seed')
      }. Alignments are relative to the largest value that a task of rank 9 allows, √(9/10).`,
  }
}

/** The mean over seeds at each place with a band from the least to the largest; `values` are per place. */
function acrossSeeds(name: string, places: readonly number[], values: readonly (readonly number[])[],
  look: Partial<Series>): Series
{
  const band = places.map((x, i) => [x, Math.min(...values[i]), Math.max(...values[i])] as const)
  return {
    name,
    points: places.map((x, i) => [x, mean(values[i])]),
    ...(values.some((list) => list.length > 1) ? { band } : {}),
    ...look,
  }
}
