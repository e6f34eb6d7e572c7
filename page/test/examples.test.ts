import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, program, visit } from './browser.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const CHROMIUM = program('chromium')

describe.skipIf(CHROMIUM === undefined)('examples that are pages, beside the assembled package', () => {
  let project = ''
  let browser: Browser
  const servers: ChildProcess[] = []

  /** Starts the examples' own server; resolves to its address. */
  function served(...options: readonly string[]): Promise<string> {
    const server = spawn(process.execPath, ['examples/serve.js', '--port', '0', ...options], { cwd: project })
    servers.push(server)
    return new Promise((resolve, reject) => {
      server.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()))
      server.once('exit', () => reject(new Error('serve.js must stay')))
    })
  }

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'fa-pages-'))
    mkdirSync(join(project, 'node_modules'))
    symlinkSync(join(ROOT, 'build/package'), join(project, 'node_modules/feedback-alignment'))
    cpSync(join(ROOT, 'examples'), join(project, 'examples'), { recursive: true })
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    execFileSync(process.execPath, ['examples/inference/train.js'], { cwd: project })
    browser = await launch(CHROMIUM ?? '')
  })
  afterAll(async () => {
    servers.forEach((server) => server.kill())
    await browser.close()
    rmSync(project, { recursive: true, force: true })
  })

  /** What a page complains of, but for the icon that it does not have. */
  const real = (faults: readonly string[]): readonly string[] => faults.filter((text) => !text.includes('404'))

  it('inference: the checkpoint of Node answers, and again when asked anew', async () => {
    const { page, faults, close } = await visit(browser, `${await served()}examples/inference/`)
    await expect.poll(() => page.locator('#result').innerText()).toBe('lower right')
    await page.locator('#x').fill('-1')
    await page.locator('#y').fill('2')
    await expect.poll(() => page.locator('#result').innerText()).toBe('upper left')
    expect(real(faults)).toEqual([])
    await close()
  })

  it('strict page: trains in plain JavaScript', async () => {
    const { page, close } = await visit(browser, `${await served()}examples/strict-page/`)
    await page.waitForFunction(() => document.body.dataset['done'] === 'yes', undefined, { timeout: 60_000 })
    expect(await page.locator('#kernels').innerText()).toBe('blocked')
    expect(Number.parseFloat(await page.locator('#loss').innerText())).toBeLessThan(0.1)
    await close()
  })

  it('web worker: tells how far it is, ends with a checkpoint, and stops when told to', async () => {
    const address = `${await served()}examples/web-worker/`
    const { page, faults, close } = await visit(browser, address)
    await page.waitForFunction(() => document.body.dataset['bytes'] !== undefined, undefined, { timeout: 60_000 })
    expect(await page.locator('#progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(2000)
    expect(Number(await page.evaluate(() => document.body.dataset['bytes']))).toBeGreaterThan(10_000)
    await page.reload()
    await page.locator('#stop').click()
    await page.waitForFunction(() => document.body.dataset['bytes'] !== undefined)
    expect(await page.locator('#progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBeLessThan(2000)
    expect(real(faults)).toEqual([])
    await close()
  })

  it('threads: where the page is isolated, and on one thread where it is not; the same bits', async () => {
    // What explain() says of workers: a policy without blob: refuses those of text, and takes the file of the package.
    for (const [options, search, tier, begun] of [[['--isolated'], '', 'threads', true], [['--isolated', '--no-blob'],
      '', 'threads', false], [['--isolated', '--no-blob'], '?file', 'threads', true], [[], '', 'blocked',
      false]] as const)
    {
      const { page, close } = await visit(browser, `${await served(...options)}examples/threads/${search}`)
      await page.waitForFunction(() => document.body.dataset['same'] !== undefined, undefined, { timeout: 60_000 })
      expect(await page.evaluate(() => [document.body.dataset['tier'], document.body.dataset['same']])).toEqual([tier,
        'true'])
      const said = await page.locator('#explain').innerText()
      expect(/\b[1-9]\d* of \d+ workers have begun/.test(said), said).toBe(begun)
      await close()
    }
  })
})
