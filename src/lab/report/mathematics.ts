// Subscripts and superscripts in running text: `A_l`, `F_{l−1}`, `κ_T^(2^(l−1))` as they are typed, set as they are meant.

import { escape } from './xml.ts'

// A subscript follows a letter, a bracket or a prime: one or two letters or digits, or anything in braces.
const BRACED = /(?<=[\p{L}\p{M})])_\{([^{}]*)\}/gu
const SHORT = /(?<=[\p{L}\p{M})])_([\p{L}\p{N}]{1,2})(?![\p{L}\p{N}_])/gu
// An exponent in parentheses, which may hold one more pair; then what is inside, pass by pass. Or a letter or number alone.
const EXPONENT = /\^\(((?:[^()]|\([^()]*\))*)\)/gu
const SIMPLE_EXPONENT = /\^([\p{L}\p{N}]+)/gu

function set(text: string, lower: (inner: string) => string, raise: (inner: string) => string): string {
  let out = escape(text).replace(BRACED, (_, inner: string) => lower(inner)).replace(SHORT,
    (_, inner: string) => lower(inner))
  for (let depth = 0; depth < 4; depth++) out = out.replace(EXPONENT, (_, inner: string) => raise(inner))
  return out.replace(SIMPLE_EXPONENT, (_, inner: string) => raise(inner))
}

/** Escaped HTML of `text`, with `_x` and `_{…}` as subscripts and `^(…)` as superscripts, nested ones included. */
export function mathHtml(text: string): string {
  return set(text, (inner) => `<sub>${inner}</sub>`, (inner) => `<sup>${inner}</sup>`)
}

/** Escaped content of an SVG text element: subscripts as smaller, lowered tspans; superscripts raised. */
export function mathSvg(text: string): string {
  return set(text, (inner) => `<tspan dy="3" font-size="75%">${inner}</tspan><tspan dy="-3">\u200b</tspan>`,
    (inner) => `<tspan dy="-5" font-size="75%">${inner}</tspan><tspan dy="5">\u200b</tspan>`)
}
