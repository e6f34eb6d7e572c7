// Align, then memorize: equations and simulation of a two-layer student over each other.

import { lineFigure, type Series } from '../../src/lab/report/figure.ts'
import { subscript } from '../../src/lab/report/format.ts'
import type { Axis } from '../../src/lab/report/plot.ts'
import { CONTROLS, type MemorizeView, type StudentMoment } from './memorize-run.ts'
import { drawn, type Panel } from './panel.ts'

const TIME = { label: 'time (samples per input)', scale: 'log' } as const

/** One quantity or several, simulated as lines and from the equations as dashes of the same color. */
function figure(view: MemorizeView, title: string, y: Axis,
  quantities: readonly (readonly [name: string, value: (moment: StudentMoment) => number])[]): string
{
  const points = (moments: readonly StudentMoment[], value: (moment: StudentMoment) => number): Series['points'] =>
    moments.map((moment) => [moment.time, value(moment)])
  const series = quantities.flatMap(([name, value],
    color): Series[] => [{ name, points: points(view.simulated, value), color, draw: 'line' },
    ...(view.predicted.length === 0 ? []
      : [{ name: `${name}, equations`, points: points(view.predicted, value), color, dashed: true }])]
  )
  return lineFigure({ title, x: TIME, y, series })
}

const perUnit = (view: MemorizeView, name: string, value: (moment: StudentMoment, k: number) => number) =>
  view.feedback.map((_, k) => [`${name}${subscript(k + 1)}`, (moment: StudentMoment) => value(moment, k)] as const)

export const memorizePanel: Panel<typeof CONTROLS, MemorizeView> = {
  name: 'memorize',
  title: 'Align, then memorize',
  lead: [
    'A student with K hidden units sees fresh Gaussian inputs, labeled by a teacher with two units, and learns by direct feedback alignment with the feedback F [3.3]. In the limit of many inputs it is described by a few numbers, whose equations of motion [3.9, 3.11, 3.12] are integrated here beside a simulation of the network.',
    'First the output weights align with F while the error hardly falls [3.24, 3.25], then the student memorizes. Flip signs of F: erf units, odd functions, do not mind; ReLU units with negative feedback cannot follow a teacher of positive output weights, so that a student needs as many positive signs as the teacher has units [3.30].',
  ],
  controls: CONTROLS,
  figures: [
    drawn(
      'Generalization error [3.7]. Dashed: the equations of motion [3.9, 3.11, 3.12], in closed form for erf and linear units only.',
      (view: MemorizeView) =>
        figure(view, 'Generalization error', { label: 'ε_g', scale: 'log' }, [['ε_g', ({ error }) => error]]),
    ),
    drawn(
      'cos∠(v, F) of output weights and feedback: the gradient alignment of this network. In the degenerate minimum every v_k has the sign of F_k [3.28].',
      (view: MemorizeView) =>
        figure(view, 'Alignment', { label: 'cos∠(v, F)', domain: [-1.05, 1.05] }, [['cos∠(v, F)', ({ alignment }) =>
          alignment]]),
    ),
    drawn('Output weights v_k [3.12].', (view: MemorizeView) =>
      figure(view, 'Output weights', { label: 'v_k' }, perUnit(view, 'v', ({ outputs }, k) =>
        outputs[k]))),
    drawn(
      'R_km/√(Q_kk T_mm), the cosine of each student unit with the teacher unit nearest to it, from the overlaps [3.4, 3.9, 3.11]: ±1 where it has become that unit.',
      (view: MemorizeView) =>
        figure(view, 'Which teacher unit is found', { label: 'cosine', domain: [-1.05, 1.05] },
          perUnit(view, 'unit ', ({ recovered }, k) => recovered[k])),
    ),
  ],
  numbers: ({ simulated, predicted, feedback }) => {
    const own = simulated.at(-1), law = predicted.at(-1)
    return {
      columns: [{ name: 'Unit' }, { name: 'F_k' }, { name: 'v_k' }, { name: 'v_k, equations' }, { name: 'cosine' }, {
        name: 'cosine, equations',
      }],
      rows: feedback.map((f,
        k) => [k + 1, f, own?.outputs[k] ?? null, law?.outputs[k] ?? null, own?.recovered[k] ?? null,
        law?.recovered[k] ?? null]
      ),
    }
  },
  outcome: ({ simulated, chance }, { activation }) =>
    `Generalization error ${(simulated.at(-1)?.error ?? NaN).toPrecision(3)}. ${
      activation === 'relu' ? `Of random signs, a share of ${chance} can learn.` : ''
    }`,
}
