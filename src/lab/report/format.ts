// Numbers as they stand in text, tables and on axes: true minus signs, superscript powers of ten.

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** −12 → ⁻¹². */
export function superscript(exponent: number): string {
  return String(exponent).replaceAll('-', '⁻').replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)])
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

/**
 * mean ± sd, the spread with two significant digits and the mean to the same decimal; one power of ten for both
 * outside 0.01 … 10⁶. A spread that is zero or not finite leaves the mean with four digits.
 */
export function meanSd(mean: number, sd: number, n?: number): string {
  const count = n === undefined ? '' : ` (n\u00a0=\u00a0${typeset(String(n))})`
  if (!Number.isFinite(mean) || !Number.isFinite(sd) || sd <= 0) {
    return `${significant(mean, 4)} ± ${Number.isFinite(sd) ? significant(sd, 2) : '–'}${count}`
  }
  const last = Number(sd.toExponential(1).split('e')[1]) - 1
  const top = Math.max(decade(mean === 0 ? sd : mean), last + 1)
  if (top < -2 || top > 5) {
    const decimals = Math.min(100, top - last)
    const scaled = (x: number): string => typeset(shift(x, -top).toFixed(decimals))
    return `(${scaled(mean)} ± ${scaled(sd)})×10${superscript(top)}${count}`
  }
  const rounded = (x: number): string =>
    typeset(last <= 0 ? x.toFixed(-last) : String(decimal(Math.round(shift(x, -last)), last)))
  return `${rounded(mean)} ± ${rounded(sd)}${count}`
}

/** x·10ᵏ through the decimal form, so that 0.00015 becomes 1.5 and not 1.4999999999999998. */
function shift(x: number, k: number): number {
  const [mantissa, exponent] = x.toExponential().split('e')
  return Number(`${mantissa}e${Number(exponent) + k}`)
}
