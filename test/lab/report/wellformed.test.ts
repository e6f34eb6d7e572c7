import { describe, expect, it } from 'vitest'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

describe('the checker of markup', () => {
  it('accepts nested elements', () => {
    expect(xmlError('<a x="1"><b/>text &amp; more</a>')).toBeUndefined()
  })

  it.each(['<a><b></a></b>', '<a>', '<a x="1" x="2"/>', '<a>&</a>', '<a/><b/>', '<a b=c/>', `<a>${HOSTILE}</a>`])(
    'rejects %s',
    (text) => expect(xmlError(text)).toBeTypeOf('string'),
  )

  it.each(['<script>', '<img src="x">', '<a href="http://x">', '<p onclick="x">', '<style>@import "x"</style>'])(
    'reports %s as active',
    (text) => expect(activeContent(text)).not.toEqual([]),
  )
})
