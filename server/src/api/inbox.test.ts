import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from './test-api.ts'

test('discovered signals wait in the inbox until somebody accepts, rejects or forgets them', async () => {
  const api = await openTestApi({ policy: 'review' })
  try {
    for (const name of ['a', 'b', 'c']) assert.ok('refusal' in api.plant.ingest.resolve('line/press', name, 'number'))
    const waiting = (await api.app.inject('/api/v1/inbox?state=waiting')).json()
    assert.equal(waiting.total, 3)
    const accepted = await api.app.inject({ method: 'POST', url: '/api/v1/inbox/accept', payload: { signals: [{ path: 'line/press/a', to: 'line/press/alpha' }] } })
    assert.equal(accepted.statusCode, 200, accepted.body)
    assert.ok(api.plant.model.signal('line/press/alpha'))
    assert.equal((await api.app.inject({ method: 'POST', url: '/api/v1/inbox/reject', payload: { paths: ['line/press/b'] } })).statusCode, 200)
    assert.equal((await api.app.inject({ method: 'POST', url: '/api/v1/inbox/forget', payload: { paths: ['line/press/c'] } })).statusCode, 200)
    const left = (await api.app.inject('/api/v1/inbox')).json()
    assert.deepEqual(left.items.map((item: { path: string; state: string }) => [item.path, item.state]), [['line/press/b', 'rejected']])
    const unknown = await api.app.inject({ method: 'POST', url: '/api/v1/inbox/accept', payload: { signals: [{ path: 'line/press/zz' }] } })
    assert.equal(unknown.statusCode, 404)
  } finally {
    await api.close()
  }
})
