import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { EXIT } from './command.ts'
import { openDataFolder } from './data-folder.ts'
import { checkClock, checkDisk, checkFolder, checkNode, checkPort, checkZone, syncFinding } from './doctor-checks.ts'
import { doctorCommand } from './doctor-command.ts'
import { run } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'millwright-doctor-'))
after(() => rmSync(root, { recursive: true }))

async function occupied(): Promise<string> {
  const server = createServer()
  after(() => server.close())
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('every topic is reported, a taken port fails, and nothing is left behind', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const taken = await occupied()
  const code = await run(['doctor', '--data', join(root, 'new'), '--http', taken, '--mqtt', 'off'], [doctorCommand], { stdin: new PassThrough(), stdout, stderr, environment: {} }, new AbortController().signal)
  const out = String(stdout.read())
  assert.equal(code, EXIT.failure)
  for (const topic of ['Node.js', 'data folder', 'disk', 'disk sync', 'clock', 'http', 'mqtt', 'open files', 'time zone']) assert.match(out, new RegExp(`^(ok {2}|WARN|FAIL) {2}${topic}`, 'm'))
  assert.match(out, new RegExp(`FAIL {2}http +${taken} cannot be used: EADDRINUSE`))
  assert.deepEqual(readdirSync(root), [])
})

test('a port that our own server holds is no failure', async () => {
  const data = join(root, 'held')
  const folder = openDataFolder(data, 'start', new Date())
  assert.match((await checkPort('http', await occupied(), data)).message, /the Millwright that runs on this data folder/)
  folder.release()
  assert.equal((await checkPort('http', '127.0.0.1:0', data)).level, 'ok')
})

test('what is wrong is told apart', () => {
  assert.equal(checkNode('v20.20.2').level, 'fail')
  assert.equal(checkNode('v24.1.0').level, 'ok')
  writeFileSync(join(root, 'file'), '')
  assert.equal(checkFolder(join(root, 'file')).level, 'fail')
  assert.equal(checkDisk(root, 2 ** 60).level, 'fail')
  assert.equal(checkClock(new Date('2001-01-01'), 0).level, 'fail')
  assert.equal(checkClock(new Date('2026-01-01'), Date.UTC(2026, 1, 1)).level, 'fail')
  assert.equal(checkClock(new Date('2026-01-01'), Date.UTC(2025, 1, 1)).level, 'ok')
  assert.equal(checkZone('Asia/Shanghai', false).level, 'ok')
  assert.deepEqual([0.001, 0.2, 9, 500].map((ms) => syncFinding([ms]).level), ['warn', 'ok', 'ok', 'warn'])
})
