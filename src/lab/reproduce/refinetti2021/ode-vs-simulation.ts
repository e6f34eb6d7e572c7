// Section 2.4a: do the order-parameter equations describe the simulated student?

import { type Claim } from '../../claims/claim.ts'
import { absolute, atLeast, atMost, notCovered, ordered } from '../../claims/legacy.ts'
import { panels } from '../../report/panels.ts'
import { experiment, type Run, type Scale } from '../experiment.ts'
import { meanAndDeviation } from '../../../dfa/index.ts'
import { integrateStudent, last, sharedFeedback, simulateStudent, type StudentConfiguration,
  type StudentResult } from '../two-layer/student.ts'
import type { OrderParameters } from '../../../theory/index.ts'

interface Result {
  readonly simulation: StudentResult
  readonly equations: StudentResult
}

/** The page's window: before any plateau of this setting is left. */
const WINDOW = 580

const SETTINGS: Readonly<
  Record<Scale,
    { readonly sizes: readonly number[]; readonly seeds: number; readonly until: number; readonly long: number }>
> = {
  quick: { sizes: [60, 240], seeds: 2, until: 40, long: 40 },
  default: { sizes: [125, 250, 500, 1000], seeds: 6, until: WINDOW, long: 5000 },
  paper: { sizes: [250, 500, 1000, 2000], seeds: 20, until: WINDOW, long: 5000 },
}

/** Root mean square of log(ε_g simulated/ε_g integrated) over the recorded times up to `until`. */
function deviation({ simulation, equations }: Result, until: number): number {
  const logs = simulation.times.flatMap((t, index) =>
    t > 0 && t <= until + 1e-9 ? [Math.log(simulation.errors[index] / equations.errors[index])] : []
  )
  return Math.sqrt(logs.reduce((sum, value) => sum + value * value, 0) / logs.length)
}

function judge(
  runs: readonly Run<StudentConfiguration, Result>[],
  scale: Scale,
): { claims: Claim[]; figures: { svg: string; caption: string; wide: boolean }[]; findings: string[] } {
  const { sizes, until } = SETTINGS[scale]
  const head = { source: 'refinetti2021 section 2.4a', method: 'simulation' } as const
  const middle = scale === 'quick' ? last(sizes) : 500
  const of = (rule: string, inputs: number): readonly Run<StudentConfiguration, Result>[] =>
    runs.filter(({ configuration: c }) => c.rule === rule && c.inputs === inputs)
  /** Largest |ratio − 1| over the recorded times, one per seed, ascending. */
  const worst = (rule: string): number[] =>
    of(rule, middle).map(({ result: { simulation, equations } }) =>
      Math.max(
        ...simulation.times.flatMap((t, index) =>
          t <= until + 1e-9 ? [Math.abs(simulation.errors[index] / equations.errors[index] - 1)] : []
        ),
      )
    ).sort((a, b) => a - b)
  const within = (id: string, rule: string, setting: string): Claim => {
    const list = worst(rule)
    return atMost({
      ...head,
      id,
      statement:
        `${setting}: largest deviation of ε_g simulated from the equations over all times up to t = ${until}, median of ${list.length} seeds`,
      note: `single seeds: ${list.map((value) => `${(100 * value).toFixed(1)} %`).join(', ')}; 1/√N is ${
        (100 / Math.sqrt(middle)).toFixed(1)
      } %`,
    }, (list[Math.floor((list.length - 1) / 2)] + list[Math.floor(list.length / 2)]) / 2, 0.05)
  }
  const outputs = of('dfa', middle).map(({ result: { simulation, equations } }) =>
    Math.max(
      ...simulation.times.flatMap((t, index) =>
        t <= until + 1e-9 ? simulation.outputs[index].map((v, k) => Math.abs(v - equations.outputs[index][k])) : [0]
      ),
    )
  )
  const seeds = of('dfa', middle).length
  const mean = (inputs: number): number =>
    meanAndDeviation(of('dfa', inputs).map(({ result }) => deviation(result, until))).mean
  const claims: Claim[] = [within('ode-dfa', 'dfa', `DFA, erf, K = M = 2, N = ${middle}`),
    within('ode-bp', 'bp', 'backpropagation, the same setting'),
    absolute({
      ...head,
      id: 'ode-outputs',
      statement: `DFA: v simulated and integrated, largest difference up to t = ${until}, mean over ${seeds} seeds`,
    }, [0], [meanAndDeviation(outputs).mean], 0.01),
    ordered({
      ...head,
      id: 'ode-shrinks',
      statement: `DFA: root mean square of log(ε_g simulated/integrated), mean over seeds, at N = ${sizes.join(', ')}`,
    }, 'falling', sizes.map(mean))]
  const long = runs.filter(({ configuration: c }) => c.rule === 'dfa' && c.inputs === middle && c.until > until)
  if (long.length > 0) {
    const ended = long.map(({ result: { simulation, equations } }) =>
      Math.max(last(simulation.errors), last(equations.errors))
    )
    claims.push(
      atMost({
        ...head,
        id: 'ode-end',
        statement: `DFA: both ε_g below 10⁻⁶ at t = ${
          long[0].configuration.until
        } (the page’s one seed: at t = 2000); the worst of ${long.length} seeds`,
      }, Math.max(...ended), 1e-6),
    )
    const window = long.flatMap(({ result: { simulation, equations } }) =>
      simulation.times.flatMap((t, index) => {
        // Where both still learn: on the last slope ε_g falls exponentially and a small shift in time is any ratio.
        return t > until && Math.min(simulation.errors[index], equations.errors[index]) > 1e-3
          ? [simulation.errors[index] / equations.errors[index]]
          : []
      })
    )
    if (window.length > 0) {
      claims.push(
        atLeast({
          ...head,
          id: 'ode-escape',
          statement: 'DFA, after that and above ε_g = 10⁻³: the least ratio of the two, either way round',
        }, Math.min(...window.map((ratio) => Math.min(ratio, 1 / ratio))), 1 / 5, 'of order 1'),
      )
    }
  }
  const curve = (
    run: Run<StudentConfiguration, Result>,
    name: string,
    which: keyof Result,
    color: number,
  ): { name: string; points: [number, number][]; dashed: boolean; color: number } => ({
    name,
    color,
    dashed: which === 'equations',
    points: run.result[which].times.flatMap((t, index): [number, number][] =>
      t > 0 ? [[t, run.result[which].errors[index]]] : []
    ),
  })
  const shown = (rule: string): readonly Run<StudentConfiguration, Result>[] =>
    (of(rule, middle).some(({ configuration }) => configuration.until > until)
      ? of(rule, middle).filter(({ configuration }) => configuration.until > until)
      : of(rule, middle)).slice(0, 3)
  const figures = [{
    wide: true,
    svg: panels({
      figures: ['dfa', 'bp'].map((rule) => ({
        title: rule === 'dfa' ? 'DFA' : 'backpropagation',
        x: { label: 't = steps/N', scale: 'log' as const },
        y: { label: 'generalization error ε_g', scale: 'log' as const },
        series: shown(rule).flatMap((
          run,
          index,
        ) => [curve(run, `simulation, seed ${run.configuration.seed}`, 'simulation', index),
          curve(run, `equations, seed ${run.configuration.seed}`, 'equations', index)]
        ),
        marks: [{ x: until }],
      })),
    }),
    caption:
      `Simulation at N = ${middle} and the order-parameter equations from the same initial overlaps; erf, K = M = 2, η = 0.1, σ₀ = 0.01. `
      + 'A plateau on which the units are not yet told apart, then the escape, whose time depends on the noise of a finite N. The line: end of the window of the claims.',
  }]
  return {
    claims: scale === 'quick'
      ? claims.map((claim) => (claim.verdict === 'fails' ? notCovered(claim, 'quick scale: N is small') : claim))
      : claims,
    figures,
    findings: [
      `The equations start from the very overlaps (Q, R, T, v) of each simulated student, so that nothing is fitted. Test errors of the simulation are computed from its order parameters and not sampled. A single seed deviates by some 1/√N, most on the steep first descent, where a small shift in time is a large ratio. `
      + `Deviation over N = ${sizes.join(', ')}: ${sizes.map((inputs) => mean(inputs).toFixed(4)).join(', ')}.`,
    ],
  }
}

/** refinetti2021 section 2.4a. */
export const odeVsSimulation = experiment<StudentConfiguration, Result>({
  name: 'refinetti2021/ode-vs-simulation',
  title: 'Order-parameter equations against simulation',
  source: 'refinetti2021 section 2.4a',
  about:
    'A two-layer erf student learns online from a two-layer teacher. As the number of inputs grows, its overlaps with itself and with the teacher obey closed differential equations under DFA as under backpropagation.',
  data: [],
  minutes: { quick: 0.02, default: 0.8, paper: 12 },
  revision: 1,
  plan(scale, seed) {
    const { sizes, seeds, until, long } = SETTINGS[scale]
    const middle = scale === 'quick' ? last(sizes) : 500
    const base = {
      activation: 'erf',
      teacher: [1, 1],
      feedback: sharedFeedback(2),
      rate: 0.1,
      deviation: 0.01,
      records: 80,
    } as const
    return sizes.flatMap((inputs) =>
      Array.from({ length: seeds }, (_, index): StudentConfiguration[] => {
        // Long runs for the figure and the end, at one size.
        const whole = inputs === middle && index < 3 ? long : until
        const one = { ...base, inputs, seed: seed + index, until: whole }
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
  judge,
})
