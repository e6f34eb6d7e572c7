// Which program this is.

import { existsSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** Version in package.json, two directories above the compiled and the source file alike. */
export function packageVersion(): string {
  const text = readFileSync(new URL('package.json', root), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** First twelve digits of the commit that is checked out; undefined outside of a checkout. */
export function commit(): string | undefined {
  try {
    const read = (name: string): string => readFileSync(new URL(`.git/${name}`, root), 'utf8').trim()
    const head = read('HEAD')
    const branch = /^ref: (.+)$/.exec(head)?.[1]
    if (branch === undefined) return head.slice(0, 12)
    if (existsSync(new URL(`.git/${branch}`, root))) return read(branch).slice(0, 12)
    return read('packed-refs').split('\n').find((line) => line.endsWith(` ${branch}`))?.slice(0, 12)
  } catch {
    // A package, a worktree or a damaged checkout: a report without a commit is a report all the same.
    return undefined
  }
}

/** `feedback-alignment 0.2.0, commit 0123456789ab`. */
export function programName(): string {
  const hash = commit()
  return `feedback-alignment ${packageVersion()}${hash === undefined ? '' : `, commit ${hash}`}`
}
