// Names never run, as a rule of source text, read by the compiler with its types.
//
// What may run per step, sample or element: every function that is made or handed on as a value (one written inside
// another function or in a table, one that is used other than by being called), and every function that such a one
// mentions, directly or through others. The rest only builds: a function at the top of a file that nothing but building
// calls, and what it gives to an array's own methods (`map` and the like). In the lab, where a training is a loop, loops
// run, too; and in those of its files that do not train, where most functions made on the way report, only they and a
// rule's hooks do, with whatever of the lab they mention.
//
// In what may run, outside of throws, nothing asks which string a value is: no comparison of two values that may be
// strings, no switch on one, no `in`, no key in a variable that is one, no question to a map, set or array by one, no
// `choose`. A function made below the lab that a loop of the lab calls again and again by its name cannot be told from one
// that it builds with: those are listed in `STEPPED`.

import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast'
import { isArrowFunction, isBinaryExpression, isCallExpression, isConstructorDeclaration, isDoStatement,
  isElementAccessExpression, isExportDeclaration, isForInStatement, isForOfStatement, isForStatement,
  isFunctionDeclaration, isFunctionExpression, isGetAccessorDeclaration, isIdentifier, isImportDeclaration,
  isMethodDeclaration, isPropertyAccessExpression, isPropertyAssignment, isSetAccessorDeclaration,
  isShorthandPropertyAssignment, isStringLiteral, isSwitchStatement, isThrowStatement, isTypeOfExpression,
  isVariableDeclaration, isWhileStatement } from 'typescript/unstable/ast/is'
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync'

/** A function: `name` is its own, or that of the one around it when it has none. */
interface Body {
  readonly file: string
  readonly node: Node
  readonly name: string
}

/** What the scan found. */
export interface NameQuestions {
  /** Every place where something that may run asks which string a value is, as `<file>: <function>: <text>`. */
  readonly questions: readonly string[]
  /** Functions and loops that may run. */
  readonly running: number
  /** Excuses that nothing needed. */
  readonly unused: readonly string[]
}

/**
 * Reads src. `root` is the project's directory; `excuses` are beginnings of `<file>: <function>` or of a question, or
 * `: <function>` for a function of that name in any file: these only build, or ask what they may. `changed` replaces
 * the text of files, by their path from the root.
 */
export function nameQuestions(root: string, excuses: readonly string[],
  changed: Readonly<Record<string, string>> = {}): NameQuestions
{
  const texts = new Map(Object.entries(changed).map(([file, text]) => [`${root}/${file}`, text]))
  const api = new API({ cwd: root, fs: { readFile: (file) => texts.get(file) } })
  try {
    const [project] = api.updateSnapshot({ openProjects: [`${root}/src/lab/tsconfig.json`] }).getProjects()
    const files = project.program.getSourceFileNames().filter((file) => READ.test(file.slice(root.length)))
    const sources = files.map((file) => project.program.getSourceFile(file) as SourceFile)
    const unused = new Set(excuses)
    const excused = (text: string): boolean => {
      const found = excuses.filter((excuse) => text.startsWith(excuse) || (excuse[0] === ':' && text.endsWith(excuse)))
      for (const excuse of found) unused.delete(excuse)
      return found.length > 0
    }
    const running = runningBodies(root, sources, project.checker, ({ file, name }) => excused(`${file}: ${name}`))
    const found = new Set(questionsIn(running, project.checker))
    const questions = [...found].filter((question) => !excused(question)).sort()
    return { questions, running: running.length, unused: [...unused] }
  } finally {
    api.close()
  }
}

/** Array's own methods that call what they are given before they return. */
const AT_ONCE = ['map', 'flatMap', 'filter', 'find', 'findIndex', 'some', 'every', 'forEach', 'from', 'sort', 'reduce']

/** What loops of the lab, and of theory itself, call at every step, sample or time, by file. */
const STEPPED: Readonly<Record<string, readonly string[]>> = {
  'src/theory/alignment-matrices.ts': ['alignmentStep', 'populationStep', 'populationUpdate', 'applyUpdate', 'endToEnd',
    'relativeLoss', 'weightsFromAlignment'],
  'src/theory/linear-network.ts': ['directFeedbackStep'],
  'src/theory/weight-alignment.ts': ['strongAlignment', 'weightAlignments'],
  'src/theory/gradient-alignment.ts': ['gradientAlignment', 'backwardProduct', 'backwardDirection'],
  'src/theory/conditioning.ts': ['conditionOnRank'],
  'src/theory/dormand-prince.ts': ['integrateAdaptive'],
  'src/tensor/linalg/norm.ts': ['frobenius', 'matrixCosine', 'normalized'],
  'src/tensor/linalg/svd.ts': ['svd', 'singularValues'],
  'src/tensor/matmul/matmul.ts': ['matmul', 'matmulInto'],
  'src/data/batches.ts': ['gatherRows'],
  'src/nn/loss.ts': ['countCorrect'],
  'src/dfa/alignment.ts': ['jointCosine'],
}

const LAB = /^src\/lab\//
/** What trains, of the rooms that are read. */
const TRAINS =
  /^src\/(?!lab\/)|^src\/lab\/(training|parallel)\/|(training|[/]perturbation|statistics|exact|engine|deep-run|shallow|aligned-weights|recorded|resumable)\.ts$/
const HOOKS = ['beforeStep', 'beforeUpdate', 'afterStep', 'deliver']
const READ = /^\/src\/(?!lab\/)|^\/src\/lab\/(training|parallel|train|check|reproduce\/[^/]+)\//

function isLoop(node: Node): boolean {
  return isForStatement(node) || isForOfStatement(node) || isWhileStatement(node) || isDoStatement(node)
}

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
function runningBodies(root: string, sources: readonly SourceFile[], checker: Checker,
  excused: (body: Body) => boolean): readonly Body[]
{
  const running = new Set<Body>()
  const building = new Map<Node, Body>()
  const values: Node[] = []
  for (const source of sources) {
    const file = source.fileName.slice(root.length + 1)
    const inLab = LAB.test(file)
    const reports = !TRAINS.test(file)
    // `runs`: whatever is made here runs, because a function, or in the lab a loop, is around it.
    const seek = (node: Node, around: string, runs: boolean): void => {
      if (isImportDeclaration(node) || isExportDeclaration(node)) return
      if (!reports && isIdentifier(node) && isHandedOn(node)) values.push(node)
      const loops = inLab && isLoop(node)
      const opens = isBody(node)
      const name = (opens ? nameOf(node) : '') || around
      if (opens || loops) {
        const body = { file, node, name }
        const declared = isVariableDeclaration(node.parent) ? node.parent : node
        const builds = !runs && !loops && !HOOKS.includes(name)
          && (reports || declared !== node || isFunctionDeclaration(node))
        if (builds) building.set(declared, body)
        else if (!excused(body)) running.add(body)
      }
      node.forEachChild((child) => seek(child, name, runs || loops || (opens && !reports)))
    }
    seek(source, '', false)
  }
  const declarationsOf = declarations(checker)
  const pathOf = (node: Node): string => node.getSourceFile().fileName.slice(root.length + 1)
  let fresh = [...running]
  const mention = (nodes: readonly Node[]): void => {
    declarationsOf(nodes).forEach((declared, i) => {
      for (const declaration of declared) {
        const body = building.get(declaration)
        // What the lab calls below itself it builds with.
        const down = body !== undefined && !LAB.test(body.file) && LAB.test(pathOf(nodes[i]))
        if (body === undefined || running.has(body) || down || excused(body)) continue
        running.add(body)
        fresh.push(body)
      }
    })
  }
  for (const body of building.values()) {
    if (STEPPED[body.file]?.includes(body.name) !== true || running.has(body) || excused(body)) continue
    running.add(body)
    fresh.push(body)
  }
  mention(values)
  while (fresh.length > 0) {
    const nodes: Node[] = []
    for (const { node } of fresh) walk(node, (inner) => isIdentifier(inner) && !isChoice(inner) && nodes.push(inner))
    fresh = []
    mention(nodes)
  }
  return [...running]
}

/** True for `choose`: asking it is a question by itself. */
function isChoice(node: Node): boolean {
  return isIdentifier(node) && node.text === 'choose'
}

/** True for an identifier that is neither called nor a declaration's own name. */
function isHandedOn(node: Node): boolean {
  const parent = node.parent as Node & { name?: Node }
  if (isCallExpression(parent)) return parent.expression !== node && !runsAtOnce(node)
  return parent.name !== node || isShorthandPropertyAssignment(parent)
}

/** What the identifiers stand for: the declarations, through imports. */
function declarations(checker: Checker): (nodes: readonly Node[]) => readonly (readonly Node[])[] {
  const known = new Map<number, readonly Node[]>()
  return (nodes) =>
    checker.getSymbolAtLocation(nodes).map((symbol, i) => {
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
      ? [`${body.file}: ${body.name}: ${node.getText().replace(/\s+/g, ' ').slice(0, 70)}`] : []
  })
}

/** The expressions that must all be strings for `node` to ask for one; undefined when it asks for nothing. */
function stringsAsked(node: Node): readonly Node[] | undefined {
  if (isBinaryExpression(node)) {
    const { left, operatorToken: { kind }, right } = node
    if (kind === SyntaxKind.InKeyword) return []
    return COMPARISONS.includes(kind) && !isTypeOfExpression(left) && !isTypeOfExpression(right) ? [left, right]
      : undefined
  }
  if (isForInStatement(node)) return []
  if (isSwitchStatement(node)) return [node.expression]
  if (isElementAccessExpression(node)) {
    return isStringLiteral(node.argumentExpression) ? undefined : [node.argumentExpression]
  }
  if (isCallExpression(node) && isChoice(node.expression)) return []
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
