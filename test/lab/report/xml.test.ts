import { describe, expect, it } from 'vitest'
import { escape, px, textWidth, wrapText } from '../../../src/lab/report/xml.ts'
import { HOSTILE, xmlError } from './wellformed.ts'

describe('escape', () => {
  it('makes any string safe as content and as an attribute', () => {
    expect(xmlError(`<a b="${escape(HOSTILE)}">${escape(HOSTILE)}</a>`)).toBeUndefined()
    expect(escape('<&>"\'')).toBe('&lt;&amp;&gt;&quot;&#39;')
  })

  it('replaces what XML cannot hold and keeps other scripts and emoji', () => {
    expect(escape('a\u0000\ud800b κ₁ 漢 🙂')).toBe('a\ufffd\ufffdb κ₁ 漢 🙂')
  })
})

describe('px', () => {
  it('rounds to hundredths without a negative zero', () => {
    expect([px(1 / 3), px(-0.001), px(12), px(-2.005)]).toEqual(['0.33', '0', '12', '-2'])
  })
})

describe('wrapText', () => {
  it('keeps every line within the width and loses no character but spaces', () => {
    const text = 'direct feedback alignment and averyveryverylongword that does not end soon'
    const lines = wrapText(text, 90, 13)
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(textWidth(line, 13)).toBeLessThanOrEqual(90)
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  })

  it('returns one empty line for an empty text', () => expect(wrapText('', 50, 13)).toEqual(['']))
})
