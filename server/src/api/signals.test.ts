import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { openTestApi, type TestApi } from './test-api.ts'

let api: TestApi
before(async () => {
  api = await openTestApi({ policy: 'auto' })
})
after(() => api.close())

test('a signal is created, replaced, changed, renamed and deleted', async () => {
  await api.app.inject({ method: 'PUT', url: '/api/v1/assets/line', payload: {} })
  const created = await api.app.inject({ method: 'PUT', url: '/api/v1/signals/line/speed', payload: { kind: 'number', unit: 'm/s', high: 3 } })
  assert.equal(created.statusCode, 201, created.body)
  const replaced = await api.app.inject({ method: 'PUT', url: '/api/v1/signals/line/speed', payload: { kind: 'number', low: 0 } })
  assert.equal(replaced.statusCode, 200)
  const { series, ...shown } = replaced.json<WireSignal>()
  assert.deepEqual(shown, { path: 'line/speed', name: 'speed', kind: 'number', low: 0 })
  const patched = await api.app.inject({ method: 'PATCH', url: '/api/v1/signals/line/speed', payload: { path: 'line/velocity', low: null, unit: 'm/s' } })
  assert.deepEqual(patched.json(), { series, path: 'line/velocity', name: 'velocity', kind: 'number', unit: 'm/s' })
  assert.equal((await api.app.inject({ method: 'DELETE', url: '/api/v1/signals/line/velocity' })).statusCode, 204)
  assert.equal((await api.app.inject('/api/v1/signals/line/velocity')).json().code, 'SIGNAL_UNKNOWN')
})

test('signals that are called like a view are reached, and so are their samples', async () => {
  await api.write('odd', 'samples', [[1, 7]])
  await api.write('odd', 'last', [[1, 8]])
  assert.equal((await api.app.inject('/api/v1/signals/odd/samples')).json().name, 'samples')
  assert.equal((await api.app.inject('/api/v1/signals/odd/last')).json().name, 'last')
  assert.deepEqual((await api.app.inject('/api/v1/signals/odd/samples/samples')).json().values, [7])
  assert.equal((await api.app.inject('/api/v1/signals/odd/last/last')).json().value, 8)
  const put = await api.app.inject({ method: 'PUT', url: '/api/v1/signals/odd/samples', payload: { kind: 'number', unit: 's' } })
  assert.equal(put.statusCode, 200, put.body)
})

test('newest samples come one by one and many at once, with null where there never was one', async () => {
  await api.write('new', 'on', [[2, true]])
  await api.write('new', 'recipe', [[2, 'A7']])
  await api.app.inject({ method: 'PUT', url: '/api/v1/signals/new/silent', payload: { kind: 'number' } })
  assert.equal((await api.app.inject('/api/v1/signals/new/on/last')).json().value, true)
  const silent = await api.app.inject('/api/v1/signals/new/silent/last')
  assert.deepEqual(silent.json(), { signal: 'new/silent', time: null, value: null, quality: null })
  const many = (await api.app.inject('/api/v1/last?under=new')).json()
  assert.deepEqual(many.signals, ['new/on', 'new/recipe', 'new/silent'])
  assert.deepEqual(many.values, [true, 'A7', null])
  assert.deepEqual(many.qualities, ['good', 'good', null])
})
