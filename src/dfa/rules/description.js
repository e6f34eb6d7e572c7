// What tables and commands know of a rule. Each rule has its description in its own file.
/** Options of rules with a matrix R in place of each weight. */
export const TRANSPORT_OPTIONS = ['kind', 'seed', 'nonZero', 'rank'];
/** Options of rules with a matrix F for each feedback point. */
export const DIRECT_OPTIONS = /* @__PURE__ */ withOptions(TRANSPORT_OPTIONS, 'maps', 'normalization', 'sharing', 'shapes');
// Functions, marked pure where they are called: a bundler keeps a rule that nobody uses for the sake of a spread.
/** `options` and others. */
export function withOptions(options, ...others) {
    return [...options, ...others];
}
/** `options` but for some. */
export function withoutOptions(options, ...some) {
    return options.filter((option) => !some.includes(option));
}
