// How long does importing the library take, and a run of the program? How many bytes are the rooms?

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { FLOORS, squeeze } from '../test/package-rules.ts'
import { assertHolds, median } from './harness.ts'
import { fixed, printTable, type Row } from './report.ts'

/** From build/bench/bench. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Measures and prints. Throws: WrongResult when the library has not been built or its import brings nothing. */
export function benchStartup(quick: boolean): readonly Row[] {
  const entry = join(ROOT, 'dist/index.js')
  assertHolds(existsSync(entry), 'startup: dist/index.js must exist; npm run build makes it')
  const print = printTable<Row>('Start-up: import in fresh processes; gzip bytes of JavaScript without comments', [{
    title: 'what',
    width: 16,
    left: true,
    value: (row) => row.case,
  }, { title: 'ms', width: 6, value: ({ ms }) => fixed(ms, 2) }, {
    title: 'bytes',
    width: 7,
    value: ({ bytes }) => fixed(bytes, 0),
  }])
  const rows: Row[] = []
  const add = (row: Row): void => {
    rows.push(row)
    print(row)
  }
  const script = 'const start = performance.now(); const { length } = Object.keys(await import(process.argv[1]));'
    + 'console.log(JSON.stringify({ milliseconds: performance.now() - start, length }))'
  const imported = (file: string): number => {
    const args = ['--input-type=module', '-e', script, pathToFileURL(file).href]
    const { milliseconds, length } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      milliseconds: number
      length: number
    }
    assertHolds(length > 0, `startup: ${file} exports nothing`)
    return milliseconds
  }
  const published = join(ROOT, 'build/package/dist/index.js')
  const entries = [['import, modules', entry], ...(existsSync(published) ? [['import', published]] : [])]
  // In turns, so that both meet the same machine.
  const rounds = Array.from({ length: quick ? 3 : 11 }, () => entries.map(([, file]) => imported(file)))
  entries.forEach(([name], at) => add({ suite: 'startup', case: name, ms: median(rounds.map((round) => round[at])) }))
  const program = join(ROOT, 'build/package/dist/lab/main.js')
  if (existsSync(program)) add({ suite: 'startup', case: 'run', ms: runMilliseconds(program, quick ? 3 : 9) })
  const rooms = Object.keys(FLOORS).filter((room) => room !== 'lab')
  for (const room of rooms) add({ suite: 'startup', case: room, bytes: gzipBytes([room]) })
  add({ suite: 'startup', case: 'library', bytes: gzipBytes(rooms) })
  return rows
}

/** From the start to the end of a process that makes and records one run of one step, as parts of job scripts do. */
function runMilliseconds(program: string, rounds: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-run-'))
  try {
    const file = join(folder, 'sweep.json')
    const train = { dataset: 'teacher', hidden: [16], epochs: 1, 'training-samples': 64, batch: 64 }
    writeFileSync(file, JSON.stringify({ name: 'one', train }))
    return median(Array.from({ length: rounds }, (_, round) => {
      const runs = join(folder, `runs-${round}`)
      const start = performance.now()
      execFileSync(process.execPath, [program, 'sweep', file, '--runs', runs, '--jobs', '1', '--part', '1/1'])
      const milliseconds = performance.now() - start
      assertHolds(
        readdirSync(runs, { recursive: true, encoding: 'utf8' }).some((name) => /[0-9a-f]{32}\.json$/.test(name)),
        'startup: the run must leave a record',
      )
      return milliseconds
    }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function gzipBytes(rooms: readonly string[]): number {
  const texts = rooms.flatMap((room) => {
    const folder = join(ROOT, 'dist', room)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    return names.filter((name) => name.endsWith('.js')).map((name) => squeeze(readFileSync(join(folder, name), 'utf8')))
  })
  return gzipSync(texts.join('\n'), { level: 9 }).length
}
