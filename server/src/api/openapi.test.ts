import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { openTestApi, type TestApi } from './test-api.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const routes: { readonly method: string; readonly url: string; readonly hide: boolean; readonly view: string | undefined }[] = []
let api: TestApi
let document: Document

before(async () => {
  api = await openTestApi({
    plugins: [
      async (scope) => {
        scope.get('/api/v1/of-a-plugin', { schema: { tags: ['ingest'], operationId: 'plugin', summary: 'From a plugin' } }, async () => ({}))
      },
    ],
    watchRoutes: (route) => routes.push(route),
  })
  await api.write('line/press', 'temperature', [[10, 1], [5, 2]])
  await api.write('line/press', 'on', [[10, true]])
  const answer = await api.app.inject('/api/openapi.json')
  assert.equal(answer.statusCode, 200)
  document = answer.json()
})
after(() => api.close())

test('the document is OpenAPI 3.1 and holds every route that is not a page, once', () => {
  assert.equal(document.openapi, '3.1.0')
  const hidden = new Set(['/', '/api/docs', '/api/errors', '/api/openapi.json'])
  const expected = routes.filter(({ method, url }) => method !== 'HEAD' && !hidden.has(url)).map(({ method, url, view }) => `${method} ${url.replace('/*', '/{path}').replaceAll(/:(\w+)/g, '{$1}')}${view === undefined ? '' : `/${view}`}`)
  const shown = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  assert.ok(expected.length > 25)
  assert.deepEqual(shown.sort(), expected.sort())
  assert.ok(routes.filter(({ hide }) => hide).every(({ url }) => hidden.has(url)))
})

test('every operation has a name of its own, a summary, described parameters and its errors', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.values(methods).map((operation) => ({ path, operation })))
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length)
  for (const { path, operation } of operations) {
    assert.ok(operation.summary, path)
    assert.ok(operation.tags.length === 1, path)
    const parameters = operation.parameters ?? []
    assert.equal(parameters.some(({ name, in: place }) => name === 'path' && place === 'path'), path.includes('{path}'), path)
    if (path === '/api/v1/of-a-plugin') continue
    assert.ok('application/problem+json' in (operation.responses['400']?.content ?? {}), path)
  }
})

test('answers are what the document says', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const cases: readonly (readonly [string, string, string])[] = [
    ['/api/v1/assets', '/api/v1/assets', '200'],
    ['/api/v1/assets/line/press', '/api/v1/assets/{path}', '200'],
    ['/api/v1/assets/nothing', '/api/v1/assets/{path}', '404'],
    ['/api/v1/signals', '/api/v1/signals', '200'],
    ['/api/v1/signals/line/press/on', '/api/v1/signals/{path}', '200'],
    ['/api/v1/signals/line/press/on/samples', '/api/v1/signals/{path}/samples', '200'],
    ['/api/v1/signals/line/press/temperature/samples?every=1m&aggregate=avg,count', '/api/v1/signals/{path}/samples', '200'],
    ['/api/v1/signals/line/press/on/samples?from=x', '/api/v1/signals/{path}/samples', '400'],
    ['/api/v1/signals/line/press/on/last', '/api/v1/signals/{path}/last', '200'],
    ['/api/v1/last', '/api/v1/last', '200'],
    ['/api/v1/inbox', '/api/v1/inbox', '200'],
    ['/api/v1/annotations', '/api/v1/annotations', '200'],
    ['/api/v1/status', '/api/v1/status', '200'],
    ['/api/v1/dead-letters', '/api/v1/dead-letters', '200'],
    ['/healthz', '/healthz', '200'],
    ['/readyz', '/readyz', '200'],
  ]
  for (const [url, path, status] of cases) {
    const answer = await api.app.inject(url)
    assert.equal(String(answer.statusCode), status, `${url}: ${answer.body}`)
    const [schema] = Object.values(document.paths[path]?.get?.responses[status]?.content ?? {}).map((media) => media.schema)
    assert.ok(schema, path)
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components')))
    assert.ok(validate(answer.json()), `${url}: ${JSON.stringify(validate.errors)} ${answer.body}`)
  }
})

test('the page shows every operation, links errors, and loads nothing from elsewhere', async () => {
  const { body, headers } = await api.app.inject('/api/docs')
  assert.match(String(headers['content-type']), /^text\/html/)
  for (const path of Object.keys(document.paths)) assert.ok(body.includes(path.replaceAll('&', '&amp;')), path)
  assert.doesNotMatch(body, /(?:src|href)="(?:https?:)?\/\//)
})

test('metrics are shown with our names', async () => {
  const { body } = await api.app.inject('/metrics')
  for (const name of ['millwright_samples_stored_total 3', 'millwright_journal_head_position', 'millwright_history_up 1', 'millwright_history_rows{part="recent"}', 'process_cpu_seconds_total', 'millwright_disk_free_bytes']) {
    assert.ok(body.includes(name), name)
  }
})
