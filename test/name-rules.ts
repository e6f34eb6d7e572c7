// Names never run, as a rule of source text, read by the compiler with its types.
//
// What may run per step, sample or element: every function that is made or handed on as a value (one written inside
// another function or in a table, one that is used other than by being called), and every function that such a one
// mentions, directly or through others. The rest only builds: a function at the top of a file that nothing but building
// calls, and what it gives to an array's own methods (`map` and the like).
// In what may run, outside of throws, nothing asks which string a value is: no comparison of two values that may be
// strings, no switch on one, no `in`, no key in a variable that is one, no question to a map, set or array by one.

import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import { isArrowFunction, isBinaryExpression, isCallExpression, isConstructorDeclaration, isElementAccessExpression,
  isExportDeclaration, isForInStatement, isFunctionDeclaration, isFunctionExpression, isGetAccessorDeclaration,
  isIdentifier, isImportDeclaration, isMethodDeclaration, isPropertyAccessExpression, isPropertyAssignment,
  isSetAccessorDeclaration, isShorthandPropertyAssignment, isStringLiteral, isSwitchStatement, isThrowStatement,
  isTypeOfExpression, isVariableDeclaration } from 'typescript/unstable/ast/is'
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync'

/** A function: `name` is its own, or that of the one around it when it has none. */
interface Body {
  readonly file: string
  readonly node: Node
  readonly name: string
}

/**
 * Every place in src where something that may run asks which string a value is, as `<file>: <function>: <text>`.
 * `root` is the project's directory; `changed` replaces the text of files, by their path from there.
 */
export function nameQuestions(root: string, changed: Readonly<Record<string, string>> = {}): readonly string[] {
  const texts = new Map(Object.entries(changed).map(([file, text]) => [`${root}/${file}`, text]))
  const api = new API({ cwd: root, fs: { readFile: (file) => texts.get(file) } })
  try {
    const [project] = api.updateSnapshot({ openProjects: [`${root}/src/lab/tsconfig.json`] }).getProjects()
    const files = project.program.getSourceFileNames().filter((file) =>
      file.startsWith(`${root}/src/`) && (process.env.LAB ? true : !file.includes('/lab/'))
    )
    const sources = files.map((file) => project.program.getSourceFile(file) as SourceFile)
    const running = runningBodies(root, sources, project.checker)
    return questionsIn(running, project.checker)
  } finally {
    api.close()
  }
}

/** Array's own methods that call what they are given before they return. */
const AT_ONCE = ['map', 'flatMap', 'filter', 'find', 'findIndex', 'some', 'every', 'forEach', 'from', 'sort', 'reduce']

/** True for a function given to an array's own method: it belongs to the function around it. */
function runsAtOnce(node: Node): boolean {
  const call = node.parent
  return isCallExpression(call) && isPropertyAccessExpression(call.expression)
    && AT_ONCE.includes(call.expression.name.text)
}

/** True for what has a body of its own in the sense of the rule. */
function isBody(node: Node): boolean {
  return (isFunctionDeclaration(node) || isFunctionExpression(node) || isArrowFunction(node)
    || isMethodDeclaration(node) || isConstructorDeclaration(node) || isGetAccessorDeclaration(node)
    || isSetAccessorDeclaration(node)) && !runsAtOnce(node)
}

/** Visits what a body runs itself: neither what it throws nor the bodies inside. */
function walk(body: Node, visit: (node: Node) => void): void {
  body.forEachChild((node) => {
    if (isThrowStatement(node) || isBody(node)) return
    visit(node)
    walk(node, visit)
  })
}

/** The name under which a function is declared or put into an object; '' for none. */
function nameOf(node: Node): string {
  const named = isVariableDeclaration(node.parent) || isPropertyAssignment(node.parent) ? node.parent : node
  const { name } = named as { name?: Node }
  return name !== undefined && (isIdentifier(name) || isStringLiteral(name)) ? name.text : ''
}

/** All that may run. */
function runningBodies(root: string, sources: readonly SourceFile[], checker: Checker): readonly Body[] {
  const running = new Set<Body>()
  const building = new Map<Node, Body>()
  const values: Node[] = []
  for (const source of sources) {
    const file = source.fileName.slice(root.length + 1)
    const seek = (node: Node, around: string, inside: boolean): void => {
      if (isImportDeclaration(node) || isExportDeclaration(node)) return
      if (isIdentifier(node) && isHandedOn(node)) values.push(node)
      const opens = isBody(node)
      const name = (opens ? nameOf(node) : '') || around
      if (opens) {
        const declared = isVariableDeclaration(node.parent) ? node.parent : node
        const builds = !inside && (declared !== node || isFunctionDeclaration(node))
        if (builds) building.set(declared, { file, node, name })
        else running.add({ file, node, name })
      }
      node.forEachChild((child) => seek(child, name, inside || opens))
    }
    seek(source, '', false)
  }
  const declarationOf = declarations(checker)
  let fresh = [...running]
  const mention = (nodes: readonly Node[]): void => {
    for (const declaration of declarationOf(nodes)) {
      const body = building.get(declaration)
      if (body === undefined || running.has(body)) continue
      running.add(body)
      fresh.push(body)
    }
  }
  mention(values)
  while (fresh.length > 0) {
    const nodes: Node[] = []
    for (const { node } of fresh) walk(node, (inner) => isIdentifier(inner) && nodes.push(inner))
    fresh = []
    mention(nodes)
  }
  return [...running]
}

/** True for an identifier that is neither called nor a declaration's own name. */
function isHandedOn(node: Node): boolean {
  const parent = node.parent as Node & { name?: Node }
  if (isCallExpression(parent)) return parent.expression !== node && !runsAtOnce(node)
  return parent.name !== node || isShorthandPropertyAssignment(parent)
}

/** What the identifiers stand for: the declarations, through imports. */
function declarations(checker: Checker): (nodes: readonly Node[]) => readonly Node[] {
  const known = new Map<number, readonly Node[]>()
  return (nodes) =>
    checker.getSymbolAtLocation(nodes).flatMap((symbol, i) => {
      if (symbol === undefined) return []
      const shorthand = isShorthandPropertyAssignment(nodes[i].parent)
      const meant = shorthand ? checker.getShorthandAssignmentValueSymbol(nodes[i].parent) ?? symbol : symbol
      let found = known.get(meant.id)
      if (found === undefined) {
        const target = (meant.flags & SymbolFlags.Alias) === 0 ? meant : checker.getAliasedSymbol(meant)
        found = target.declarations.flatMap((handle) => handle.resolve() ?? [])
        known.set(meant.id, found)
      }
      return found
    })
}

const COMPARISONS: readonly SyntaxKind[] = [SyntaxKind.EqualsEqualsEqualsToken, SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.EqualsEqualsToken, SyntaxKind.ExclamationEqualsToken, SyntaxKind.LessThanToken,
  SyntaxKind.GreaterThanToken, SyntaxKind.LessThanEqualsToken, SyntaxKind.GreaterThanEqualsToken]
const LOOK_UPS = ['get', 'has', 'includes', 'indexOf', 'startsWith', 'endsWith']

/** The places where one of the bodies asks which string a value is. */
function questionsIn(bodies: readonly Body[], checker: Checker): readonly string[] {
  const suspects: { readonly body: Body; readonly node: Node; readonly strings: readonly Node[] }[] = []
  for (const body of bodies) {
    walk(body.node, (node) => {
      const strings = stringsAsked(node)
      if (strings !== undefined) suspects.push({ body, node, strings })
    })
  }
  const types = checker.getTypeAtLocation(suspects.flatMap(({ strings }) => strings))
  let next = 0
  return suspects.flatMap(({ body, node, strings }) => {
    const own = types.slice(next, next += strings.length)
    return own.every((type) => type !== undefined && maybeString(type, checker))
      ? [`${body.file}: ${body.name}: ${node.getText().replace(/\s+/g, ' ').slice(0, 70)}`]
      : []
  })
}

/** The expressions that must all be strings for `node` to ask for one; undefined when it asks for nothing. */
function stringsAsked(node: Node): readonly Node[] | undefined {
  if (isBinaryExpression(node)) {
    const { left, operatorToken: { kind }, right } = node
    if (kind === SyntaxKind.InKeyword) return []
    return COMPARISONS.includes(kind) && !isTypeOfExpression(left) && !isTypeOfExpression(right)
      ? [left, right]
      : undefined
  }
  if (isForInStatement(node)) return []
  if (isSwitchStatement(node)) return [node.expression]
  if (isElementAccessExpression(node)) {
    return isStringLiteral(node.argumentExpression) ? undefined : [node.argumentExpression]
  }
  const look = isCallExpression(node) && isPropertyAccessExpression(node.expression)
    && LOOK_UPS.includes(node.expression.name.text) && node.arguments.length > 0
  return look ? [node.arguments[0]] : undefined
}

function maybeString(type: Type, checker: Checker): boolean {
  if (type.isUnionType()) return type.getTypes().some((part) => maybeString(part, checker))
  if (type.isTypeParameter()) {
    const base = checker.getBaseConstraintOfType(type)
    return base !== undefined && base !== type && maybeString(base, checker)
  }
  return (type.flags & TypeFlags.StringLike) !== 0
}
