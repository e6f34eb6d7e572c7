// Do the order-parameter equations describe the simulated student?

import type { OrderParameters } from '../../../theory/index.ts'
import { count, declared, last, mean, median, perSeed, type Run, sample, sideBySide } from '../index.ts'
import { curveOf, integrateStudent, sharedFeedback, simulateStudent, STUDENT, type StudentConfiguration,
  type StudentResult, T_AXIS } from '../two-layer/student.ts'

interface Result {
  readonly simulation: StudentResult
  readonly equations: StudentResult
}
type Student = Run<StudentConfiguration, Result>

/** End of the window of the claims: before any plateau of this setting is left. */
const WINDOW = 580

interface Setting {
  readonly sizes: readonly number[]
  /** The size of the figures and of the claims about single deviations. */
  readonly middle: number
  readonly seeds: number
  readonly until: number
  readonly long: number
}

/** ε_g simulated over ε_g integrated at the recorded times up to `until`, t = 0 left out. */
function ratios({ result: { simulation, equations } }: Student, until: number): readonly number[] {
  return simulation.times.flatMap((t, index) =>
    t > 0 && t <= until + 1e-9 ? [simulation.errors[index] / equations.errors[index]] : []
  )
}

/** √⟨log² ratio⟩ over the recorded times. */
function deviation(run: Student, until: number): number {
  return Math.sqrt(mean(ratios(run, until).map((ratio) => Math.log(ratio) * Math.log(ratio))))
}

/** Equations against simulation. */
export const odeVsSimulation = declared<Setting, StudentConfiguration, Result>({
  name: 'refinetti2021/ode-vs-simulation',
  title: 'Order-parameter equations against simulation',
  source: 'refinetti2021; theory (3.3), (3.9), (3.11), (3.12)',
  method: 'simulation',
  about:
    'A two-layer erf student learns online from a two-layer teacher. As the number of inputs grows, its overlaps with itself and with the teacher obey closed differential equations under DFA as under backpropagation.',
  scales: {
    quick: { minutes: 0.02, sizes: [60, 240], middle: 240, seeds: 2, until: 40, long: 40 },
    default: { minutes: 0.8, sizes: [125, 250, 500, 1000], middle: 500, seeds: 6, until: WINDOW, long: 5000 },
    paper: { minutes: 12, sizes: [250, 500, 1000, 2000], middle: 500, seeds: 20, until: WINDOW, long: 5000 },
  },
  decidedAtQuick: ['ode-bp'],
  plan({ sizes, middle, seeds, until, long }, first) {
    const base = { ...STUDENT, feedback: sharedFeedback(2), records: 80 }
    return sizes.flatMap((inputs) =>
      perSeed(first, seeds, (seed, index): readonly StudentConfiguration[] => {
        // Long runs for the figure and the end, at one size.
        const one = { ...base, inputs, seed, until: inputs === middle && index < 3 ? long : until }
        return [{ ...one, rule: 'dfa' }, ...(inputs === middle ? [{ ...one, rule: 'bp' } as const] : [])]
      }).flat()
    )
  },
  run(c, tools) {
    let initial: OrderParameters | undefined
    const simulation = simulateStudent(c, tools, (found) => {
      initial = found
    })
    if (initial === undefined) throw new Error('ode-vs-simulation: the simulation did not begin')
    return { simulation, equations: integrateStudent(c, initial, simulation.times) }
  },
  judge({ runs, claim, setting: { sizes, middle, until } }) {
    const of = (rule: 'dfa' | 'bp', inputs: number): readonly Student[] =>
      runs.filter(({ configuration: c }) => c.rule === rule && c.inputs === inputs)
    const isLong = ({ configuration }: Student): boolean => configuration.until > until
    const long = of('dfa', middle).filter(isLong)
    const within = (rule: 'dfa' | 'bp', setting: string) => {
      const worst = of(rule, middle).map((run) => Math.max(...ratios(run, until).map((ratio) => Math.abs(ratio - 1))))
      return claim.atMost(`ode-${rule}`,
        `${setting}: largest deviation of ε_g simulated from the equations up to t = ${until}, median of `
          + count(worst.length, 'seed'), median(worst), 0.05,
        `finite N: 1/√N is ${(100 / Math.sqrt(middle)).toFixed(1)} %`, {
        note: `single seeds: ${[...worst].sort((a, b) => a - b).map((x) => `${(100 * x).toFixed(1)} %`).join(', ')}`,
      })
    }
    const outputs = of('dfa', middle).map(({ result: { simulation, equations } }) =>
      Math.max(
        ...simulation.times.flatMap((t, time) =>
          t <= until + 1e-9 ? simulation.outputs[time].map((v, k) => Math.abs(v - equations.outputs[time][k])) : [0]
        ),
      )
    )
    const bySize = sizes.map((inputs) => sample(of('dfa', inputs).map((run) => deviation(run, until))))
    // Where both still learn: on the last slope ε_g falls exponentially and a small shift in time is any ratio.
    const late = long.flatMap(({ result: { simulation, equations } }) =>
      simulation.times.flatMap((t, time) =>
        t > until && Math.min(simulation.errors[time], equations.errors[time]) > 1e-3
          ? [simulation.errors[time] / equations.errors[time]] : []
      )
    )
    const ends = long.flatMap(({ result }) => [last(result.simulation.errors), last(result.equations.errors)])
    const shown = (rule: 'dfa' | 'bp'): readonly Student[] => {
      const list = of(rule, middle)
      return (list.some(isLong) ? list.filter(isLong) : list).slice(0, 3)
    }
    return {
      claims: [within('dfa', `DFA, erf, K = M = 2, N = ${middle}`), within('bp', 'backpropagation, the same setting'),
        claim.atMost('ode-outputs', `DFA: v simulated and integrated, largest difference up to t = ${until}`,
          sample(outputs), 0.01, 'finite N'),
        claim.ordered('ode-shrinks', `DFA: √⟨log²(ε_g simulated/integrated)⟩ at N = ${sizes.join(', ')}`, bySize,
          'falling', 0, 'sign'),
        ...long.slice(0, 1).map(({ configuration }) =>
          claim.atMost('ode-end',
            `DFA: both ε_g below 10⁻⁶ at t = ${configuration.until}; the worst of ${count(long.length, 'seed')}`,
            Math.max(...ends), 1e-6, 'finite time')
        ),
        ...late.slice(0, 1).map(() =>
          claim.atLeast('ode-escape',
            'DFA, after that and above ε_g = 10⁻³: the least ratio of the two, either way round',
            Math.min(...late.map((ratio) => Math.min(ratio, 1 / ratio))), 1 / 5,
            'the time of escape depends on the noise of a finite N')
        )],
      figures: [
        sideBySide(
          `Simulation at N = ${middle} and the order-parameter equations from the same initial overlaps; erf, K = M = 2, η = 0.1, σ₀ = 0.01. `
            + 'A plateau on which the units are not yet told apart, then the escape, whose time depends on the noise of a finite N. The line: end of the window of the claims.',
          (['dfa', 'bp'] as const).map((rule) => ({
            title: rule === 'dfa' ? 'DFA' : 'backpropagation',
            x: T_AXIS,
            y: { label: 'generalization error ε_g', scale: 'log' },
            series: shown(rule).flatMap(({ configuration: { seed }, result }, color) =>
              (['simulation', 'equations'] as const).map((which) =>
                curveOf(`${which}, seed ${seed}`, result[which].times, result[which].errors, { color,
                  dashed: which === 'equations' })
              )
            ),
            marks: [{ x: until }],
          })),
          'both',
        ),
      ],
      findings: [
        `The equations start from the very overlaps (Q, R, T, v) of each simulated student, so that nothing is fitted. Test errors of the simulation are computed from its order parameters and not sampled. A single seed deviates by some 1/√N, most on the steep first descent, where a small shift in time is a large ratio. `
        + `Deviation over N = ${sizes.join(', ')}: ${bySize.map((one) => one.mean.toFixed(4)).join(', ')}.`,
      ],
    }
  },
})
