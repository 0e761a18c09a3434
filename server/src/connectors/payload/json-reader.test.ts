import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_MESSAGE_NAMES, readJson } from './json-reader.ts'
import { JsonObject } from './json-value.ts'

const read = (text: string) => {
  const bytes = Buffer.from(text)
  return readJson(bytes, 0, bytes.length)
}
const members = (count: number) => Array.from({ length: count }, (_, index) => `"n${index}":1`).join(',')
const isTooMany = { code: 'LIMIT_REACHED', message: /at most 20000 names/ }

test('a message may have so many names and no more', () => {
  const object = read(`{${members(MAX_MESSAGE_NAMES)}}`)
  assert.ok(object instanceof JsonObject)
  assert.equal(object.names.length, MAX_MESSAGE_NAMES)
  assert.throws(() => read(`{${members(MAX_MESSAGE_NAMES + 1)}}`), isTooMany)
})

test('names of nested objects count with those around them', () => {
  const half = members(MAX_MESSAGE_NAMES / 2)
  assert.throws(() => read(`{"a":{${half}},"b":[{${half}}]}`), isTooMany)
})

test('each message of an array has names of its own', () => {
  const most = `{${members(MAX_MESSAGE_NAMES)}}`
  assert.equal((read(`[${most},${most}]`) as readonly unknown[]).length, 2)
})
