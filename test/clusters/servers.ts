// Slurm's servers on loopback: configuration, keys, state and logs in a directory of the test, ended by process id.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Why Slurm cannot be tested here; undefined where it can. */
export function withoutSlurm(): string | undefined {
  const missing = ['slurmctld', 'slurmd', 'munged', 'sbatch'].filter((name) =>
    spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${name}`]).status !== 0
  )
  if (missing.length > 0) return `${missing.join(', ')} not found (apt-get install slurmctld slurmd slurm-client munge)`
  return process.getuid?.() === 0 ? undefined : 'slurmd must be started by root'
}

/** Ports that nobody listens on. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(servers.map((server) =>
    new Promise<number>((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
  ))
  await Promise.all(servers.map((server) =>
    new Promise((resolve) => {
      server.close(resolve)
    })
  ))
  return ports
}

/** A cluster of two nodes with a processor each, both this machine. */
export interface Cluster {
  /** For commands of Slurm, and for what submits by them. */
  readonly environment: NodeJS.ProcessEnv
  /** Runs a command of Slurm. Throws: Error when it fails. */
  readonly call: (...words: readonly string[]) => string
  /** Jobs in the queue: id, task, state, node. */
  readonly queue: () => readonly { readonly id: string; readonly name: string; readonly state: string;
    readonly node: string }[]
  readonly stop: () => Promise<void>
}

const NODES = ['one', 'two'] as const

/** Waits until something holds. Throws: Error, with what is said then, after `seconds`. */
export async function until(what: string, holds: () => boolean, seconds: number,
  say: () => string = () => ''): Promise<void>
{
  const end = performance.now() + 1000 * seconds
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s; ${say()}`)
    await pause(100)
  }
}

/** Starts munged, slurmctld and two slurmd. */
export async function startCluster(directory: string): Promise<Cluster> {
  const [control, ...ports] = await freePorts(1 + NODES.length)
  const place = (...names: readonly string[]): string => join(directory, ...names)
  for (const name of ['munge', 'state', ...NODES]) mkdirSync(place(name), { recursive: true })
  chmodSync(directory, 0o755)
  writeFileSync(place('munge', 'key'), randomBytes(1024), { mode: 0o400 })
  const user = userInfo().username
  writeFileSync(place('slurm.conf'), `ClusterName=test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${control}
AuthType=auth/munge
AuthInfo=socket=${place('munge', 'socket')},cred_expire=5
CredType=cred/munge
SlurmUser=${user}
SlurmdUser=${user}
StateSaveLocation=${place('state')}
SlurmdSpoolDir=${place('%n')}
SlurmctldPidFile=${place('slurmctld.pid')}
SlurmdPidFile=${place('%n', 'slurmd.pid')}
SlurmctldLogFile=${place('slurmctld.log')}
SlurmdLogFile=${place('%n', 'slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SlurmdParameters=config_overrides
KillWait=5
${
    NODES.map((name, index) =>
      `NodeName=${name} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${
        ports[index]
      } CPUs=1 RealMemory=16000 State=UNKNOWN`
    ).join('\n')
  }
PartitionName=main Nodes=${NODES.join(',')} Default=YES MaxTime=INFINITE State=UP
`)
  const environment = { ...process.env, SLURM_CONF: place('slurm.conf'),
    PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }
  const children: ChildProcess[] = []
  const start = (name: string, ...words: readonly string[]): void => {
    const child = spawn(name, words, { env: environment, stdio: 'ignore' })
    child.on('error', () => {})
    children.push(child)
  }
  const call = (name: string, ...words: readonly string[]): string =>
    execFileSync(name, words, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const logs = (): string =>
    ['slurmctld.log', ...NODES.map((name) => join(name, 'slurmd.log'))].map((name) => {
      try {
        return readFileSync(place(name), 'utf8').slice(-1500)
      } catch {
        return `${name}: none`
      }
    }).join('\n')
  const isUp = (): boolean => {
    try {
      return call('sinfo', '-h', '-N', '-o', '%N %T').trim().split('\n').every((line) => line.endsWith('idle'))
    } catch {
      return false
    }
  }
  const queue: Cluster['queue'] = () =>
    call('squeue', '-h', '-r', '-o', '%i|%j|%T|%N').trim().split('\n').filter((line) => line !== '').map((line) => {
      const [id, name, state, node] = line.split('|')
      return { id, name, state, node }
    })
  const stop = async (): Promise<void> => {
    try {
      for (const { id } of queue()) call('scancel', '--signal=KILL', id)
      for (const { id } of queue()) call('scancel', id)
      await until('an empty queue', () => queue().length === 0, 30)
    } catch { /* servers that do not answer are ended all the same */ }
    // The last first: nodes before their controller, and both before the keys.
    for (const child of [...children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = new Promise((resolve) => child.on('exit', resolve))
      child.kill('SIGTERM')
      await Promise.race([ended, pause(10_000)])
      child.kill('SIGKILL')
    }
  }
  start('munged', '--force', '--foreground', `--socket=${place('munge', 'socket')}`,
    `--key-file=${place('munge', 'key')}`, `--log-file=${place('munge', 'log')}`, `--pid-file=${place('munge', 'pid')}`,
    `--seed-file=${place('munge', 'seed')}`)
  await pause(500)
  start('slurmctld', '-D')
  for (const node of NODES) start('slurmd', '-D', '-N', node)
  try {
    await until('nodes that are idle', isUp, 60, logs)
  } catch (error) {
    await stop()
    throw error
  }
  return { environment, call, queue, stop }
}
