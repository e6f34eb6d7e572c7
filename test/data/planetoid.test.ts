import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parsePlanetoid } from '../../src/data/index.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const NODES = ['0\t1\ttrain\t0 3', '1\t0\tval\t', '2\t2\ttest\t1 2 3', '3\t-1\t-\t', '4\t0\t-\t5']
const EDGES = ['0\t2', '2\t4', '0\t1']
const parse = (nodes = NODES.join('\n'), edges = EDGES.join('\n')) =>
  parsePlanetoid({ nodes: bytes(nodes), edges: bytes(edges), nodesName: 'a.nodes', edgesName: 'a.edges' })

describe('parsePlanetoid', () => {
  it('reads nodes, features, labels, parts and edges, with any end of line', () => {
    for (const end of ['', '\n']) {
      for (const newline of ['\n', '\r\n']) {
        const { features, labels, classes, graph, training, validation, test } = parse(NODES.join(newline) + end,
          EDGES.join(newline) + end)
        expect([features.rows, features.columns, classes]).toEqual([5, 6, 3])
        expect([...features.rowStarts]).toEqual([0, 2, 2, 5, 5, 6])
        expect([...features.columnIndices]).toEqual([0, 3, 1, 2, 3, 5])
        expect([...features.values]).toEqual([1, 1, 1, 1, 1, 1])
        expect([...labels]).toEqual([1, 0, 2, -1, 0])
        expect([training, validation, test].map((part) => [...part])).toEqual([[0], [1], [2]])
        // Both directions, neighbors ascending; node 3 stands alone.
        expect([...graph.rowStarts]).toEqual([0, 2, 3, 5, 5, 6])
        expect([...graph.columnIndices]).toEqual([1, 2, 0, 0, 4, 2])
      }
    }
  })

  const line = (at: number, text: string): string => NODES.map((own, i) => (i === at ? text : own)).join('\n')
  it.each<[string, string | undefined, string | undefined, string]>([['an edge to a node that is not there', undefined,
    '0\t1\n1\t5', 'a.edges must name nodes below 5 at line 2, got "5"'], ['a negative node', undefined, '-1\t1',
    'a.edges must name nodes below 5 at line 1, got "-1"'], ['an edge twice', undefined, '0\t2\n1\t2\n0\t2',
    'a.edges must have each edge once at line 3, got "0 and 2 again, as in line 1"'], ['a directed edge', undefined,
    '0\t2\n2\t0', 'a.edges must have each edge once, from the smaller node to the larger at line 2, got "2 before 0"'],
    ['a loop', undefined, '1\t1',
      'a.edges must have each edge once, from the smaller node to the larger at line 1, got "1 before 1"'], [
    'three columns of an edge',
    undefined,
    '0\t1\t2',
    'a.edges must have 2 columns at line 1, got "3"',
  ], ['an empty line', undefined, '0\t1\n\n1\t2', 'a.edges must have 2 columns at line 2, got "1"'], ['no edges',
    undefined, '', 'a.edges must hold lines at line 1, got an empty file'], ['no nodes', '', undefined,
    'a.nodes must hold lines at line 1, got an empty file'], ['a packed file', '\x1f\x8b\x08', undefined,
    'a.nodes must be unpacked first at line 1, got a gzip header'], ['a number that is left out',
    line(1, '2\t0\tval\t'), undefined, 'a.nodes must begin with the node\'s number 1 at line 2, got "2"'], [
    'a label of −2',
    line(3, '3\t-2\t-\t'),
    undefined,
    'a.nodes must have a label, a whole number or −1 at line 4, got "-2"',
  ], ['a part without a label', line(3, '3\t-1\ttest\t'), undefined,
    'a.nodes must have a label where it has a part at line 4, got "-1"'], ['an unknown part',
    line(2, '2\t2\ttoString\t'), undefined,
    'a.nodes must have a part, one of train, val, test, - at line 3, got "toString"'], ['features that fall',
    line(2, '2\t2\ttest\t3 2'), undefined, 'a.nodes must have ascending indices of features at line 3, got "2"'], [
    'a feature that is no number',
    line(2, '2\t2\ttest\t3 x'),
    undefined,
    'a.nodes must have ascending indices of features at line 3, got "x"',
  ], ['a feature beyond all memory', line(2, '2\t2\ttest\t999999999'), undefined,
    'a.nodes must have ascending indices of features at line 3, got "999999999"'], ['bytes that are no text',
    line(2, '2\t2\ttest\t\xff'), undefined, 'a.nodes must be plain text at line 3, got "byte 255"'], [
    'an empty validation part',
    line(1, '1\t0\t-\t'),
    undefined,
    'a.nodes must have validation nodes before it ends at line 5, got none',
  ]])('refuses %s', (_what, nodes, edges, message) => {
    expect(() => parse(nodes, edges)).toThrow(new Error(`parsePlanetoid: ${message}`))
  })

  it('refuses what is not bytes', () => {
    expect(() => parsePlanetoid({ nodes: 'text' as unknown as Uint8Array, edges: bytes('') })).toThrow(
      new TypeError('parsePlanetoid: nodes must be bytes, got "text"'),
    )
  })

  const data = `${process.env['FEEDBACK_ALIGNMENT_DATA'] ?? '../shared/data'}/planetoid`
  it.skipIf(!existsSync(`${data}/cora.nodes.tsv.gz`))(`reads the real graphs (${data})`, () => {
    for (const [name, nodes, edges, features, classes, labeled, alone] of [['cora', 2708, 5278, 1433, 7, 140, 0], [
      'citeseer',
      3327,
      4552,
      3703,
      6,
      120,
      48,
    ]] as const) {
      const file = (kind: string): Uint8Array => gunzipSync(readFileSync(`${data}/${name}.${kind}.tsv.gz`))
      const got = parsePlanetoid({ nodes: file('nodes'), edges: file('edges') })
      expect([got.features.rows, got.graph.columnIndices.length / 2, got.features.columns, got.classes]).toEqual([nodes,
        edges, features, classes])
      expect([got.training, got.validation, got.test].map(({ length }) => length)).toEqual([labeled, 500, 1000])
      const degrees = Array.from({ length: nodes }, (_, i) => got.graph.rowStarts[i + 1] - got.graph.rowStarts[i])
      expect(degrees.filter((degree) => degree === 0)).toHaveLength(alone)
    }
  })
})
