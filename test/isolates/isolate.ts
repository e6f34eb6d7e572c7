// What runs in the engine: one trajectory as the first thing in an isolate, and the ways to make fresh isolates that a
// script has. Becomes one script that declares `vectors`, as the runner of the engines expects.

import type { Isolate } from './cases.ts'
import type { Answer, Request, Way } from './messages.ts'
import { trajectory } from './trajectories.ts'

interface WebWorker {
  onmessage: (event: { readonly data: string }) => void
  onerror: (event: { readonly message?: string }) => void
  postMessage(message: object): void
  terminate(): void
}

interface NodeWorker {
  once(event: 'message', listener: (hash: string) => void): void
  once(event: 'error', listener: (error: Error) => void): void
  postMessage(message: object): void
  terminate(): Promise<unknown>
}

interface Frame {
  readonly contentWindow: { readonly vectors: { readonly computeHere: typeof computeHere } }
  readonly contentDocument: { readonly body: FrameBody; createElement(name: 'script'): { textContent: string } }
  remove(): void
}

interface FrameBody {
  appendChild(child: object): void
}

/** The few names of the hosts this file touches. */
interface Host {
  readonly structuredClone?: <T>(value: T) => T
  readonly Worker?: new(url: string, options: { type: 'module' }) => WebWorker
  readonly Blob: new(parts: readonly string[], options: { type: string }) => object
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void }
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown }
  readonly document: { readonly body?: FrameBody; readonly documentElement: FrameBody;
    createElement(name: 'iframe'): Frame }
  readonly location: { reload(): void }
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
}

const host = globalThis as unknown as Host

/** Strings that no program has seen yet, as a message brings them: an engine may hold its own names in another way. */
function fresh(isolate: Isolate): Isolate {
  const copied = JSON.parse(JSON.stringify(isolate)) as Isolate
  return host.structuredClone === undefined ? copied : host.structuredClone(copied)
}

/** What is written here is kept until the next is. */
export let garbage: unknown

/** A lookup by every string of the message, after which an engine may replace the string by its own. */
function lookUp(names: object): void {
  const table: Readonly<Record<string, number>> = { length: 0 }
  for (const value of Object.values(names) as readonly unknown[]) {
    if (typeof value === 'string') garbage = table[value]
    else if (typeof value === 'object' && value !== null) lookUp(value)
  }
}

/** Arrays of 64 elements, about 0.5 kB each: kept, they widen the young generation; dropped, they fill it. */
const KEPT = 6000
const DROPPED = 20000

/**
 * Widens the young generation, to be called before the names arrive: it is then not collected until the burst of
 * `compute`, or shortly before, and the first collection after the arrival may meet the optimizing compiler at work.
 */
export function prepare(): void {
  garbage = Array.from({ length: KEPT }, () => new Array(64))
  drop()
}

/** Fills the young generation at least once with what nobody needs. */
function drop(): void {
  for (let i = 0; i < DROPPED; i++) garbage = new Array(64)
}

/** The hash of one isolate's trajectory, or what it threw. */
export function compute({ asked, burst }: Isolate): string {
  lookUp(asked)
  let pressed = false
  try {
    return trajectory(asked, (step) => {
      if (pressed || step < burst) return
      pressed = true
      drop()
    })
  } catch (error) {
    return `threw ${String(error)}`
  }
}

/** `compute` where no message brings the names: they are copied after `prepare`. */
export function computeHere(isolate: Isolate): string {
  prepare()
  return compute(fresh(isolate))
}

/** All isolates of the request, one after the other. */
export async function run({ way, isolates, source }: Request): Promise<readonly Answer[]> {
  if (way === 'page') return await reloading(isolates)
  const answers: Answer[] = []
  for (const isolate of isolates) answers.push({ index: isolate.index, hash: await WAYS[way](isolate, source) })
  return answers
}

const WAYS: Readonly<Record<Exclude<Way, 'page'>, (isolate: Isolate, source: string) => Promise<string>>> = {
  process: async (isolate) => computeHere(isolate),
  worker: (isolate, source) => (host.Worker === undefined ? nodeWorker : webWorker)(isolate, source),
  async realm(isolate, source) {
    const vm = host.process?.getBuiltinModule?.('node:vm') as { readonly createContext: () => object;
      readonly runInContext: (code: string, context: object) => { readonly computeHere: typeof computeHere } }
    return vm.runInContext(`${source}\n;vectors`, vm.createContext()).computeHere(isolate)
  },
  async frame(isolate, source) {
    const { document } = host
    const frame = document.createElement('iframe')
    ;(document.body ?? document.documentElement).appendChild(frame)
    const script = frame.contentDocument.createElement('script')
    script.textContent = source
    frame.contentDocument.body.appendChild(script)
    const hash = frame.contentWindow.vectors.computeHere(isolate)
    frame.remove()
    return hash
  },
}

function webWorker(isolate: Isolate, source: string): Promise<string> {
  const { Worker, Blob, URL } = host as Required<Host>
  const listen = 'vectors.prepare(); globalThis.onmessage = ({ data }) => globalThis.postMessage(vectors.compute(data))'
  const url = URL.createObjectURL(new Blob([source, listen], { type: 'text/javascript' }))
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { type: 'module' })
    const end = (): void => {
      worker.terminate()
      URL.revokeObjectURL(url)
    }
    worker.onmessage = ({ data }) => {
      end()
      resolve(data)
    }
    worker.onerror = ({ message }) => {
      end()
      reject(new Error(`worker: ${message}`))
    }
    worker.postMessage(isolate)
  })
}

async function nodeWorker(isolate: Isolate, source: string): Promise<string> {
  const { Worker } = host.process?.getBuiltinModule?.('node:worker_threads') as {
    readonly Worker: new(source: string, options: { eval: true }) => NodeWorker
  }
  const listen = "const { parentPort } = require('node:worker_threads')\n"
    + "vectors.prepare()\nparentPort.once('message', (isolate) => parentPort.postMessage(vectors.compute(isolate)))"
  const worker = new Worker(source + listen, { eval: true })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.postMessage(isolate)
    })
  } finally {
    await worker.terminate()
  }
}

/** One isolate per load of the page; the answers wait in the session. */
async function reloading(isolates: readonly Isolate[]): Promise<readonly Answer[]> {
  const { sessionStorage, location } = host
  const answers = JSON.parse(sessionStorage.getItem('answers') ?? '[]') as readonly Answer[]
  const isolate = isolates[answers.length]
  const more = [...answers, { index: isolate.index, hash: computeHere(isolate) }]
  if (more.length === isolates.length) return more
  sessionStorage.setItem('answers', JSON.stringify(more))
  location.reload()
  return await new Promise(() => {})
}
