// Short runs of all panels, and what Node computes for them.

import { valuesOf } from '../src/controls.ts'
import { runOf } from '../src/runs.ts'
import { finished } from '../src/simulation.ts'

export const LINKS: readonly string[] = ['conditioning?kappa=3&depth=3&outputs=4&feedback=orthogonal&rate=0.05&seed=2',
  'conditioning?kappa=3&depth=4&outputs=4&feedback=gaussian&width=64&rate=0.02&seed=1',
  'conditioning?kappa=3&depth=3&outputs=3&feedback=balanced&rate=0.02&seed=3',
  'memorize?activation=erf&units=2&f1=%2B1&f2=-1&inputs=100&rate=0.5&until=30&seed=1',
  'memorize?activation=relu&units=3&inputs=50&rate=0.2&until=30&seed=2', 'fixed?target=1&feedback=1&w1=-0.6&w2=-2.4',
  'digits?rule=direct-feedback-alignment&layers=1&width=16&epochs=1&seed=1',
  'digits?rule=kolen-pollack&layers=2&width=16&activation=relu&epochs=1&seed=2']

/** The fingerprint that Node ends with. */
export function inNode(link: string): string {
  const [name, query] = link.split('?')
  const { controls, simulate } = runOf(name)
  return finished(simulate(valuesOf(controls, query))).fingerprint
}

/** A server's policy that allows the page's own files and nothing else. */
export const STRICT = "default-src 'self'"
