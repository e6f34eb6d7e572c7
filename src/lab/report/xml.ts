// Text and coordinates on their way into markup. Every string of a caller passes through `escape`.

// What XML 1.0 cannot hold even escaped: control characters, lone surrogates, U+FFFE and U+FFFF.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu

/** `text` safe as content and as a quoted attribute of HTML and XML; what XML cannot hold becomes U+FFFD. */
export function escape(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

/**
 * A coordinate, rounded to 1/100 of a picture unit.
 * Why: Math.log10 may differ in its last bit between engines; two decimals keep the bytes of a figure the same.
 */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100)
}

// Advance widths in em of a wide sans-serif (DejaVu); narrower system fonts only leave a little air.
const ADVANCES: readonly (readonly [RegExp, number])[] = [[/\p{Mn}/u, 0], [/[ijlI|.,:;'!]/, 0.34], [/[\u2009\u202f]/,
  0.2], [/[ ftr()[\]/\\-]/, 0.4], [/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀-₉]/, 0.42], [/[mMW@%]/, 0.95], [/[w+−×±=<>≤≥≈∞→]/, 0.84], [
  /[\p{Lu}&]/u,
  0.7,
], [/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u, 1]]

/** The width of one line of text at a font size, estimated from above for common sans-serif fonts. */
export function textWidth(text: string, size: number): number {
  let em = 0
  for (const character of text) em += ADVANCES.find(([class_]) => class_.test(character))?.[1] ?? 0.62
  return em * size
}

/** `text` broken at spaces into lines no wider than `width`; a longer word is broken anywhere. Never empty. */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(/[ \t\r\n]+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer, size) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    while (textWidth(word, size) > width && [...word].length > 1) {
      const characters = [...word]
      let head = characters.length - 1
      while (head > 1 && textWidth(characters.slice(0, head).join(''), size) > width) head--
      lines.push(characters.slice(0, head).join(''))
      word = characters.slice(head).join('')
    }
    line = word
  }
  lines.push(line)
  return lines
}
