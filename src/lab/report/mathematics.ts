// Mathematics as it is typed in running text (A_lᵀ, F_{l−1}, Σ_t″<t′, κ_T^(2^(l−1)), 2^−K), set as it is meant. The one
// place where this is done: every text of a report passes through `mathHtml` or `mathSvg`.

import { escape } from './xml.ts'

// Letters and decimal digits: the modifier letters of A_lᵀ and the raised digits of n_L² do not belong to a subscript.
const SIGN = String.raw`[\p{Lu}\p{Ll}\p{Nd}]`
/** A subscript follows a letter, a bracket or a prime: anything in braces, or one or two letters or digits. */
const BRACED = /(?<=[\p{L}\p{M})∑∏])_\{([^{}]*)\}/gu
const SHORT = new RegExp(String.raw`(?<=[\p{L}\p{M})])_(${SIGN}{1,2})(?!${SIGN}|_)`, 'gu')
/** What a sum runs over may have primes and a relation: Σ_t″<t′. */
const SUM = /(?<=[Σ∑∏Π])_([\p{L}\p{N}′″]+(?:[<≤=][\p{L}\p{N}′″−]+)?)/gu
/** An exponent in parentheses, which may hold one more pair; then what is inside, pass by pass. */
const EXPONENT = /\^\(((?:[^()]|\([^()]*\))*)\)/gu
/** A letter or number alone, with its sign. */
const SIMPLE_EXPONENT = new RegExp(String.raw`\^([−-]?${SIGN}+)`, 'gu')

function set(text: string, lower: (inner: string) => string, raise: (inner: string) => string): string {
  const into = (_: string, inner: string): string => lower(inner)
  // Sums first, before escaping makes an entity of their <.
  const parts = text.split(SUM)
  let out = parts.map((part, index) => index % 2 === 1 ? `\u0001${escape(part)}\u0002` : escape(part)).join('')
  out = out.replace(BRACED, into).replace(SHORT, into)
  for (let depth = 0; depth < 4; depth++) out = out.replace(EXPONENT, (_, inner: string) => raise(inner))
  out = out.replace(SIMPLE_EXPONENT, (_, inner: string) => raise(inner))
  return out.replace(/\u0001([^\u0002]*)\u0002/gu, into)
}

/** Escaped HTML of `text`, with `_x`, `_{…}` and what sums run over as subscripts, `^x` and `^(…)` as superscripts. */
export function mathHtml(text: string): string {
  return set(text, (inner) => `<sub>${inner}</sub>`, (inner) => `<sup>${inner}</sup>`)
}

/** Escaped content of an SVG text element: subscripts as smaller, lowered tspans; superscripts raised. */
export function mathSvg(text: string): string {
  return set(text, (inner) => `<tspan dy="3" font-size="75%">${inner}</tspan><tspan dy="-3">\u200b</tspan>`,
    (inner) => `<tspan dy="-5" font-size="75%">${inner}</tspan><tspan dy="5">\u200b</tspan>`)
}

/** What `mathHtml` or `mathSvg` have left as it was typed: a sign of mathematics that they do not know. */
export function leftRaw(markup: string): readonly string[] {
  const text = markup.replace(/<[^>]*>/g, ' ')
  return text.match(/[\p{L})′″]_[\p{L}\p{N}{(]\S*|\S*\^\S*/gu)?.filter((found) =>
    !/^[A-Za-z]{2,}_|_[A-Za-z]{3,}/.test(found)
  ) ?? []
}
