// One panel on the page: its words, controls and figures as elements.

import type { Control } from './controls.ts'
import { type Panel, words } from './panel.ts'

/** The elements that change. */
export interface Stage {
  readonly root: HTMLElement
  readonly form: HTMLFormElement
  readonly run: HTMLButtonElement
  readonly step: HTMLButtonElement
  readonly again: HTMLButtonElement
  /** Where the run is; not spoken, it changes all the time. */
  readonly where: HTMLElement
  /** How it ended; spoken. */
  readonly status: HTMLElement
  readonly hosts: readonly HTMLElement[]
  readonly numbers: HTMLElement
  readonly files: HTMLInputElement | undefined
  /** Shows the values, and which of the controls matter. */
  readonly show: (values: Readonly<Record<string, string | number>>) => void
}

/** An element with text or children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Tag]
{
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

function shownValue(control: Control, value: string | number): string {
  return control.show?.(value) ?? String(value).replace('-', '−')
}

/** A labeled control that calls `changed` with what is chosen. */
function controlElement(name: string, control: Control,
  changed: (value: string | number) => void
): { readonly row: HTMLElement; readonly show: (value: string | number) => void } {
  const { label, values } = control
  const id = `control-${name}`
  const caption = element('label', { for: id })
  const text = element('span')
  text.innerHTML = words(label)
  caption.append(text)
  if (control.slider !== true) {
    const select = element('select', { id }, ...values.map((value, index) =>
      element('option', { value: String(index) }, shownValue(control, value))
    ))
    select.addEventListener('change', () => changed(values[select.selectedIndex]))
    return { row: element('p', {}, caption, select), show: (value) => {
      select.selectedIndex = values.indexOf(value)
    } }
  }
  const output = element('output', { for: id, 'aria-live': 'off' })
  caption.append(output)
  const range = element('input', { id, type: 'range', min: '0', max: String(values.length - 1), step: '1' })
  range.addEventListener('input', () => changed(values[range.valueAsNumber]))
  return { row: element('p', {}, caption, range), show: (value) => {
    range.valueAsNumber = values.indexOf(value)
    output.textContent = shownValue(control, value)
    range.setAttribute('aria-valuetext', shownValue(control, value))
  } }
}

/** Builds a panel's elements; `changed` is told of every choice. */
export function stage(panel: Panel, changed: (name: string, value: string | number) => void): Stage {
  const rows = Object.entries(panel.controls).map(([name, control]) => ({ name, control,
    ...controlElement(name, control, (value) => changed(name, value)) })
  )
  const run = element('button', { type: 'button', class: 'main' })
  const step = element('button', { type: 'button', title: 'On to the next point of the curves' }, 'Step')
  const again = element('button', { type: 'button' }, 'Restart')
  const where = element('p', { class: 'state' })
  const status = element('p', { class: 'state', role: 'status' })
  const files = panel.takesFiles === true ? element('input', { type: 'file', id: 'files', multiple: '' }) : undefined
  const form = element('form', { 'aria-label': 'Choices' }, element('p', { class: 'buttons' }, run, step, again), where,
    status, ...rows.map(({ row }) => row),
    ...(files === undefined ? []
      : [element('p', {}, element('label', { for: 'files' }, 'IDX files of your own'), files)]))
  form.addEventListener('submit', (event) => event.preventDefault())
  const hosts = panel.figures.map(() => element('div', { class: 'drawing' }))
  const figures = panel.figures.map(({ caption, wide }, k) => {
    const text = element('figcaption')
    text.innerHTML = words(caption)
    const clickable = k === 0 && panel.choose !== undefined
    return element('figure', { class: `${wide === true ? 'wide' : ''}${clickable ? ' clickable' : ''}` }, hosts[k],
      text)
  })
  const numbers = element('div')
  const lead = panel.lead.map((text) => {
    const paragraph = element('p')
    paragraph.innerHTML = words(text)
    return paragraph
  })
  const about = element('details', { class: 'about' }, element('summary', {}, 'What this is'),
    element('div', { class: 'lead' }, ...lead))
  about.open = matchMedia('(min-width: 40rem)').matches
  const root = element('section', { 'aria-labelledby': 'title' }, element('h2', { id: 'title' }, panel.title), about,
    element('div', { class: 'work' }, form,
      element('div', {}, element('div', { class: 'figures' }, ...figures), numbers)))
  return { root, form, run, step, again, where, status, hosts, numbers, files, show: (values) => {
    for (const { name, control, row, show } of rows) {
      show(values[name])
      row.hidden = control.matters?.(values) === false
    }
  } }
}
