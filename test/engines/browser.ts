// A page on the loopback interface that runs the script and posts what it found; a headless browser that opens it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { lastLines, start, within } from './process.ts'

/** Headers of the page: SharedArrayBuffer only for `isolated`, no WebAssembly for `strict`. */
export type PageKind = 'isolated' | 'plain' | 'strict'

const HEADERS: Readonly<Record<PageKind, Readonly<Record<string, string>>>> = {
  isolated: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
  plain: {},
  strict: { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'" },
}

/** How each browser is told to open one page without talking to anyone else. `folder` is empty and its own. */
const COMMANDS = {
  chromium: (folder: string,
    url: string): readonly string[] => ['--headless', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', `--user-data-dir=${join(folder, 'profile')}`, url],
  firefox(folder: string, url: string): readonly string[] {
    const profile = join(folder, 'profile')
    mkdirSync(profile, { recursive: true })
    const line = ([name, value]: [string, unknown]): string => `user_pref("${name}", ${JSON.stringify(value)});\n`
    writeFileSync(join(profile, 'user.js'), Object.entries(FIREFOX_PREFERENCES).map(line).join(''))
    return ['--headless', '--no-remote', '--profile', profile, url]
  },
} as const

/** The browsers there are commands for. */
export type Browser = keyof typeof COMMANDS

const FIREFOX_PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  // A long computation on the page's own thread is no reason to ask anybody anything.
  'dom.max_script_run_time': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disabled': true,
  'services.settings.loglevel': 'off',
  'toolkit.telemetry.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
} as const

const PAGE = '<!doctype html><meta charset="utf-8"><title>vectors</title><script src="/vectors.js"></script>'

/** Where a script on the page posts its result. */
export const RESULT_PATH = '/result'

/** Opens the page and returns the text that it posts. Throws: Error when none comes in time or the browser ends. */
export async function runInBrowser(browser: Browser, program: string, kind: PageKind, script: string, folder: string,
  milliseconds: number): Promise<string>
{
  let post: (text: string) => void = () => {}
  const posted = new Promise<string>((resolve) => {
    post = resolve
  })
  const server = await listen((request, response) => answer(request, response, kind, script, post))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const child = start(program, COMMANDS[browser](folder, url), { environment: { HOME: folder } })
  try {
    const early = child.ended.then((status) => {
      throw new Error(`${browser} ended before the page posted anything, ${status}${lastLines(child.errors())}`)
    })
    return await within(milliseconds, browser, Promise.race([posted, early]))
  } finally {
    child.stop()
    server.closeAllConnections()
    server.close()
  }
}

function listen(answerRequest: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answerRequest)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function answer(request: IncomingMessage, response: ServerResponse, kind: PageKind, script: string,
  post: (text: string) => void): void
{
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...HEADERS[kind] }).end(body)
  }
  if (request.method === 'POST' && request.url === RESULT_PATH) {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    }).on('end', () => {
      send(200, 'text/plain', '')
      post(text)
    })
  } else if (request.url === '/') send(200, 'text/html', PAGE)
  else if (request.url === '/vectors.js') send(200, 'text/javascript', script)
  else send(404, 'text/plain', '')
}
