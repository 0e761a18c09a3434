import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { ERROR_CODES } from '../kernel/error.ts'
import { errorsPage, readErrorTable } from './pages/errors-page.ts'

const markdown = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

test('docs/errors.md holds every error code, in order, with its status and whether to try again, and no other', () => {
  const rows = [...markdown.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (yes|no) \| .+ \|$/gm)].map(([, code, http, retry]) => ({ code, http: Number(http), retry: retry === 'yes' }))
  assert.deepEqual(rows, Object.entries(ERROR_CODES).map(([code, { http, retry }]) => ({ code, http, retry })))
})

test('the page of errors explains each code where the type of a problem points', () => {
  const html = errorsPage(readErrorTable(markdown))
  for (const code of Object.keys(ERROR_CODES)) assert.match(html, new RegExp(`id="${code}">[^]*?<p>[^<]{10,}`), code)
})
