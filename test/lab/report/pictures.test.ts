import { describe, expect, it } from 'vitest'
import { htmlReport } from '../../../src/lab/report/html.ts'
import { type Pictures, pictures } from '../../../src/lab/report/pictures.ts'
import { tensor } from '../../../src/tensor/index.ts'
import { activeContent, HOSTILE, xmlError } from './wellformed.ts'

const picture = (width: number, height: number, label?: string) => ({
  colors: tensor([width * height, 3]),
  width,
  height,
  ...(label === undefined ? {} : { label }),
})
const made = (text = 'x'): Pictures => ({
  columns: [text, 'b'],
  rows: [{ name: text, pictures: [picture(4, 2, text), picture(2, 4)] }, { name: 'other',
    pictures: [undefined, picture(1, 1)] }],
  size: 40,
})

describe('pictures', () => {
  it('is a table of PNG files with their names, in whole pixels of one size', () => {
    const markup = pictures(made('first'))
    expect(pictures({ columns: ['r_0'], rows: [] })).toContain('<th scope="col">r_0</th>')
    expect(markup.match(/<img src="data:image\/png;base64,[A-Za-z0-9+/=]+"/g)).toHaveLength(3)
    for (const text of ['alt="first, first" width="40" height="20"/>', 'alt="first, b" width="20" height="40"/>',
      '<small>first</small>', '<td></td><td><img', '<th scope="row">other</th>']) expect(markup).toContain(text)
  })

  it('is well-formed and holds nothing but its pictures, for hostile text too', () => {
    const markup = pictures(made(HOSTILE))
    expect(xmlError(markup)).toBeUndefined()
    // Nothing left that could run or fetch: only the pictures' own addresses are taken out.
    const plain = markup.replace(/<img src="data:image\/png;base64,[A-Za-z0-9+/=]*"/g, '<b')
    expect(activeContent(plain)).toEqual([])
    expect(markup).not.toContain('<script')
  })

  it('refuses rows with other numbers of pictures, and colors that do not fill a picture', () => {
    expect(() => pictures({ columns: ['a'], rows: [{ name: 'r', pictures: [] }] })).toThrow(
      new RangeError('pictures: row r must have 1 pictures, got 0'),
    )
    const wrong = { ...picture(2, 2), width: 3 }
    expect(() => pictures({ columns: ['a'], rows: [{ name: 'r', pictures: [wrong] }] })).toThrow(RangeError)
  })

  it('are allowed by the policy of pages that have them, and of no others', () => {
    const page = (svg: string): string =>
      htmlReport({ title: 't', summary: 's', facts: [],
        sections: [{ id: 'a', heading: 'h', figures: svg === '' ? [] : [{ svg, caption: 'c' }] }] })
    expect(page(pictures(made()))).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
    expect(page(pictures(made()))).toContain('<figure class="wide"><div class="pictures')
    expect(page('')).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })
})
