// Numbers as they stand in text, tables and on axes: true minus signs, superscript powers of ten.

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** −12 → ⁻¹². */
export function superscript(exponent: number): string {
  return String(exponent).replaceAll('-', '⁻').replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)])
}

/** 12 → ₁₂. */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)])
}

/** `1 seed`, `3 seeds`. */
export function count(n: number, noun: string): string {
  return `${typeset(String(n))} ${noun}${n === 1 ? '' : 's'}`
}

/** ⌊log₁₀ |x|⌋ for finite x ≠ 0, exactly: read from the decimal form, since Math.log10 may be off at powers of ten. */
export function decade(x: number): number {
  return Number(x.toExponential().split('e')[1])
}

/** m·10ᵉ rounded once (a whole m), where m * 10 ** e would round up to three times. */
export function decimal(m: number, e: number): number {
  return Number(`${m}e${e}`)
}

/** A decimal string with a true minus sign, zero without a sign, and thin spaces between thousands from 10 000 on. */
export function typeset(text: string): string {
  const [, sign, whole, fraction] = /^(-?)(\d+)(.*)$/.exec(text) ?? ['', '', text, '']
  const grouped = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '\u202f')
  const zero = !/[1-9]/.test(whole + fraction)
  return `${sign === '-' && !zero ? '−' : ''}${grouped}${fraction}`
}

function special(x: number): string | undefined {
  // What was not measured is null and shown as –; a NaN that comes as far as this is a fault of the program.
  if (Number.isNaN(x)) throw new RangeError('format: value must be a number, got NaN')
  if (x === Infinity) return '∞'
  if (x === -Infinity) return '−∞'
  return x === 0 ? '0' : undefined
}

/** m × 10ᵉ with `digits` significant digits: 1.23×10⁻⁴. */
export function scientific(x: number, digits = 3): string {
  const word = special(x)
  if (word !== undefined) return word
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e')
  return `${typeset(mantissa)}×10${superscript(Number(exponent))}`
}

/** x with `digits` significant digits: plain from 0.001 up to 10⁶ (whole numbers stay whole), scientific outside. */
export function significant(x: number, digits = 3): string {
  const word = special(x)
  if (word !== undefined) return word
  const exponent = Number(x.toExponential(digits - 1).split('e')[1])
  if (exponent < -3 || exponent > 5) return scientific(x, digits)
  if (Number.isInteger(x)) return typeset(String(x))
  // Below the last significant digit of a large number nothing is shown, but its whole digits are kept.
  return typeset(x.toFixed(Math.max(0, digits - 1 - exponent)))
}

/** `significant`, and – for the NaN by which figures leave a place empty. */
export function shown(x: number, digits = 3): string {
  return Number.isNaN(x) ? '–' : significant(x, digits)
}

/** A number that somebody stated, such as a bound: up to three digits, no zeros behind them, powers of ten alone. */
export function stated(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e')
  const far = value !== 0 && Number.isFinite(value) && (Number(exponent) < -3 || Number(exponent) > 5)
  if (far && mantissa === '1') return `10${superscript(Number(exponent))}`
  if (far && mantissa === '-1') return `−10${superscript(Number(exponent))}`
  const short = Number(value.toPrecision(3))
  return far ? significant(value, 2) : Number.isFinite(value) ? typeset(String(short)) : significant(value)
}
