import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { holderOf, openDataFolder, VERSION_FILE } from './data-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'millwright-folder-'))
after(() => rmSync(root, { recursive: true }))
const now = new Date('2026-01-02T03:04:05Z')

test('a second holder is refused and told who has the folder, and may have it afterwards', () => {
  const folder = join(root, 'a')
  const first = openDataFolder(folder, 'start', now)
  first.announce('http://127.0.0.1:7420')
  assert.throws(() => openDataFolder(folder, 'backup', now), (error: Error) => {
    assert.equal('code' in error && error.code, 'FOLDER_IN_USE')
    assert.match(error.message, new RegExp(`millwright start \\(process ${process.pid} on .+, since 2026-01-02T03:04:05`))
    return true
  })
  assert.equal(holderOf(folder)?.url, 'http://127.0.0.1:7420')
  first.release()
  first.release()
  assert.equal(holderOf(folder), undefined)
  openDataFolder(folder, 'backup', now).release()
})

test('a holder that was killed leaves no lock behind', async () => {
  const folder = join(root, 'killed')
  const script = `import { openDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)}
    openDataFolder(${JSON.stringify(folder)}, 'start', new Date()); process.stdout.write('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  assert.equal(holderOf(folder)?.pid, child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(holderOf(folder), undefined)
  openDataFolder(folder, 'start', now).release()
})

test('asking who holds a folder creates nothing', () => {
  assert.equal(holderOf(join(root, 'nowhere')), undefined)
  assert.equal(existsSync(join(root, 'nowhere')), false)
})

test('a folder of a newer version is refused, and left free', () => {
  const folder = join(root, 'newer')
  openDataFolder(folder, 'start', now).release()
  writeFileSync(join(folder, VERSION_FILE), '{"dataVersion": 99}')
  assert.throws(() => openDataFolder(folder, 'start', now), { code: 'UNSUPPORTED', message: /newer Millwright \(data version 99/ })
  writeFileSync(join(folder, VERSION_FILE), 'garbage')
  assert.throws(() => openDataFolder(folder, 'start', now), { code: 'CORRUPT_FILE' })
  writeFileSync(join(folder, VERSION_FILE), '{"dataVersion": 1}')
  openDataFolder(folder, 'start', now).release()
})

test('a folder that cannot be created is said to be so', () => {
  writeFileSync(join(root, 'file'), '')
  assert.throws(() => openDataFolder(join(root, 'file', 'data'), 'start', now), { code: 'DISK_FAILED', message: /cannot be created/ })
})
