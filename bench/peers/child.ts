// The process that holds one library: node child.js ENTRANT. Requests on standard input, answers on standard output.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { entrantNamed } from './entrants.ts'
import type { Opened, Request, WorkFiles } from './messages.ts'
import type { Peer, Prepared, Work } from './peer.ts'
import { largestError, timeFor, warmUp } from './timing.ts'

function float32(path: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(path)).buffer)
}

function float64(path: string): Float64Array {
  return new Float64Array(Uint8Array.from(readFileSync(path)).buffer)
}

function read(files: WorkFiles): Work {
  if (files.kind === 'product') return { ...files, a: float32(files.a), b: float32(files.b) }
  if (files.kind === 'model') return files
  if (files.kind === 'convolution') {
    const { batch, rate, kernel, convolutions, dense } = files
    const load = <T extends { readonly weight: string; readonly bias: string }>(layer: T) => ({
      ...layer,
      weight: float32(layer.weight),
      bias: float32(layer.bias),
    })
    return {
      kind: files.kind,
      batch,
      rate,
      kernel,
      convolutions: convolutions.map(load),
      dense: { ...load(dense), feedback: undefined },
      input: float32(files.input),
      target: float32(files.target),
    }
  }
  const layers = files.layers.map((layer) => ({
    ...layer,
    weight: float32(layer.weight),
    bias: float32(layer.bias),
    feedback: layer.feedback === undefined ? undefined : float32(layer.feedback),
  }))
  return { ...files, layers, input: float32(files.input), target: float32(files.target) }
}

interface Lane {
  readonly prepared: Prepared
  readonly calls: number
}

async function serve(name: string): Promise<void> {
  const open = entrantNamed(name)?.open
  if (open === undefined) throw new Error(`child: entrant must run in Node, got ${name}`)
  const lanes = new Map<number, Lane>()
  let peer: Peer | undefined
  const answer = async (request: Request): Promise<Opened | object> => {
    if (request.operation === 'open') {
      const start = performance.now()
      let imported = 0
      peer = await open(() => {
        imported = performance.now() - start
      })
      return { version: peer.version, import: imported, ready: performance.now() - start }
    }
    if (peer === undefined) throw new Error('child: open must come first')
    if (request.operation === 'prepare') {
      const prepared = await peer.prepare(read(request.work), request.variant)
      const expected = float64(request.work.expected)
      const start = performance.now()
      const result = await prepared.result()
      const ms = performance.now() - start
      const error = largestError(result, expected, 'parts' in request.work ? request.work.parts : [expected.length])
      const { warm } = request
      lanes.set(request.lane, { prepared, calls: warm === undefined ? 1 : await warmUp(prepared.run, warm) })
      return { error, ms }
    }
    const lane = lanes.get(request.lane)
    if (request.operation === 'drop') {
      lane?.prepared.dispose?.()
      lanes.delete(request.lane)
      return {}
    }
    if (lane === undefined) throw new Error(`child: lane ${request.lane} must be prepared first`)
    return { ms: await timeFor(lane.prepared.run, request.slice, lane.calls) }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: object
    try {
      reply = await answer(JSON.parse(line) as Request)
    } catch (cause) {
      reply = { reason: cause instanceof Error ? cause.message : String(cause) }
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`)
  }
  peer?.close?.()
  // Some libraries leave workers behind that would keep the process alive.
  process.exit(0)
}

// Libraries greet on the console; standard output carries answers only.
console.log = console.error
console.info = console.error
await serve(process.argv[2])
