// What a panel is made of: words, controls, figures.

import { mathHtml } from '../../src/lab/report/mathematics.ts'
import { htmlTable, type Table } from '../../src/lab/report/table.ts'
import type { Controls, ValuesOf } from './controls.ts'
import type { RunName } from './runs.ts'
import type { Progress } from './simulation.ts'

/** A figure that is drawn anew for every view. */
export interface Drawing<Values = never, View extends Progress = never> {
  /** Text with mathematics as reports have it, and equations as [2.31]. */
  readonly caption: string
  readonly wide?: boolean
  draw(host: HTMLElement, view: View, values: Values): void
}

/** One of the page's four. */
export interface Panel<C extends Controls = Controls, View extends Progress = Progress> {
  readonly name: RunName
  readonly title: string
  readonly lead: readonly string[]
  readonly controls: C
  readonly figures: readonly Drawing<ValuesOf<C>, View>[]
  /** The numbers behind the figures, as they stand. */
  numbers(view: View, values: ValuesOf<C>): Table
  /** How the run ended. */
  outcome(view: View, values: ValuesOf<C>): string
  /** What a click on the first figure chooses, from its place in the plane of the axes, both 0 … 1. */
  choose?(x: number, y: number): Partial<ValuesOf<C>>
  /** Takes image files of the reader. */
  readonly takesFiles?: boolean
}

/** A figure that is a string of markup. */
export function drawn<Values, View extends Progress>(caption: string, markup: (view: View, values: Values) => string,
  wide = false): Drawing<Values, View>
{
  return { caption, wide, draw(host, view, values) {
    host.innerHTML = markup(view, values)
  } }
}

/** Several figures side by side, below one caption. */
export function sideBySide(figures: readonly string[]): string {
  return `<div class="panels">${figures.join('')}</div>`
}

const CHAPTERS: Readonly<Record<string, string>> = {
  1: '1-setting',
  2: '2-deep-linear',
  3: '3-teacher-student',
  5: '5-rules',
  6: '6-stability',
  7: '7-shaped-feedback',
}

/** Words with mathematics, their equations linked into the derivation: [2.31] or [3.9, 3.11]. */
export function words(text: string): string {
  return mathHtml(text).replace(/\[(\d\.\d+(?:, \d\.\d+)*)\]/g,
    (_, list: string) =>
      `(${
        list.split(', ').map((number) => `<a href="theory/${CHAPTERS[number[0]]}.html#eq-${number}">${number}</a>`)
          .join(', ')
      })`)
}

export function tableMarkup(table: Table): string {
  return htmlTable(table, 'The numbers as they stand')
}
