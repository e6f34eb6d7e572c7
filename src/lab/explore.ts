// The command `explore`: the page that computes the theory before one's eyes, as files of one's own.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from './command.ts'
import { writeWhole } from './files.ts'
import { absolutePath, parseOptions, UsageError } from './options.ts'

const HELP = `feedback-alignment explore [DIR]

Writes the explorable theory into DIR [explore]: a page on which the engine itself runs, with the derivation that its
equations point to. Nothing is fetched, then or later; the files can be opened as they are, or served by any server, also
under Content-Security-Policy: default-src 'self'. Files of these names in DIR are replaced, others stay.

  --help                          this text

Example: explore page

Exit status: 0 written, 2 bad usage, or DIR cannot be written.`

/** Files below `directory`, by their paths in it. */
function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile()
  ).sort()
}

/** The `explore` command; `source` is the directory of the built page. */
export function exploreCommand(source: URL): Command {
  return {
    name: 'explore',
    summary: 'write a page that computes the theory before your eyes; works as a file, offline',
    help: HELP,
    run(args, console) {
      const words: string[] = []
      parseOptions('explore', {}, args, words)
      if (words.length > 1) throw new UsageError(`explore: takes one directory, got "${words.join('", "')}"`)
      const target = absolutePath('explore', words[0] ?? 'explore')
      const built = fileURLToPath(source)
      if (!existsSync(join(built, 'index.html'))) {
        throw new UsageError('explore: the page must be built first in a checkout: npm run page')
      }
      if (existsSync(target) && !statSync(target).isDirectory()) {
        throw new UsageError(`explore: must be a directory, got the file ${target}`)
      }
      const names = filesBelow(built)
      for (const name of names) writeWhole(join(target, name), readFileSync(join(built, name)))
      const index = join(target, 'index.html')
      console.out(`${index}: written, with ${names.length - 1} more files. Open it in a browser:`)
      console.out(pathToFileURL(index).href)
      console.out('As a file it computes between the frames of the page; from a server of static files, in a worker.')
      return 0
    },
  }
}
