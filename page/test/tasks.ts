// How long the page keeps its thread.

import type { Browser } from 'playwright-core'
import { ended } from './browser.ts'

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Time on the processor, in microseconds: what other programs take meanwhile does not count. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Opens an address, waits for the end of its run, and tells the longest task of all main threads of pages. */
export async function longestTask(browser: Browser, address: string): Promise<{ milliseconds: number; count: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] })
  await page.goto(address)
  await ended(page)
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: readonly TraceEvent[] }
  await context.close()
  const mains = new Set(
    trace.traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map((
      { pid, tid },
    ) => `${pid}/${tid}`),
  )
  const tasks = trace.traceEvents.filter(({ name, pid, tid, tdur }) =>
    name.endsWith('RunTask') && tdur !== undefined && mains.has(`${pid}/${tid}`)
  )
  return { milliseconds: tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000, count: tasks.length }
}
