// The pool with workers that speak its language and do what the configuration asks: compiled modules are not needed.

import { describe, expect, it } from 'vitest'
import type { Experiment } from '../../../src/lab/reproduce/experiment.ts'
import { type Failure, type Job, type PoolOptions, runJobs,
  RUNS_PER_WORKER } from '../../../src/lab/reproduce/run-pool.ts'
import { fake } from './fake.ts'

const SOURCE = `
import { parentPort, threadId } from 'node:worker_threads'
parentPort.on('message', ({ job, configuration: { act, bytes = 0 } }) => {
  if (act === 'exit') process.exit(3)
  if (act === 'throw') throw new Error('thrown')
  if (act === 'hang') for (;;) { /* until terminated */ }
  if (act === 'fail') parentPort.postMessage({ job, kind: 'error', message: 'failed', bytes })
  else parentPort.postMessage({ job, kind: 'result', result: threadId, seconds: 1, bytes })
  if (act === 'later') setImmediate(() => { throw new Error('after the answer') })
})`
const MODULE = new URL(`data:text/javascript,${encodeURIComponent(SOURCE)}`)
const SQUARE = fake()

interface Configuration {
  readonly act?: 'exit' | 'throw' | 'hang' | 'fail' | 'later'
  readonly bytes?: number
}

const jobsOf = (configurations: readonly Configuration[]): Job[] =>
  configurations.map((configuration) => ({ experiment: SQUARE, configuration }))

/** Makes the runs; `threads` says for each finished one, by its index, which thread made it. */
async function make(configurations: readonly Configuration[],
  options: Partial<PoolOptions> = {}
): Promise<
  { failures: readonly (readonly [index: number, message: string])[]; threads: ReadonlyMap<number, number>;
    done: number }
> {
  const jobs = jobsOf(configurations)
  const threads = new Map<number, number>()
  let done = 0
  const failures: readonly Failure[] = await runJobs(jobs, {
    workers: 2,
    data: undefined,
    module: MODULE,
    finished(job, result) {
      threads.set(jobs.indexOf(job), result as number)
    },
    progress(count) {
      done = count
    },
    ...options,
  })
  return { failures: failures.map(({ job, message }) => [jobs.indexOf(job), message] as const), threads, done }
}

describe('runJobs on workers', () => {
  it.each(
    [['process.exit', 'exit', /^the worker ended with status 3$/], ['an error outside the run', 'throw',
      /^thrown$/]] as const,
  )('%s ends one run as a failure, and the others are made', async (_what, act, message) => {
    for (const workers of [1, 2]) {
      const { failures, threads, done } = await make([{ act }, {}, {}, {}], { workers })
      expect(failures).toEqual([[0, expect.stringMatching(message)]])
      expect([...threads.keys()].sort()).toEqual([1, 2, 3])
      expect(done).toBe(4)
    }
  })

  it('a worker that dies in a later run of its own is replaced and that run made once more, then failed', async () => {
    const { failures, threads } = await make([{}, { act: 'exit' }, {}], { workers: 1 })
    expect(failures).toEqual([[1, 'the worker ended with status 3']])
    expect([...threads.keys()]).toEqual([0, 2])
  })

  it('an error that outlives its own run does not fail the next one', async () => {
    const { failures, threads } = await make([{ act: 'later' }, {}, { act: 'later' }, {}], { workers: 1 })
    expect(failures).toEqual([])
    expect([...threads.keys()].sort()).toEqual([0, 1, 2, 3])
  })

  it('a run that throws fails, and its worker goes on', async () => {
    const { failures, threads } = await make([{ act: 'fail' }, {}, {}], { workers: 1 })
    expect(failures).toEqual([[0, 'failed']])
    expect(new Set(threads.values()).size).toBe(1)
  })

  it('a single run is interrupted while it is under way', async () => {
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 200)
    const { failures, done } = await make([{ act: 'hang' }], { workers: 1, signal: abort.signal })
    expect([abort.signal.aborted, failures, done]).toEqual([true, [], 0])
  })

  it('a worker is replaced after a number of runs, and at once when the process holds too much', async () => {
    const few = await make(Array.from({ length: RUNS_PER_WORKER }, () => ({})), { workers: 1 })
    expect(new Set(few.threads.values()).size).toBe(1)
    const many = await make(Array.from({ length: RUNS_PER_WORKER + 1 }, () => ({})), { workers: 1 })
    expect([many.threads.size, new Set(many.threads.values()).size]).toEqual([RUNS_PER_WORKER + 1, 2])
    const heavy = await make([{ bytes: 1.1 * 2 ** 30 }, {}, { act: 'fail', bytes: 1.1 * 2 ** 30 }, {}], { workers: 1 })
    expect(heavy.failures).toEqual([[2, 'failed']])
    expect(new Set(heavy.threads.values()).size).toBe(3)
    // The bound is of each worker.
    const shared = await make([{ bytes: 1.1 * 2 ** 30 }, { bytes: 1.1 * 2 ** 30 }, {}, {}], { workers: 2 })
    expect(new Set(shared.threads.values()).size).toBeLessThanOrEqual(2)
  })

  it('a result that cannot be recorded ends everything', async () => {
    const attempt = make([{}, { act: 'hang' }], {
      finished() {
        throw new Error('disk full')
      },
    })
    await expect(attempt).rejects.toThrow('disk full')
  })

  it('a run that cannot be asked for fails, on the first worker and on one that has made another', async () => {
    for (const workers of [1, 2]) {
      const asked: Job[] = []
      const { failures, threads, done } = await make([{}, { act: 'hang' }, {}, { act: 'hang' }], {
        workers,
        isWanted(job) {
          asked.push(job)
          if ((job.configuration as Configuration).act === 'hang') throw new Error('half a file')
          return true
        },
      })
      expect(failures).toEqual([[1, 'half a file'], [3, 'half a file']])
      expect([...threads.keys()].sort()).toEqual([0, 2])
      expect([asked.length, done]).toEqual([4, 4])
    }
  })

  it('makes nothing when it is aborted before', async () => {
    const { threads } = await make([{}], { signal: AbortSignal.abort() })
    expect(threads.size).toBe(0)
  })
})

describe('runJobs in this thread', () => {
  it('a run that cannot be asked for fails, and the others are made', async () => {
    const finished: object[] = []
    const failures = await runJobs([1, 2].map((seed) => ({ experiment: SQUARE, configuration: { seed } })), {
      workers: 1,
      data: undefined,
      isWanted({ configuration }) {
        if ((configuration as { seed: number }).seed === 1) throw new Error('half a file')
        return true
      },
      finished: ({ configuration }) => void finished.push(configuration),
      progress() {},
    })
    expect(failures.map(({ message }) => message)).toEqual(['half a file'])
    expect(finished).toEqual([{ seed: 2 }])
  })

  const here = (experiment: Experiment, signal: AbortSignal): Promise<readonly Failure[]> =>
    runJobs([{ experiment, configuration: { seed: 2 } }], {
      workers: 1,
      data: undefined,
      signal,
      finished() {},
      progress() {},
    })

  it('lets a signal in after the last run', async () => {
    const abort = new AbortController()
    const experiment: Experiment = {
      ...fake(),
      run() {
        setImmediate(() => abort.abort())
        return 4
      },
    }
    await here(experiment, abort.signal)
    expect(abort.signal.aborted).toBe(true)
  })

  it('collects what is thrown, whatever it is', async () => {
    const experiment: Experiment = {
      ...fake(),
      run() {
        throw 'a word'
      },
    }
    const [failure] = await here(experiment, new AbortController().signal)
    expect(failure.message).toBe('a word')
  })
})
