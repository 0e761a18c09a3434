import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { ERROR_CODES } from '../src/kernel/error.ts'
import { codeOnly, findingsIn, importProblem, importsOf, LONG_FILES } from './tidy-rules.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SOURCE = join(ROOT, 'server/src')
/** The one place where the rules stand as text. */
const RULES = 'server/test/tidy-rules.ts'
const OWN_TEST = 'server/test/tidy.test.ts'

function filesBelow(folder: string, end: RegExp): string[] {
  const found: string[] = []
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') found.push(...filesBelow(path, end))
    } else if (end.test(entry.name)) found.push(path)
  }
  return found
}

const files = ['model', 'server', 'simulator', 'ui', 'bench'].flatMap((folder) => filesBelow(folder, /\.tsx?$/)).sort()
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

test('imports go downwards only', () => {
  const wrong: string[] = []
  for (const file of files.filter((name) => name.startsWith('server/src/'))) {
    for (const { line, target } of importsOf(read(file))) {
      if (!target.startsWith('.')) continue
      const from = relative(SOURCE, join(ROOT, file)).split(sep).join('/')
      const to = relative(SOURCE, resolve(dirname(join(ROOT, file)), target)).split(sep).join('/')
      // Tests beside the code may use the contract suites and builders of server/test.
      if (to.startsWith('../test/') && /\.(test|bench)\.ts$/.test(file)) continue
      // The manifest of the package, for its version.
      if (to === '../package.json') continue
      const problem = to.startsWith('..') ? `${to} lies outside of server/src; packages are imported by name` : importProblem(from, to)
      if (problem !== undefined) wrong.push(`${file}:${line} ${problem}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('the model imports nothing but itself and the schema library, and no package reaches into another one', () => {
  const wrong: string[] = []
  for (const file of files) {
    const home = file.split('/')[0]
    const isTest = /\.(test|bench)\.ts$/.test(file)
    for (const { line, target } of importsOf(read(file))) {
      if (home === 'model' && !target.startsWith('.') && target !== 'typebox' && !isTest) wrong.push(`${file}:${line} model may not import ${target}`)
      if (/^(node:|bun:)/.test(target) && home === 'ui' && file.startsWith('ui/src/') && !isTest) wrong.push(`${file}:${line} ui may not import ${target}: it runs in a browser`)
      const other = /^@millwright\/(server|ui|simulator)/.exec(target)
      if (other !== null && home !== other[1] && home !== 'bench' && !isTest && !file.startsWith('server/src/cli/')) wrong.push(`${file}:${line} ${home} may not import ${other[0]}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('files are of one idea, and hold nothing that is banned', () => {
  const wrong = files.filter((file) => file !== RULES && file !== OWN_TEST).flatMap((file) => findingsIn(file, read(file)).map(({ line, message }) => `${file}:${line} ${message}`))
  assert.deepEqual(wrong, [])
  for (const file of Object.keys(LONG_FILES)) assert.ok(files.includes(file), `${file} is in the table of long files and no longer exists`)
})

test('every error code is explained in docs/errors.md, and none that does not exist', () => {
  const page = read('docs/errors.md')
  const explained = new Set([...page.matchAll(/`([A-Z][A-Z_]+)`/g)].map((match) => match[1] ?? ''))
  const codes = Object.keys(ERROR_CODES)
  assert.deepEqual(codes.filter((code) => !explained.has(code)), [], 'codes that docs/errors.md does not explain')
  assert.deepEqual(codes, codes.toSorted(), 'the table of codes is sorted')
})

test('the lock file names no registry, and every install script is listed under allowScripts', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string; link?: boolean; hasInstallScript?: boolean }> }
  const manifest = JSON.parse(read('package.json')) as { allowScripts?: Record<string, boolean> }
  const addressed = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined && entry.link !== true)
  assert.deepEqual(addressed.map(([name]) => name), [], 'packages with a download address; .npmrc has omit-lockfile-registry-resolved')
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
  assert.deepEqual(scripted.filter((name) => !Object.hasOwn(manifest.allowScripts ?? {}, name)), [], 'install scripts that nobody decided about')
})

test('the rules themselves find what they should', () => {
  assert.equal(importProblem('kernel/log.ts', 'connectors/sink.ts'), 'kernel may not import connectors: it stands on a higher floor')
  assert.equal(importProblem('journal/journal.ts', 'registry/registry.ts'), 'journal may not import registry: they stand on the same floor')
  assert.match(importProblem('connectors/mqtt/core.ts', 'connectors/http/intake.ts') ?? '', /^connectors\/mqtt may not import connectors\/http/)
  assert.equal(importProblem('connectors/mqtt/core.ts', 'connectors/payload/json.ts'), undefined)
  assert.equal(importProblem('connectors/mqtt/core.ts', 'connectors/sink.ts'), undefined)
  assert.match(importProblem('connectors/sink.ts', 'connectors/mqtt/core.ts') ?? '', /may not import/)
  assert.match(importProblem('attic/a.ts', 'kernel/log.ts') ?? '', /stands on no floor/)
  assert.equal(importProblem('cli/start.ts', 'api/server.ts'), undefined)
  const bad = ['const a: any = 1', 'f(x as unknown as Y)', 'map.get(k)!.y', 'console.log(1)', "export * from './x.ts'", 'export default 1', 'enum A {', 'namespace N {', "test.only('x')", "test.skip('x')", '// TODO later', '// @ts-ignore']
  for (const line of bad) assert.equal(findingsIn('server/src/kernel/x.ts', line).length, 1, line)
  const good = ['// as any man', "const s = 'console.log(1)'", 'if (a !== b) x()', 'const any = [1]', 'if (!(a)) b()', 'x = y! == z'.replace('! ', ' !'), "import type { A } from './a.ts'", "test('x', { skip: 'no data here' })"]
  for (const line of good) assert.deepEqual(findingsIn('server/src/kernel/x.ts', line), [], line)
  assert.deepEqual(findingsIn('server/src/kernel/x.ts', 'x\n'.repeat(401)).map(({ line }) => line), [400])
  assert.deepEqual(importsOf("import type {\n A } from './a.ts'\nawait import('./b.ts')"), [{ line: 2, target: './a.ts' }, { line: 3, target: './b.ts' }])
  assert.equal(codeOnly("a('x') // y"), 'a(   )     ')
})
