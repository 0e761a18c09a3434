import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'

const MAIN = resolve(import.meta.dirname, '../src/main.ts')
const root = mkdtempSync(join(tmpdir(), 'millwright-backup-'))
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

async function command(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const [code] = (await once(child, 'close')) as [number]
  running.delete(child)
  return { code, out, err }
}

async function start(data: string): Promise<{ url: string; stop(): Promise<number> }> {
  const child = spawn(process.execPath, [MAIN, 'start', '--data', data, '--http', '127.0.0.1:0', '--mqtt', 'off'], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  let out = ''
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    out += piece.toString()
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0]
    if (url === undefined) continue
    const ended = once(child, 'exit')
    return {
      url,
      stop: async () => {
        child.kill('SIGINT')
        running.delete(child)
        return ((await ended) as [number])[0]
      },
    }
  }
  return assert.fail(`the server did not start: ${out}`)
}

async function samples(url: string): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/signals/acme/pump/pressure/samples?from=2026-01-01&to=2026-01-02`)
  return ((await answer.json()) as { values: unknown }).values
}

async function write(url: string, value: number, second: number): Promise<void> {
  const body = JSON.stringify({ path: 'acme/pump', ts: `2026-01-01T00:00:0${second}Z`, values: { pressure: value } })
  assert.equal((await fetch(`${url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status, 200)
}

test('a backup of the running platform is restored elsewhere with all that was acknowledged; damage is found', async () => {
  const data = join(root, 'data')
  const backup = join(root, 'backup')
  const server = await start(data)
  await write(server.url, 1.5, 1)
  await write(server.url, 2.5, 2)

  const second = await command('start', '--data', data, '--http', '127.0.0.1:0', '--mqtt', 'off')
  assert.equal(second.code, 1)
  assert.match(second.err, /is in use by millwright start \(process \d+/)

  const inside = await command('backup', join(data, 'backup'), '--data', data)
  assert.equal(inside.code, 2, inside.err)
  const made = await command('backup', backup, '--data', data)
  assert.equal(made.err, '')
  assert.match(made.out, /\d+ files, \d/)
  assert.match((await command('backup', backup, '--data', data)).err, /is not empty/)
  const sound = await command('verify', '--data', data)
  assert.match(sound.out, /: sound/, sound.err)

  // Written after the backup: not in it.
  await write(server.url, 3.5, 3)
  assert.match((await command('restore', backup, '--data', data)).err, /in use by millwright start/)
  assert.equal(await server.stop(), 0)
  assert.match((await command('restore', backup, '--data', data)).err, /is not empty; --force sets it aside/)

  const restored = await command('restore', backup, '--data', data, '--force')
  assert.equal(restored.code, 0, restored.err)
  assert.equal(readdirSync(root).filter((name) => name.startsWith('data.before-')).length, 1)
  const again = await start(data)
  assert.deepEqual(await samples(again.url), [1.5, 2.5])
  await write(again.url, 4.5, 4)
  assert.deepEqual(await samples(again.url), [1.5, 2.5, 4.5])
  await again.stop()
  const offline = await command('verify', '--data', data)
  assert.match(offline.out, /: sound/, offline.err)

  assert.match((await command('verify', '--backup', backup)).out, /: sound/)
  appendFileSync(join(backup, 'registry.db'), 'x')
  const damaged = await command('verify', '--backup', backup)
  assert.equal(damaged.code, 1)
  assert.match(damaged.out, /DAMAGED {2}registry\.db: has \d+ bytes, not \d+/)
  const refused = await command('restore', backup, '--data', join(root, 'other'))
  assert.match(refused.err, /the backup is damaged, nothing was changed/)
  assert.equal(existsSync(join(root, 'other')), false)
})
