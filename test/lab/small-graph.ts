// A citation graph in the files of the Planetoid benchmark, small enough for a test.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Nodes of the graph. */
export const NODES = 40

/** Rows of the table of nodes: two classes, a word for the class and one for nothing; 8 train, 12 validate, 18 test. */
export const NODE_ROWS: readonly string[] = Array.from({ length: NODES }, (_, i) => {
  const part = i < 8 ? 'train' : i < 20 ? 'val' : i < 38 ? 'test' : '-'
  return `${i}\t${i % 2}\t${part}\t${i % 2} ${2 + i % 5}`
})

/** Citations within the class. */
export const EDGE_ROWS: readonly string[] = Array.from({ length: NODES - 2 }, (_, i) => `${i}\t${i + 2}`)

/** Writes the files of a graph below a data directory. */
export function writeGraph(directory: string, name = 'cora', nodes = NODE_ROWS, edges = EDGE_ROWS): void {
  mkdirSync(join(directory, 'planetoid'), { recursive: true })
  writeFileSync(join(directory, `planetoid/${name}.nodes.tsv`), nodes.join('\n'))
  writeFileSync(join(directory, `planetoid/${name}.edges.tsv`), edges.join('\n'))
}
