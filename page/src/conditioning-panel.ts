// Conditioning: the alignment matrices of a deep linear network against their laws.

import { lineFigure, type Series } from '../../src/lab/report/figure.ts'
import { subscript } from '../../src/lab/report/format.ts'
import { heatmap } from '../../src/lab/report/heatmap.ts'
import { type ConditioningValues, type ConditioningView, CONTROLS, type Moment } from './conditioning-run.ts'
import { drawn, type Panel, sideBySide } from './panel.ts'

const STEPS = { label: 'step', scale: 'log' } as const
const COSINE = { label: 'alignment (cosine)', domain: [-0.1, 1.05] } as const

const curve = ({ moments }: ConditioningView, value: (moment: Moment) => number): Series['points'] =>
  moments.map((moment) => [moment.step, value(moment)])

/** A horizontal line from the first to the last moment. */
function level(view: ConditioningView, value: number, from = 0): Series['points'] {
  const steps = view.moments.map(({ step }) => step)
  const last = steps.at(-1) ?? 1
  return steps.length === 0 ? [] : [[Math.max(steps[0], from * last), value], [last, value]]
}

function lossFigure(view: ConditioningView): string {
  const law = curve(view, ({ predictedLoss }) => predictedLoss)
  return lineFigure({
    title: 'Loss',
    x: STEPS,
    y: { label: 'loss, relative to the start', scale: 'log' },
    series: [{ name: 'loss', points: curve(view, ({ loss }) => loss), color: 0 },
      ...(law.every(([, y]) => Number.isNaN(y)) ? [] : [{ name: 'law', points: law, dashed: true, color: 0 }])],
  })
}

function conditionFigure(view: ConditioningView, { depth }: ConditioningValues): string {
  const series = view.laws.final.flatMap((final, color): Series[] => {
    const layer = color + 2
    const early = view.laws.early?.[color]
    const measured: Series = { name: `κ(A${subscript(layer)})`, color,
      points: curve(view, ({ condition }) => condition[color]) }
    return [measured, { name: `law, end, A${subscript(layer)}`, points: level(view, final, 0.4), dashed: true, color },
      ...(early === undefined ? []
        : [{ name: `law, early, A${subscript(layer)}`, dashed: true, color,
          points: level(view, early).map(([x, y], i) => [i === 0 ? x : Math.max(depth, x / 10), y] as const) }])]
  })
  return lineFigure({ title: 'Condition numbers of the alignment matrices', x: STEPS,
    y: { label: 'condition number κ(A_l)', scale: 'log' }, series })
}

function weightFigure(view: ConditioningView, { outputs }: ConditioningValues): string {
  return lineFigure({
    title: 'Weight alignment',
    x: STEPS,
    y: COSINE,
    series: view.laws.final.map((_, color) => ({ name: `WA${subscript(color + 2)}`, color,
      points: curve(view, ({ weight }) => weight[color]) })
    ),
    marks: [{ y: 1 / Math.sqrt(outputs), label: '1/√n_L' }],
  })
}

function gradientFigure(view: ConditioningView): string {
  const layers = view.laws.gradient.flatMap((final,
    color): Series[] => [{ name: `GA${subscript(color + 1)}`, color,
    points: curve(view, ({ gradient }) => gradient[color]) }, { name: `law, end, GA${subscript(color + 1)}`, color,
    dashed: true, points: level(view, final, 0.4) }]
  )
  return lineFigure({
    title: 'Gradient alignment',
    x: STEPS,
    y: COSINE,
    series: [...layers, { name: 'whole gradient', color: 5, points: curve(view, ({ whole }) => whole) }],
  })
}

function spectrumFigure({ laws, spectra }: ConditioningView): string {
  const at = (values: readonly number[]): Series['points'] =>
    [...values].sort((a, b) => b - a).map((value, i) => [i + 1, value])
  const series = laws.modes.flatMap((modes,
    color): Series[] => [{ name: `A${subscript(color + 1)}`, color, draw: 'markers', points: at(spectra[color] ?? []) },
    { name: `law, end, A${subscript(color + 1)}`, color, dashed: true, points: at(modes) }]
  )
  return lineFigure({
    title: 'Spectrum: singular values of A_l',
    x: { label: 'number of the singular value', whole: true },
    y: { label: 'singular value', scale: 'log' },
    series,
  })
}

function mapFigures({ maps }: ConditioningView): string {
  return sideBySide(maps.map((values, l) => {
    const most = Math.max(1e-300, ...values.flat().map(Math.abs))
    const basis = l === 0 ? 'UᵀA₁V' : `UᵀA${subscript(l + 1)}U`
    const labels = values.map((_, i) => String(i + 1))
    return heatmap({ title: basis, xTitle: 'mode', yTitle: 'mode', xLabels: labels, yLabels: labels, values,
      color: { label: 'entry', domain: [-most, most] }, map: 'diverging', width: 300 })
  }))
}

const OUTCOMES: Readonly<Record<ConditioningView['outcome'], string>> = {
  running: 'Not at its end yet.',
  learnt: 'Learnt: the loss is at one ten-thousandth of its start.',
  diverged: 'Diverged: the learning rate is too large.',
  unfinished: 'Not learnt in 200,000 steps.',
}

export const conditioningPanel: Panel<typeof CONTROLS, ConditioningView> = {
  name: 'conditioning',
  title: 'Conditioning',
  lead: [
    'A deep linear network learns a linear teacher by direct feedback alignment from zero weights. Then W_l = F_l A_l F_{l−1}ᵀ at every step [2.2], and the alignment matrices A_l obey an exact recursion [2.6], which is what runs here. Gradients align as far as the A_l are well conditioned.',
    'Raise κ_T, the condition number of the teacher: every layer squares what the layer below has [2.27], and alignment has to wait for the weakest mode. Feedback that knows the teacher’s spectrum changes that: balanced feedback aligns every layer [7.15], equalizing feedback teaches all modes at once [7.18].',
  ],
  controls: CONTROLS,
  figures: [
    drawn(
      'Relative population loss [2.7]. Dashed: gradient flow in closed form [7.9], for orthogonal and shaped feedback. Large rates leave it.',
      lossFigure,
    ),
    drawn(
      'κ(A_l) with the laws: κ_T^(2^(l−1)) early [2.28], κ_T^(2^(l−1)/(2^L−1)) at convergence [2.31]; for shaped feedback from [7.3] at convergence alone. The laws are those of orthogonal feedback and small rates; Gaussian feedback approaches them as it gets wide [2.44].',
      conditionFigure,
    ),
    drawn('WA_l, the cosine of W_l and F_l F_{l−1}ᵀ [2.16]. Dotted: what an A_l of rank one has.', weightFigure),
    drawn(
      'GA_l, the mean cosine of delivered and exact signal over isotropic errors [2.20, 2.24], with its law at convergence [7.12]; and the cosine of all gradients as one vector [7.20].',
      gradientFigure,
    ),
    drawn('Singular values of the A_l now, and where they end [2.30]; for shaped feedback [7.3].', spectrumFigure),
    drawn(
      'The alignment matrices in the teacher’s bases. For orthogonal and shaped feedback they stay diagonal [2.26, 7.2]; strong weight alignment is a multiple of the identity [2.17].',
      mapFigures,
      true,
    ),
  ],
  numbers: ({ moments, laws }) => {
    const now = moments.at(-1)
    const value = (list: readonly number[] | undefined, i: number): number | null => {
      const found = list?.[i]
      return found === undefined || Number.isNaN(found) ? null : found
    }
    return {
      columns: [{ name: 'Layer' }, { name: 'κ(A_l)' }, { name: 'law at the end' }, { name: 'WA_l' }, { name: 'GA_l' }],
      rows: Array.from({ length: laws.final.length + 1 },
        (_,
          i) => [i + 1, value(now?.condition, i - 1), value(laws.final, i - 1), value(now?.weight, i - 1),
          value(now?.gradient, i)]),
    }
  },
  outcome: ({ outcome, moments, laws }) =>
    `${OUTCOMES[outcome]} Loss ${(moments.at(-1)?.loss ?? 1).toPrecision(3)}; largest stable rate by theory ${
      laws.largestRate.toPrecision(3)
    }.`,
}
