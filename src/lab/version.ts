import { readFileSync } from 'node:fs'

/** Version in package.json, two directories above the compiled and the source file alike. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
