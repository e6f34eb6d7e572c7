// The table of engines: how each is found, which version it is, how it runs a script. One row, one engine.

import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type PageKind, RESULT_PATH, runInBrowser } from './browser.ts'
import { lastLines, outputOf, start, within } from './process.ts'

/** One run of a bundle in one engine. */
export interface Job {
  /** The bundle: a script that declares `vectors`. */
  readonly bundle: string
  /** Handed to the bundle's `run`; plain data. */
  readonly options: object
  /** An empty folder of its own. */
  readonly folder: string
  readonly milliseconds: number
}

/** One row of the table. */
export interface Engine {
  readonly id: string
  readonly title: string
  /** Installs in reasonable time: part of `--ci`. */
  readonly ci: boolean
  /** Debian package that holds it; otherwise it is a package of this folder's package.json. */
  readonly apt?: string
  /** The program, or undefined when it is not here. */
  readonly find: () => string | undefined
  readonly version: (program: string) => Promise<string>
  /** Runs the job and returns the text that holds the answer. */
  readonly run: (program: string, job: Job) => Promise<string>
}

/** Stands before the answer, which may have other output around it. */
export const MARK = 'vectors:'

/** The bundle, then one statement that runs it and hands `MARK` and the result, or an error, to `emit`. */
function script({ bundle, options }: Job, emit: string): string {
  return `${bundle}
vectors.run(${JSON.stringify(options)}).then(
  (result) => (${emit})(${JSON.stringify(MARK)} + JSON.stringify(result)),
  (error) => (${emit})(${JSON.stringify(MARK)} + JSON.stringify({ error: String(error) + ' ' + String(error.stack) })),
)
`
}

const FIRST_NUMBER = /\d+(\.\d+)*(-\d\d-\d\d(?!\d))?/

/** The version in what the program prints. */
function versionBy(...args: readonly string[]): Engine['version'] {
  return async (program) => FIRST_NUMBER.exec(await outputOf(program, args, 20_000))?.[0] ?? ''
}

/** A program of an npm package below `packages`. */
function packaged(packages: string, path: string): Engine['find'] {
  return () => {
    const program = join(packages, 'node_modules', path)
    return isProgram(program) ? program : undefined
  }
}

function onPath(name: string): Engine['find'] {
  return () => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A shell: a program that takes a script file and prints. */
function shell(emit: string, args: (file: string) => readonly string[]): Engine['run'] {
  return async (program, job) => {
    const file = join(job.folder, 'vectors.js')
    writeFileSync(file, script(job, emit))
    const environment = { HOME: job.folder, DENO_NO_UPDATE_CHECK: '1' }
    return await outputOf(program, args(file), job.milliseconds, { cwd: job.folder, environment })
  }
}

function page(browser: Browser, kind: PageKind): Engine['run'] {
  const emit = `(text) => fetch('${RESULT_PATH}', { method: 'POST', body: text })`
  return (program, job) => runInBrowser(browser, program, kind, script(job, emit), job.folder, job.milliseconds)
}

/** A worker behind a port of the loopback interface, asked once. */
const workerd: Engine['run'] = async (program, job) => {
  const body = script(job, '(text) => answer(new Response(text))')
  const worker = `export default { fetch: () => new Promise((answer) => {\n${body}\n}) }\n`
  writeFileSync(join(job.folder, 'worker.js'), worker)
  const file = join(job.folder, 'config.capnp')
  writeFileSync(file, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.js")], compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
`)
  // The control descriptor reports the port that was given.
  const child = start(program, ['serve', file, '--control-fd=1'], { cwd: job.folder })
  try {
    let over = false
    const ended = child.ended.then((status) => {
      over = true
      throw new Error(`workerd ended, ${status}${lastLines(child.errors())}`)
    })
    const asked = async (): Promise<string> => {
      for (;;) {
        const port = /"event":"listen"[^}]*"port":(\d+)/.exec(child.output())?.[1]
        if (port !== undefined) return await (await fetch(`http://127.0.0.1:${port}/`)).text()
        if (over) return await ended
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    return await within(job.milliseconds, 'workerd', Promise.race([asked(), ended]))
  } finally {
    child.stop()
  }
}

/** QuickJS as WebAssembly inside this Node: the program is the package. */
function quickjs(packages: string, host: string, name: string): Pick<Engine, 'find' | 'version' | 'run'> {
  const folder = join(packages, 'node_modules', name)
  const release = (): string | undefined => {
    try {
      return /Version \[v?([^\]+]+)/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1]
    } catch {
      return undefined
    }
  }
  return {
    find: () => (release() === undefined ? undefined : name),
    version: async () => `${release()}`,
    run: (variant, job) =>
      shell('print', (file) => [host, join(packages, 'package.json'), variant, file])(process.execPath, job),
  }
}

/** All engines. `packages` is the folder of this package.json, `host` the compiled quickjs.js. */
export function engineTable(packages: string, host: string): readonly Engine[] {
  const node = shell('console.log', (file) => [file])
  const nodeOf = (major: number, ci: boolean): Engine => ({
    id: `node-${major}`,
    title: `Node ${major}`,
    ci,
    find: packaged(packages, `node-${major}/bin/node`),
    version: versionBy('--version'),
    run: node,
  })
  const browser = (name: Browser, program: string, title: string, kind: PageKind, ci: boolean): Engine => ({
    id: kind === 'plain' ? name : `${name}-${kind}`,
    title: `${title}, ${PAGE_TITLES[kind]}`,
    ci,
    apt: program,
    find: onPath(program),
    version: versionBy('--version'),
    run: page(name, kind),
  })
  return [{
    id: 'node',
    title: 'Node',
    ci: true,
    find: () => process.execPath,
    version: versionBy('--version'),
    run: node,
  }, nodeOf(22, true), nodeOf(24, false), nodeOf(26, true), {
    id: 'node-jitless',
    title: 'Node --jitless',
    ci: false,
    find: () => process.execPath,
    version: versionBy('--version'),
    run: shell('console.log', (file) => ['--jitless', file]),
  }, {
    id: 'deno',
    title: 'Deno',
    ci: true,
    find: packaged(packages, '@deno/linux-x64-glibc/deno'),
    version: versionBy('--version'),
    run: shell('console.log', (file) => ['run', '--no-remote', '--no-npm', file]),
  }, {
    id: 'bun',
    title: 'Bun',
    ci: true,
    find: packaged(packages, '@oven/bun-linux-x64/bin/bun'),
    version: versionBy('--version'),
    run: shell('console.log', (file) => ['--no-install', file]),
  }, {
    id: 'workerd',
    title: 'workerd',
    ci: false,
    find: packaged(packages, '@cloudflare/workerd-linux-64/bin/workerd'),
    version: versionBy('--version'),
    run: workerd,
  }, browser('chromium', 'chromium', 'Chromium', 'isolated', true),
    browser('chromium', 'chromium', 'Chromium', 'plain', true),
    browser('chromium', 'chromium', 'Chromium', 'strict', true),
    browser('firefox', 'firefox-esr', 'Firefox ESR', 'isolated', false),
    browser('firefox', 'firefox-esr', 'Firefox ESR', 'plain', false),
    browser('firefox', 'firefox-esr', 'Firefox ESR', 'strict', false), {
    // The shell prints no version of its own; the Debian package has that of WebKitGTK.
    id: 'jsc',
    title: 'JavaScriptCore (jsc)',
    ci: true,
    apt: 'libjavascriptcoregtk-4.0-bin',
    find: onPath('jsc'),
    version: () => versionBy('-W', '-f=${Version}', 'libjavascriptcoregtk-4.0-bin')('dpkg-query'),
    run: shell('print', (file) => [file]),
  }, {
    id: 'gjs',
    title: 'SpiderMonkey (gjs)',
    ci: false,
    apt: 'gjs',
    find: onPath('gjs'),
    version: versionBy('--version'),
    run: shell('print', (file) => [file]),
  }, {
    id: 'quickjs',
    title: 'QuickJS (as WebAssembly)',
    ci: true,
    ...quickjs(packages, host, '@jitl/quickjs-wasmfile-release-sync'),
  }, {
    id: 'quickjs-ng',
    title: 'QuickJS-ng (as WebAssembly)',
    ci: false,
    ...quickjs(packages, host, '@jitl/quickjs-ng-wasmfile-release-sync'),
  }]
}

const PAGE_TITLES: Readonly<Record<PageKind, string>> = {
  isolated: 'isolated page',
  plain: 'page',
  strict: 'strict policy',
}
