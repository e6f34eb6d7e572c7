// The built page in Chromium: opened as a file, or from a server on the loopback interface under the strict policy.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export const BUILT: string = fileURLToPath(new URL('../../dist/page/', import.meta.url))

/** Where Debian and others have it; undefined where there is none. */
export function program(name: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  })
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css',
  '.js': 'text/javascript', '.svg': 'image/svg+xml' }

export interface Served {
  readonly address: string
  readonly close: () => void
}

/** Serves the built page under a policy. */
export async function serve(policy: string): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const file = join(BUILT, normalize(pathname === '/' ? '/index.html' : pathname))
    if (!file.startsWith(BUILT) || !existsSync(file)) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': policy, 'x-content-type-options': 'nosniff' }).end(readFileSync(file))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}

export const AS_FILE: string = pathToFileURL(join(BUILT, 'index.html')).href

/** A page, and what it complained of or asked others for. */
export interface Visit {
  readonly page: Page
  readonly faults: readonly string[]
  readonly close: () => Promise<void>
}

/** Opens an address. Faults are errors, messages on the console, and requests for anything but the page's own files. */
export async function visit(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const faults: string[] = []
  const own = address.startsWith('file:') ? pathToFileURL(BUILT).href : new URL(address).origin
  page.on('console', (message) => faults.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(own)) faults.push(`request: ${request.url()}`)
  })
  await page.goto(address)
  return { page, faults, close: () => context.close() }
}

/** Waits until the run has ended. */
export async function ended(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.dataset['state'] === 'done', undefined, { timeout: 240_000 })
}

/** The parameters' 16 digits as the page shows them. */
export async function fingerprint(page: Page): Promise<string> {
  return await page.locator('#fingerprint').innerText()
}
