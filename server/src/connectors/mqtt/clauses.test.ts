import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

describe('clauses.md', () => {
  const [newer = '', older = ''] = text('clauses.md').split('## MQTT 3.1.1')

  it('names for each statement of MQTT 5.0 a test that carries its number, or says how it is met', () => {
    const rows = [...newer.matchAll(/^\| (\d[\d.]+-\d+) \| (.*?) ?\| (.*?) ?\|$/gm)]
    assert.ok(rows.length > 200)
    for (const [, clause = '', file = '', how = ''] of rows) {
      if (file === '') assert.ok(how.length > 5, clause)
      else assert.ok(text(file).includes(`[MQTT-${clause}]`), `${clause} is not in ${file}`)
    }
  })

  it('names for each statement of MQTT 3.1.1 one of MQTT 5.0 that is in the table', () => {
    const pairs = [...older.matchAll(/^\| (\d[\d.]+-\d+) \| (\d[\d.]+-\d+) \|$/gm)]
    assert.ok(pairs.length > 100)
    for (const [, clause = '', same = ''] of pairs) assert.ok(newer.includes(`| ${same} |`), clause)
  })
})
