import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Duck } from './duck.ts'
import { guardSql } from './sql-guard.ts'

test('functions that make a value of any size are refused, and kept where their size stands there and is small', async (t) => {
  const duck = await Duck.open(':memory:', {})
  const connection = await duck.connect()
  t.after(() => {
    connection.close()
    duck.close()
  })
  for (const wrong of [
    "SELECT repeat('x', 1000000000)",
    "SELECT length(rpad('x', 1000000000, 'y'))",
    "SELECT lpad(signal, value::INTEGER, ' ') FROM samples",
    'SELECT unnest(range(1000000000))',
    'SELECT [x FOR x IN generate_series(1000000000)]',
    'SELECT list_resize([1], 1000000000)',
    "SELECT * FROM range(length(repeat('x', 10)))",
    "SELECT format('{:1000000000}', 'x')",
    "SELECT format('{:{}}', 'x', 1000000000)",
    "SELECT printf('%*d', 1000000000, 1)",
    "SELECT printf(signal, 1) FROM samples",
  ]) {
    await assert.rejects(guardSql(connection, wrong), { code: 'QUERY_INVALID' }, wrong)
  }
  for (const right of [
    "SELECT lpad(signal, 40, ' ') FROM samples",
    'SELECT unnest(range(-5, 10, 2))',
    'SELECT count(*) FROM range(1000000000)',
    "SELECT format('{:.2f} bar', value) FROM samples",
    "SELECT printf('%08.3f', value) FROM samples",
  ]) {
    assert.equal((await guardSql(connection, right)).text, right)
  }
})
