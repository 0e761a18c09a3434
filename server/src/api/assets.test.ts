import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { openTestApi, type TestApi } from './test-api.ts'

let api: TestApi
before(async () => {
  api = await openTestApi()
})
after(() => api.close())

const at = (path: string) => `/api/v1/assets/${path.split('/').map(encodeURIComponent).join('/')}`

test('an asset is created with its ancestors, read, replaced, changed and deleted', async () => {
  const created = await api.app.inject({ method: 'POST', url: at('acme/line1/press3'), payload: { level: 'equipment', properties: { maker: 'Schuler', year: 1998 } } })
  assert.equal(created.statusCode, 201)
  assert.equal(created.json().path, 'acme/line1/press3')
  const replaced = await api.app.inject({ method: 'PUT', url: at('acme/line1/press3'), payload: { description: 'Press', properties: { serial: 'S-1' } } })
  assert.equal(replaced.statusCode, 200)
  assert.deepEqual(replaced.json().properties, { serial: 'S-1' })
  assert.equal(replaced.json().level, undefined)
  const patched = await api.app.inject({ method: 'PATCH', url: at('acme/line1/press3'), payload: { description: null, properties: { year: 1999 } } })
  assert.deepEqual(patched.json().properties, { serial: 'S-1', year: 1999 })
  assert.equal(patched.json().description, undefined)
  assert.equal((await api.app.inject({ method: 'DELETE', url: at('acme/line1/press3') })).statusCode, 204)
  const gone = await api.app.inject({ method: 'GET', url: at('acme/line1/press3') })
  assert.equal(gone.statusCode, 404)
  assert.equal(gone.json().code, 'NOT_FOUND')
})

test('names in Chinese, with spaces, percent signs and slashes encoded or not, are found again', async () => {
  for (const path of ['天津/机加工 一号线/压力机 3', 'a b/50% load', 'x/ü&=?;@:,$y']) {
    const created = await api.app.inject({ method: 'PUT', url: at(path), payload: {} })
    assert.equal(created.statusCode, 201, created.body)
    assert.equal((await api.app.inject({ method: 'GET', url: at(path) })).json().path, path)
    assert.equal((await api.app.inject({ method: 'GET', url: `/api/v1/assets/${encodeURIComponent(path)}` })).json().path, path)
  }
})

test('creating what exists is a conflict', async () => {
  await api.app.inject({ method: 'POST', url: at('twice'), payload: {} })
  const again = await api.app.inject({ method: 'POST', url: at('twice'), payload: {} })
  assert.equal(again.statusCode, 409)
  assert.equal(again.headers['content-type'], 'application/problem+json')
})

test('an asset is moved by its path, and its signals keep their history', async () => {
  await api.write('move/me', 'speed', [[10, 1], [5, 2]])
  const moved = await api.app.inject({ method: 'PATCH', url: at('move/me'), payload: { path: 'moved/here', description: 'new' } })
  assert.equal(moved.statusCode, 200, moved.body)
  assert.equal(moved.json().description, 'new')
  const samples = await api.app.inject('/api/v1/signals/moved/here/speed/samples')
  assert.deepEqual(samples.json().values, [1, 2])
})

test('an asset with contents is only deleted when that is said', async () => {
  await api.write('full/box', 'speed', [[1, 1]])
  assert.equal((await api.app.inject({ method: 'DELETE', url: at('full') })).statusCode, 409)
  assert.equal((await api.app.inject({ method: 'DELETE', url: `${at('full')}?contents=true` })).statusCode, 204)
  assert.equal(api.plant.model.signal('full/box/speed'), undefined)
})

test('listings come in pages, filtered by place and words', async () => {
  await api.app.inject({
    method: 'POST',
    url: '/api/v1/model/edits',
    payload: { edits: Array.from({ length: 25 }, (_, index) => ({ op: 'createAsset', path: `list/pump ${index}`, fields: {} })) },
  })
  const paths: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: LightMyRequestResponse = await api.app.inject(`/api/v1/assets?under=list&direct=true&limit=10${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    assert.equal(page.statusCode, 200, page.body)
    paths.push(...page.json().items.map((item: { path: string }) => item.path))
    cursor = page.json().next
  }
  assert.equal(new Set(paths).size, 25)
  assert.deepEqual((await api.app.inject('/api/v1/assets?search=pump%2017')).json().items.map((item: { path: string }) => item.path), ['list/pump 17'])
})

test('a body with an unknown field, a wrong type or a wrong level is refused where it is wrong', async () => {
  const unknown = await api.app.inject({ method: 'PUT', url: at('wrong'), payload: { descripton: 'x' } })
  assert.equal(unknown.statusCode, 400)
  assert.deepEqual(unknown.json().errors, [{ pointer: '/descripton', detail: 'is not known here; did you mean "description"?' }])
  const typed = await api.app.inject({ method: 'PUT', url: at('wrong'), payload: { description: 502 } })
  assert.deepEqual(typed.json().errors, [{ pointer: '/description', detail: 'must be a string, got 502' }])
  const level = await api.app.inject({ method: 'PUT', url: at('wrong'), payload: { level: 'equipmnt' } })
  assert.match(level.json().detail, /did you mean "equipment"/)
  assert.equal(api.plant.model.asset('wrong'), undefined)
})

test('of edits that are wrong none is made, and the answer names which one', async () => {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/model/edits',
    payload: { edits: [{ op: 'createAsset', path: 'half', fields: {} }, { op: 'deleteAsset', path: 'nowhere', withContents: false }] },
  })
  assert.equal(answer.statusCode, 404)
  assert.equal(answer.json().context.index, 1)
  assert.equal(api.plant.model.asset('half'), undefined)
  const op = await api.app.inject({ method: 'POST', url: '/api/v1/model/edits', payload: { edits: [{ op: 'explode', path: 'x' }] } })
  assert.equal(op.statusCode, 400)
  assert.equal(op.json().errors[0].pointer, '/edits/0/op')
})

test('a path that can be none is told why', async () => {
  for (const path of ['a//b', 'a/b%00', 'a/%2b', 'a/%20b']) {
    const answer = await api.app.inject({ method: 'PUT', url: `/api/v1/assets/${path}`, payload: {} })
    assert.equal(answer.statusCode, 400, path)
    assert.ok(['NAME_INVALID', 'BAD_REQUEST'].includes(answer.json().code), path)
  }
})

test('a name that is nearly right is answered with the right one', async () => {
  await api.write('near/press', 'temperature', [[1, 1]])
  assert.match((await api.app.inject('/api/v1/assets/near/pres')).json().detail, /did you mean "press"/)
  assert.match((await api.app.inject('/api/v1/signals/near/press/temperatur')).json().detail, /did you mean "temperature"/)
})
