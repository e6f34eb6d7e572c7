// A small reader that accepts a strict subset of XML: what the figures are allowed to be.

/** undefined when `text` is one well-formed element, else what is wrong and where. */
export function xmlError(text: string): string | undefined {
  const stack: string[] = []
  const token = /<(\/?)([a-z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/gy
  let at = 0
  let roots = 0
  while (at < text.length) {
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) return `bad markup at ${at}: ${text.slice(at, at + 60)}`
    at = token.lastIndex
    const [whole, closing, name, attributes, empty] = match
    if (/&(?!(amp|lt|gt|quot|#39);)/.test(whole)) return `bare & in ${whole.slice(0, 60)}`
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(whole)) return 'forbidden character'
    if (name === undefined) {
      if (stack.length === 0) return `text outside of the root: ${whole.slice(0, 60)}`
      continue
    }
    const names = [...attributes.matchAll(/([a-zA-Z:-]+)="[^"]*"/g)].map((found) => found[1])
    if (new Set(names).size !== names.length) return `attribute twice in ${whole.slice(0, 80)}`
    if (closing === '/') {
      const open = stack.pop()
      if (open !== name) return `</${name}> closes <${open}>`
      continue
    }
    if (stack.length === 0) roots++
    if (empty !== '/') stack.push(name)
  }
  if (stack.length > 0) return `<${stack.join('><')}> left open`
  return roots === 1 ? undefined : `${roots} roots`
}

/** Everything in markup that could run or fetch; the SVG namespace is a name and not an address. */
export function activeContent(markup: string): string[] {
  // Links within the page, and to cited papers, fetch nothing until somebody follows them.
  const plain = markup.replaceAll('xmlns="http://www.w3.org/2000/svg"', '').replace(
    /href="(#[a-z0-9-]+|https:\/\/arxiv\.org\/abs\/[\d.]+)"/g,
    '',
  )
  const tags = plain.match(/<[^>]*>/g) ?? []
  const styles = plain.match(/<style>[\s\S]*?<\/style>/g) ?? []
  const elements = '<(script|iframe|object|embed|link|img|image|use|foreignObject|base|form)\\b'
  const banned = new RegExp(`${elements}|\\s(on[a-z]+|src|href|xlink:href)=`, 'i')
  const bare = (tag: string): string => tag.replace(/="[^"]*"/g, '=""')
  const fetching = styles.filter((style) => /url\(|@import|https?:/i.test(style))
  return [...tags.filter((tag) => banned.test(bare(tag))), ...fetching]
}

export const HOSTILE = '</title><script>alert(1)</script>"\' onload=x & ]]> \u0000\u0007\ud800 <img src=http://x/>'

/** Uniform numbers in [0, 1) from a seed, for law tests. */
export function uniform(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
