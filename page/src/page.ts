// The page. The same file is the worker's script: without a document it serves.

import { conditioningPanel } from './conditioning-panel.ts'
import { queryOf, valuesOf } from './controls.ts'
import { digitsPanel } from './digits-panel.ts'
import { type Engine, engine, serve } from './engine.ts'
import { filesOf } from './files.ts'
import { fixedPanel } from './fixed-panel.ts'
import { memorizePanel } from './memorize-panel.ts'
import { type Panel, tableMarkup } from './panel.ts'
import type { Report } from './runner.ts'
import type { Files } from './runs.ts'
import type { Progress } from './simulation.ts'
import { element, type Stage, stage } from './stage.ts'

const PANELS: readonly Panel[] = [conditioningPanel, memorizePanel, fixedPanel, digitsPanel]

/** Time that drawing takes of a frame before the next figure has to wait, in milliseconds. */
const FRAME = 6

if (typeof document === 'undefined') serve(globalThis as unknown as Parameters<typeof serve>[0])
else open(document.currentScript)

function open(script: Element | null): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  const main = document.getElementById('main')
  const navigation = document.getElementById('panels')
  if (!(script instanceof HTMLScriptElement) || main === null || navigation === null) return
  const links = PANELS.map(({ name, title }) => element('a', { href: `#${name}` }, title))
  navigation.append(...links)

  let panel = PANELS[0]
  let shown: Stage | undefined
  let values: Readonly<Record<string, string | number>> = {}
  let files: Files | undefined
  let id = 0
  let running = false
  let view: Progress | undefined
  let done = false
  /** Figures that are not of the last view, by their places; the numbers last. */
  let pending: number[] = []
  let framed = false
  let delayed: ReturnType<typeof setTimeout> | undefined

  const power: Engine = engine(script.src, (report) => receive(report))

  const say = (): void => {
    if (shown === undefined) return
    shown.run.textContent = running ? 'Pause' : done ? 'Run again' : 'Run'
    shown.step.disabled = done
    shown.where.replaceChildren(view === undefined ? 'Starting …' : `${view.where}. Fingerprint `,
      element('code', { id: 'fingerprint', title: 'Of the bits of all parameters' }, view?.fingerprint ?? ''))
    // Spoken when it rests: what goes on is not news.
    const text = running || view === undefined ? ''
      : panel.outcome(view, values)
        + (files === undefined ? '' : ' Your own files: the link alone does not repeat this.')
    if (shown.status.textContent !== text) shown.status.textContent = text
    document.body.dataset['state'] = done ? 'done' : running ? 'running' : 'paused'
    document.body.dataset['place'] = power.place()
  }

  /** Draws what is pending, a few figures per frame, then lets the engine go on. */
  const frame = (): void => {
    framed = false
    const begun = performance.now()
    while (pending.length > 0 && performance.now() - begun < FRAME) drawNext()
    if (pending.length > 0) return request()
    say()
    power.ask({ kind: 'drawn' })
  }
  const request = (): void => {
    if (framed) return
    framed = true
    requestAnimationFrame(frame)
  }
  const drawNext = (): void => {
    const place = pending.shift()
    if (place === undefined || shown === undefined || view === undefined) return
    if (place < panel.figures.length) panel.figures[place].draw(shown.hosts[place], view, values)
    else if (!running || !shown.numbers.contains(document.activeElement)) {
      shown.numbers.innerHTML = tableMarkup(panel.numbers(view, values))
    }
  }
  const drawAll = (): void => {
    pending = [...panel.figures.keys(), panel.figures.length]
    request()
  }

  const receive = (report: Report): void => {
    if (report.id !== id || shown === undefined) return
    if (report.kind === 'failed') {
      running = false
      done = true
      say()
      shown.status.textContent = `Stopped: ${report.message}`
      return
    }
    const first = view === undefined
    view = report.view
    done = report.done
    if (done) running = false
    // Without motion: the first view, and where it rests.
    if (!still.matches || first || !running) return drawAll()
    say()
    power.ask({ kind: 'drawn' })
  }

  const start = (go: boolean): void => {
    clearTimeout(delayed)
    id++
    view = undefined
    done = false
    running = go
    pending = []
    power.ask({ kind: 'start', id, run: panel.name, query: queryOf(panel.controls, values), files, running: go })
    // A first point to look at.
    if (!go) power.ask({ kind: 'step' })
    say()
  }

  const address = (): string => `#${panel.name}?${queryOf(panel.controls, values)}`
  const choose = (changes: Readonly<Record<string, string | number>>): void => {
    values = { ...values, ...changes }
    history.replaceState(null, '', address())
    shown?.show(values)
    clearTimeout(delayed)
    const go = running || !still.matches
    delayed = setTimeout(() => start(go), 120)
  }

  const pause = (): void => {
    running = false
    power.ask({ kind: 'pause' })
    drawAll()
  }

  const mount = (): void => {
    const [name, query = ''] = location.hash.slice(1).split('?')
    panel = PANELS.find((one) => one.name === name) ?? PANELS[0]
    values = valuesOf(panel.controls, query)
    files = undefined
    links.forEach((link, k) => {
      if (PANELS[k] === panel) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    })
    document.title = `${panel.title} – direct feedback alignment`
    const made = stage(panel, (control, value) => choose({ [control]: value }))
    shown = made
    made.show(values)
    made.run.addEventListener('click', () => {
      if (done) return start(true)
      if (running) return pause()
      running = true
      power.ask({ kind: 'run' })
      say()
    })
    made.step.addEventListener('click', () => {
      running = false
      power.ask({ kind: 'step' })
      say()
    })
    made.again.addEventListener('click', () => start(running))
    made.hosts[0].addEventListener('click', (event) => {
      const box = made.hosts[0].querySelector('svg svg')?.getBoundingClientRect()
      const x = box === undefined ? -1 : (event.clientX - box.left) / box.width
      const y = box === undefined ? -1 : 1 - (event.clientY - box.top) / box.height
      if (panel.choose !== undefined && x >= 0 && x <= 1 && y >= 0 && y <= 1) choose(clean(panel.choose(x, y)))
    })
    made.files?.addEventListener('change', () => void read(made.files?.files ?? null))
    main.replaceChildren(made.root)
    start(!still.matches)
  }

  const read = async (list: FileList | null): Promise<void> => {
    if (list === null || list.length === 0 || panel.takesFiles !== true) return
    try {
      files = filesOf(
        await Promise.all(
          [...list].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
        ),
      )
      start(true)
    } catch (cause) {
      if (shown !== undefined) {
        shown.status.textContent = `These files: ${cause instanceof Error ? cause.message : cause}`
      }
    }
  }
  addEventListener('dragover', (event) => {
    event.preventDefault()
    main.classList.toggle('over', panel.takesFiles === true)
  })
  for (const name of ['dragleave', 'drop'] as const) {
    addEventListener(name, (event) => {
      event.preventDefault()
      main.classList.remove('over')
      if (name === 'drop') void read(event.dataTransfer?.files ?? null)
    })
  }
  addEventListener('hashchange', mount)
  // A task of its own, after that of reading the script.
  setTimeout(mount)
}

/** Without what is undefined. */
function clean(changes: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  )
}
