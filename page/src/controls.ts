// The parameters of a panel: what can be chosen, and how a link says it.

/** One choice: a slider through `values`, or a list of them. */
export interface Control<T extends string | number = string | number> {
  readonly label: string
  readonly values: readonly T[]
  readonly initial: T
  readonly slider?: boolean
  /** How a value is shown; as it is unless given. A method: controls of any values are Controls. */
  show?(value: T): string
  /** Whether the choice matters beside the others. */
  readonly matters?: (values: Readonly<Record<string, unknown>>) => boolean
}

/** Of a panel, by the name that links use. */
export type Controls = Readonly<Record<string, Control>>

/** What is chosen. */
export type ValuesOf<C extends Controls> = {
  readonly [Name in keyof C]: C[Name] extends Control<infer T> ? T : never
}

/** A choice among numbers by a slider. */
export function slider(label: string, values: readonly number[], initial: number,
  more: Pick<Control<number>, 'show' | 'matters'> = {}): Control<number>
{
  return { label, values, initial, slider: true, ...more }
}

/** A choice among names by a list. */
export function list<const T extends string>(label: string, values: readonly T[], initial: NoInfer<T>,
  more: Pick<Control<T>, 'show' | 'matters'> = {}): Control<T>
{
  return { label, values, initial, ...more }
}

/** `from`, `from` + `step`, … `to`, each rounded to the digits of the step. */
export function range(from: number, to: number, step: number): readonly number[] {
  const digits = (String(step).split('.')[1] ?? '').length
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(digits)))
}

/** The choices of a link; what it does not say, or says wrongly, is as at the beginning. */
export function valuesOf<C extends Controls>(controls: C, query: string): ValuesOf<C> {
  const said = new URLSearchParams(query)
  const values = Object.entries(controls).map((
    [name, { values: choices, initial }],
  ) => [name, choices.find((value) => String(value) === said.get(name)) ?? initial])
  return Object.fromEntries(values) as ValuesOf<C>
}

/** All choices as a link says them. */
export function queryOf(controls: Controls, values: Readonly<Record<string, unknown>>): string {
  return Object.entries(controls).map(([name]) => `${name}=${encodeURIComponent(String(values[name]))}`).join('&')
}
