import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { isAppStale } from './browser-app.ts'

test('the browser app is stale when it is missing or older than a source, and not for a test', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'millwright-ui-'))
  t.after(() => rm(root, { recursive: true }))
  const put = async (file: string, second: number) => {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), '')
    await utimes(join(root, file), second, second)
  }
  await put('ui/src/main.tsx', 1_000)
  await put('model/src/path.ts', 1_000)
  assert.equal(await isAppStale(root), true)
  await put('ui/dist/index.html', 2_000)
  assert.equal(await isAppStale(root), false)
  await put('ui/src/live/live-store.test.ts', 3_000)
  assert.equal(await isAppStale(root), false)
  await put('model/src/path.ts', 3_000)
  assert.equal(await isAppStale(root), true)
})
