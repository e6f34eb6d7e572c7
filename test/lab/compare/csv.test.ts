import { describe, expect, it } from 'vitest'
import { csvOf } from '../../../src/lab/compare/csv.ts'
import { record } from './made.ts'

/** RFC 4180 by its grammar, written apart from the source: fields in quotes may hold anything, a quote twice. */
function parse(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = [], at = 0
  while (at < text.length) {
    let value = ''
    if (text[at] === '"') {
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        value += text[at]
        if (text[at] === '"') at++
      }
      at++
    } else while (text[at] !== ',' && text[at] !== '\r') value += text[at++]
    row.push(value)
    if (text[at] === ',') at++
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n')
      at += 2
      rows.push(row)
      row = []
    }
  }
  expect(row).toEqual([])
  return rows
}

describe('csvOf', () => {
  it('has a row per training and record whose numbers read back to the same bits', () => {
    const [head, ...rows] = parse(
      csvOf([{ name: 'a', records: [record(0), record(1)] }, { name: 'b', records: [record(3, 1 / 3)] }]),
    )
    expect(head.slice(0, 5)).toEqual(['run', 'epoch', 'steps', 'loss/epoch', 'rate'])
    expect(rows.map((row) => row.slice(0, 3))).toEqual([['a', '0', '0'], ['a', '1', '63'], ['b', '3', '189']])
    const at = (row: number, name: string): string => rows[row][head.indexOf(name)]
    expect([at(0, 'loss/epoch'), at(0, 'alignment/hidden'), at(0, 'alignment/signal/point1')]).toEqual(['', '', '0.1'])
    expect(Object.is(Number(at(2, 'loss/test')), record(3, 1 / 3).test.loss)).toBe(true)
    expect(head.filter((name) => /validation|joined/.test(name))).toEqual([])
    expect(at(1, 'alignment/weight/dense2')).toBe('-0.25')
  })

  it('puts what would end a field into quotes', () => {
    const name = 'a "b", c\r\nd'
    expect(parse(csvOf([{ name, records: [record(1)] }]))[1][0]).toBe(name)
  })

  it('grows at its end alone while a training goes on', () => {
    const records = [0, 1, 2].map((epoch) => record(epoch))
    const texts = [1, 2, 3].map((count) => csvOf([{ name: 'a', records: records.slice(0, count) }]))
    expect(texts[1].startsWith(texts[0])).toBe(true)
    expect(texts[2].startsWith(texts[1])).toBe(true)
  })
})
