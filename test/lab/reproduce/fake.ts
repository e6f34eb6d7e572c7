// An experiment that squares its seed, to show what the command around experiments does.

import { claimsOf } from '../../../src/lab/claims/claim.ts'
import { type Experiment, experiment } from '../../../src/lab/reproduce/experiment.ts'

/** Runs seeds seed, seed+1 and then one of the square of the last. `made` collects the configurations that were run. */
export function fake(name = 'paper/square', made: number[] = [], data: readonly string[] = [], offset = 0): Experiment {
  return experiment<{ seed: number }, { square: number }>({
    name,
    title: 'Squares',
    source: 'refinetti2021 section 9',
    about: 'Squares are products.',
    data,
    minutes: { quick: 0.01, default: 2, paper: 600 },
    revision: 1,
    plan(_scale, seed, done) {
      const first = [{ seed }, { seed: seed + 1 }]
      const last = done.find(({ configuration }) => configuration.seed === seed + 1)
      return last === undefined ? first : [...first, { seed: last.result.square + 10 }]
    },
    run({ seed }) {
      made.push(seed)
      if (seed === 13) throw new Error('thirteen')
      return { square: seed * seed + offset }
    },
    judge: (runs) => ({
      claims: [
        claimsOf({ source: 'refinetti2021 section 9', method: 'training' }).absolute('square', 's·s = s²',
          runs.map(({ result }) => result.square), runs.map(({ configuration: { seed } }) => seed * seed), 0, 'exact'),
      ],
      figures: [],
      tables: [{
        caption: 'Squares',
        table: { columns: [{ name: 'square' }], rows: runs.map(({ result }) => [result.square]) },
      }],
    }),
  })
}
