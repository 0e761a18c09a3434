import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestApi } from '../test-api.ts'

test('without a browser app a plain page says what this is', async (t) => {
  const api = await openTestApi()
  t.after(() => api.close())
  const { body, statusCode } = await api.app.inject({ url: '/', headers: { accept: 'text/html' } })
  assert.equal(statusCode, 200)
  assert.match(body, /href="\/api\/docs"/)
  assert.equal((await api.app.inject({ url: '/trend', headers: { accept: 'text/html' } })).statusCode, 404)
})

test('a built browser app is served, also for addresses inside it, and cannot be left', async (t) => {
  const appFolder = await mkdtemp(join(tmpdir(), 'millwright-app-'))
  await writeFile(join(appFolder, 'index.html'), '<title>the app</title>')
  await mkdir(join(appFolder, 'assets'))
  await writeFile(join(appFolder, 'assets', 'index-Ab12Cd34.js'), 'export {}')
  const api = await openTestApi({ appFolder })
  t.after(() => api.close())
  t.after(() => rm(appFolder, { recursive: true }))
  const page = { accept: 'text/html,*/*' }
  for (const url of ['/', '/trend', '/plant/acme/line1?from=-1h']) {
    const answer = await api.app.inject({ url, headers: page })
    assert.equal(answer.statusCode, 200, url)
    assert.match(answer.body, /the app/)
    assert.equal(answer.headers['cache-control'], 'no-cache')
  }
  const script = await api.app.inject('/assets/index-Ab12Cd34.js')
  assert.match(String(script.headers['cache-control']), /immutable/)
  for (const url of ['/api/v1/nothing', '/missing.js', '/..%2f..%2fetc%2fpasswd.txt']) {
    assert.equal((await api.app.inject({ url, headers: page })).statusCode >= 400, true, url)
  }
})
