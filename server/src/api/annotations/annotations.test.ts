import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { WireAnnotation, WireAnnotations } from '@millwright/model/wire/annotation.ts'
import { NOW_US, openTestApi, type TestApi } from '../test-api.ts'

const NOW = NOW_US / 1_000
let api: TestApi
before(async () => {
  api = await openTestApi()
  await api.write('line/press', 'temperature', [[10, 1]])
  await api.write('line/press', 'force', [[10, 1]])
})
after(() => api.close())

const post = (payload: object) => api.app.inject({ method: 'POST', url: '/api/v1/annotations', payload })
const list = async (query: string) => (await api.app.inject(`/api/v1/annotations?${query}`)).json<WireAnnotations>()

test('an annotation is written, found in its range, rewritten, survives a rename of its signal, and is deleted', async () => {
  const created = await post({ from: NOW - 5_000, to: NOW - 2_000, signals: ['line/press/temperature'], text: ' Bearing changed ', author: '李娜' })
  assert.equal(created.statusCode, 201, created.body)
  const { id, text, author } = created.json<WireAnnotation>()
  assert.deepEqual({ text, author }, { text: 'Bearing changed', author: '李娜' })
  assert.deepEqual((await list(`from=${NOW - 3_000}&to=${NOW}`)).items.map((item) => item.id), [id])
  assert.deepEqual((await list(`from=${NOW - 1_000}&to=${NOW}`)).items, [])
  assert.deepEqual((await list(`from=${NOW - 9_000}&signals=line/press/force`)).items, [])

  await api.app.inject({ method: 'PATCH', url: '/api/v1/signals/line/press/temperature', payload: { path: 'line/press/warmth' } })
  assert.deepEqual((await list(`from=${NOW - 9_000}&signals=line/press/warmth`)).items[0]?.signals, ['line/press/warmth'])

  const before = (await list('')).revision
  const put = await api.app.inject({ method: 'PUT', url: `/api/v1/annotations/${id}`, payload: { from: NOW - 5_000, text: 'Both bearings changed', author: '李娜' } })
  assert.equal(put.statusCode, 200, put.body)
  const after = await list(`from=${NOW - 9_000}&signals=line/press/force`)
  assert.deepEqual(after.items.map((item) => [item.text, item.to, item.signals]), [['Both bearings changed', undefined, []]], 'about the whole plant now, so every signal shows it')
  assert.ok(after.revision > before)

  assert.equal((await api.app.inject({ method: 'DELETE', url: `/api/v1/annotations/${id}` })).statusCode, 204)
  assert.equal((await api.app.inject({ method: 'DELETE', url: `/api/v1/annotations/${id}` })).json().code, 'NOT_FOUND')
})

test('annotations are documents of the registry', async () => {
  const { id } = (await post({ from: NOW, text: 'stays', author: 'A' })).json<WireAnnotation>()
  assert.ok((await api.plant.registry.documents('annotation')).has(id))
})

test('what cannot be an annotation is refused with the place that is wrong', async () => {
  const cases: readonly (readonly [object, string, string])[] = [
    [{ from: NOW, to: NOW, text: 'x', author: 'A' }, 'PAYLOAD_INVALID', '/to'],
    [{ from: NOW, text: '  ', author: 'A' }, 'PAYLOAD_INVALID', '/text'],
    [{ from: NOW, text: 'x', author: ' ' }, 'PAYLOAD_INVALID', '/author'],
    [{ from: NOW, text: 'x', author: 'A', signals: ['line/press/nothing'] }, 'SIGNAL_UNKNOWN', '/signals/0'],
    [{ from: NOW, text: 'x'.repeat(2_001), author: 'A' }, 'PAYLOAD_INVALID', '/text'],
  ]
  for (const [payload, code, pointer] of cases) {
    const { code: got, errors } = (await post(payload)).json()
    assert.deepEqual([got, errors[0].pointer], [code, pointer], JSON.stringify(payload).slice(0, 80))
  }
})
