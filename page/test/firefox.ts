// The built page in Firefox as distributions have it, by its own remote protocol (Marionette): messages
// `length:[0, id, command, parameters]`, answered by `length:[1, id, error, result]`.

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Firefox {
  readonly open: (address: string) => Promise<void>
  /** What the body of a function returns on the page. */
  readonly evaluate: (body: string) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** Nothing is asked of anybody; a port is chosen by the system. */
const PREFERENCES: Readonly<Record<string, unknown>> = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'marionette.port': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disabled': true,
  'toolkit.telemetry.enabled': false,
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Starts a Firefox with an empty profile. Throws: Error when it does not answer within a minute. */
export async function startFirefox(executable: string): Promise<Firefox> {
  const profile = mkdtempSync(join(tmpdir(), 'fa-firefox-'))
  const lines = Object.entries(PREFERENCES).map(([name, value]) =>
    `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`
  )
  writeFileSync(join(profile, 'user.js'), lines.join(''))
  const child = spawn(executable, ['--headless', '--marionette', '--no-remote', '--profile', profile], {
    stdio: 'ignore',
    env: { ...process.env, HOME: profile },
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async (): Promise<void> => {
    child.kill()
    await gone
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const socket = await connected(profile)
    const send = client(socket)
    await send('WebDriver:NewSession', {})
    return {
      open: async (address) => {
        // Another fragment of the same page would not load it anew.
        await send('WebDriver:Navigate', { url: 'about:blank' })
        await send('WebDriver:Navigate', { url: address })
      },
      evaluate: async (body) =>
        (await send('WebDriver:ExecuteScript', { script: body, args: [] }) as { value: unknown }).value,
      close: async () => {
        socket.destroy()
        await end()
      },
    }
  } catch (cause) {
    await end()
    throw cause
  }
}

/** The port stands in a file of the profile once Firefox listens. */
async function connected(profile: string): Promise<Socket> {
  for (let tries = 0; tries < 240; tries++) {
    await pause(250)
    try {
      const port = Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'))
      return await new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket))
        socket.once('error', reject)
      })
    } catch {
      // Not yet.
    }
  }
  throw new Error('startFirefox: Firefox must listen within a minute')
}

function client(socket: Socket): (command: string, parameters: object) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let bytes = Buffer.alloc(0)
  let last = 0
  socket.on('data', (part) => {
    bytes = Buffer.concat([bytes, part])
    for (;;) {
      const colon = bytes.indexOf(':')
      const length = Number(bytes.subarray(0, Math.max(0, colon)).toString())
      if (colon < 0 || bytes.length < colon + 1 + length) return
      const message: unknown = JSON.parse(bytes.subarray(colon + 1, colon + 1 + length).toString())
      bytes = bytes.subarray(colon + 1 + length)
      // The first message is a greeting.
      if (!Array.isArray(message)) continue
      const [, id, error, result] = message as [number, number, { message: string } | null, unknown]
      if (error === null) waiting.get(id)?.resolve(result)
      else waiting.get(id)?.reject(new Error(error.message))
      waiting.delete(id)
    }
  })
  return (command, parameters) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      const text = JSON.stringify([0, id, command, parameters])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
}
