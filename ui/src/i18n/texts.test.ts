import assert from 'node:assert/strict'
import { readFile, glob } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { en } from './en.ts'
import { zh } from './zh.ts'

const SOURCE = fileURLToPath(new URL('..', import.meta.url))
/** What stands on a key of the keyboard is the same in all languages. */
const SAME_EVERYWHERE = new Set(['Ctrl K'])
/** Attributes that people read or hear. */
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'description'])

function leaves(texts: object, prefix = ''): Map<string, string> {
  return new Map(Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [[prefix + key, value] as const] : [...leaves(value as object, `${prefix}${key}.`)])))
}

test('both languages have the same texts with the same places for values', () => {
  const [english, chinese] = [leaves(en), leaves(zh)]
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort())
  const places = (text = '') => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort()
  for (const [key, text] of english) {
    assert.deepEqual(places(chinese.get(key)), places(text), key)
    assert.notEqual(chinese.get(key)?.trim(), '', key)
  }
})

test('no text of either language stands in a component', async () => {
  const found: string[] = []
  let files = 0
  for await (const file of glob('**/*.{ts,tsx}', { cwd: SOURCE })) {
    if (file.startsWith('i18n/') || file.endsWith('.test.ts') || file.endsWith('.d.ts') || file.startsWith('theme/tokens')) continue
    files++
    const lang = file.endsWith('x') ? 'tsx' : 'ts'
    walk(parseAst(await readFile(join(SOURCE, file), 'utf8'), { lang }), (text) => found.push(`${file}: ${text}`))
  }
  assert.ok(files > 50, 'the sources were found')
  assert.deepEqual(found, [])
})

test('the rule finds texts between tags, in spoken attributes, and Chinese anywhere, and lets names of the program be', () => {
  const found: string[] = []
  const source = "const a = '中文'; const b = <p className=\"plain name\" title=\"Spoken words\">Written words{'given words'}<i>·</i></p>"
  walk(parseAst(source, { lang: 'tsx' }), (text) => found.push(text))
  assert.deepEqual(found.sort(), ['Written words', 'given words', 'title=Spoken words', '中文'])
})

/** Reports texts for people: words between tags, words in spoken attributes, and Chinese anywhere. */
function walk(node: unknown, report: (text: string) => void): void {
  if (Array.isArray(node)) return node.forEach((one) => walk(one, report))
  if (typeof node !== 'object' || node === null) return
  const { type, value, name, expression } = node as { type?: string; value?: unknown; name?: { name?: unknown }; expression?: { type?: string; value?: unknown } }
  if (typeof value === 'string' && /\p{Script=Han}/u.test(value)) report(value)
  if (type === 'JSXText' && typeof value === 'string' && isWord(value)) report(value.trim())
  if (type === 'JSXExpressionContainer' && expression?.type === 'Literal' && typeof expression.value === 'string' && isWord(expression.value)) report(expression.value)
  if (type === 'JSXAttribute') {
    const spoken = (value as { type?: string; value?: unknown } | null) ?? {}
    if (SPOKEN.has(String(name?.name)) && spoken.type === 'Literal' && typeof spoken.value === 'string' && isWord(spoken.value)) report(`${String(name?.name)}=${spoken.value}`)
    // Other attributes hold names of the program, not texts.
    if (spoken.type === 'Literal' || (spoken as { expression?: { type?: string } }).expression?.type === 'Literal') return
  }
  for (const [key, child] of Object.entries(node)) if (key !== 'parent') walk(child, report)
}

function isWord(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !SAME_EVERYWHERE.has(text.trim())
}
