// Pictures beside each other as one figure: a row for each way in which they were made.

import type { Tensor } from '../../tensor/index.ts'
import { mathHtml } from './mathematics.ts'
import { pngAddress } from './png.ts'
import { escape } from './xml.ts'

/** A picture. */
export interface Picture {
  /** Numbers from 0 to 1, [height·width, 3], rows from the top. */
  readonly colors: Tensor
  readonly width: number
  readonly height: number
  /** Below the picture, as the decibels that it has. */
  readonly label?: string
}

/** Pictures in rows and columns. */
export interface Pictures {
  readonly columns: readonly string[]
  /** A row has a picture for each column, or nothing in its place. */
  readonly rows: readonly { readonly name: string; readonly pictures: readonly (Picture | undefined)[] }[]
  /** Side of the larger axis in units of the page; 160 unless given. */
  readonly size?: number
}

/** How figures of this kind begin. */
export const PICTURES_START = '<div class="pictures scroll"'

/**
 * A table of pictures, drawn in whole pixels however large; each is a PNG file within the page, which loads nothing.
 * Returns HTML (an element with class `pictures`) for `htmlReport`. Throws: as `png`; RangeError for a row with another
 * number of pictures than there are columns.
 */
export function pictures({ columns, rows, size = 160 }: Pictures): string {
  // Names of files, not formulas: r_0 has no index.
  const head = columns.map((name) => `<th scope="col">${escape(name)}</th>`)
  const body = rows.map(({ name, pictures: own }) => {
    if (own.length !== columns.length) {
      throw new RangeError(`pictures: row ${name} must have ${columns.length} pictures, got ${own.length}`)
    }
    const cells = own.map((picture, at) =>
      `<td>${picture === undefined ? '' : image(picture, `${name}, ${columns[at]}`, size)}</td>`
    )
    return `<tr><th scope="row">${mathHtml(name)}</th>${cells.join('')}</tr>\n`
  })
  return `${PICTURES_START} role="region" tabindex="0" aria-label="Pictures"><table><thead><tr><td></td>${
    head.join('')
  }</tr>` + `</thead>\n<tbody>${body.join('')}</tbody></table></div>`
}

function image({ colors, width, height, label }: Picture, name: string, size: number): string {
  const scale = size / Math.max(width, height)
  const side = (pixels: number): number => Math.round(scale * pixels)
  const below = label === undefined ? '' : `<small>${mathHtml(label)}</small>`
  return `<img src="${pngAddress(colors, width, height)}" alt="${escape(name)}" width="${side(width)}" `
    + `height="${side(height)}"/>${below}`
}
