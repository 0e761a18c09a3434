import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from './test-api.ts'

const TYPES = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', yaml: 'application/yaml' }

test('a model that is exported in any format is imported into an empty plant as it was', async () => {
  const from = await openTestApi()
  try {
    await from.app.inject({ method: 'PUT', url: '/api/v1/assets/天津/压力机 3', payload: { level: 'equipment', properties: { maker: 'A "B", C', year: 1998 } } })
    await from.app.inject({ method: 'PUT', url: '/api/v1/signals/天津/压力机 3/温度', payload: { kind: 'number', unit: 'Cel', high: 90 } })
    for (const [format, type] of Object.entries(TYPES)) {
      const file = await from.app.inject(`/api/v1/model?format=${format}`)
      assert.equal(file.statusCode, 200, file.body)
      const to = await openTestApi()
      const send = (query: string) => to.app.inject({ method: 'POST', url: `/api/v1/model${query}`, payload: file.rawPayload, headers: { 'content-type': type } })
      const tried = await send('?dry_run=true')
      assert.equal(tried.json().applied, false, tried.body)
      assert.equal(to.plant.model.counts.signals, 0)
      assert.deepEqual((await send('')).json().counts, { created: 3, changed: 0, deleted: 0, unchanged: 0, errors: 0 })
      assert.deepEqual((await send('')).json().counts, { created: 0, changed: 0, deleted: 0, unchanged: 3, errors: 0 })
      assert.equal((await to.app.inject(`/api/v1/model?format=csv`)).body, (await from.app.inject(`/api/v1/model?format=csv`)).body)
      await to.close()
    }
  } finally {
    await from.close()
  }
})

test('a file with a wrong row changes nothing and says which row; an unknown format is refused', async () => {
  const api = await openTestApi()
  try {
    await api.app.inject({ method: 'PUT', url: '/api/v1/signals/a/b', payload: { kind: 'number' } })
    const file = (await api.app.inject('/api/v1/model?format=csv')).body.replace('number', 'numbr')
    const post = (query: string, type: string) => api.app.inject({ method: 'POST', url: `/api/v1/model${query}`, payload: file, headers: { 'content-type': type } })
    const tried = await post('?dry_run=true', 'text/csv')
    assert.ok(tried.json().counts.errors > 0, tried.body)
    const refused = await post('', 'text/csv')
    assert.equal(refused.json().code, 'IMPORT_FAILED')
    assert.equal((await post('', 'application/pdf')).json().code, 'UNSUPPORTED')
  } finally {
    await api.close()
  }
})
