import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const EDGE_SESSION = '../../../../model/src/sparkplug/edge-session.test.ts'
const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

test('clauses.md names for each group of statements words of a test that exists', () => {
  const rows = [...text('clauses.md').matchAll(/^\| (?!statements|---)(.+?) \| (\S+) \| (.+?) \|$/gm)]
  assert.ok(rows.length >= 30)
  for (const [, statements = '', file = '', words = ''] of rows) {
    const source = text(file === 'edge-session' ? EDGE_SESSION : file).replaceAll("\\'", "'")
    assert.ok(source.includes(words), `${statements}: no test "${words}" in ${file}`)
  }
})
