import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Registry, RegistryChange } from '../registry.ts'
import type { Recovery } from './recover.ts'
import { openSqliteRegistry } from './sqlite-registry.ts'
import { standbyFile } from './standby-copy.ts'

const ROUNDS = 30

let folder: string
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'registry-damage-'))))
after(() => rm(folder, { recursive: true }))

async function open(file: string): Promise<{ readonly registry: Registry; readonly recovery: Recovery | undefined }> {
  let recovery: Recovery | undefined
  const registry = await openSqliteRegistry({ file, clock: systemClock, log: silentLog, onRecovery: (report) => void (recovery = report) })
  return { registry, recovery }
}

async function contentOf(registry: Registry): Promise<string> {
  const content: unknown[] = []
  for await (const piece of registry.assets()) content.push(...piece)
  for await (const piece of registry.signals()) content.push(...piece)
  content.push([...(await registry.documents('k'))])
  return JSON.stringify(content)
}

function changes(from: number, to: number): RegistryChange[] {
  const all: RegistryChange[] = []
  for (let id = from; id < to; id++) {
    all.push({ op: 'putAsset', asset: { id, path: `plant/press${id}`, type: 'press', properties: { serial: `SN${id}` } } })
    all.push({ op: 'putSignal', signal: { series: id, asset: id, name: 'speed', kind: 'number', low: 0, high: id } })
    all.push({ op: 'putDocument', kind: 'k', key: String(id), json: `{"id":${id}}` })
  }
  return all
}

describe('a registry with a flipped bit', () => {
  it(`is found out and its copy used, or nothing was harmed: ${ROUNDS} bits anywhere in the file`, async () => {
    const file = join(folder, 'flip.db')
    const { registry } = await open(file)
    await registry.apply(changes(1, 600))
    const older = await contentOf(registry)
    await registry.close()
    // A copy of this state, as the schedule would have made it; then more is known.
    await rm(standbyFile(file))
    await (await open(file)).registry.close()
    const again = await open(file)
    await again.registry.apply(changes(600, 700))
    const newer = await contentOf(again.registry)
    await again.registry.close()
    const [sound, copy] = [await readFile(file), await readFile(standbyFile(file))]
    let seed = 11
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
    let recovered = 0
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(sound)
      // Every other bit falls into the header and the schema, which are small and decide much.
      const at = random(round % 2 === 0 ? bytes.length : 4_096)
      bytes[at] = (bytes[at] as number) ^ (1 << random(8))
      await writeFile(file, bytes)
      await writeFile(standbyFile(file), copy)
      const { registry: opened, recovery } = await open(file)
      const content = await contentOf(opened)
      assert.deepEqual(await opened.verify(), [])
      if (recovery === undefined) assert.ok(content === newer, `bit in byte ${at} changed the content unseen`)
      else {
        recovered++
        assert.ok(content === older, `byte ${at}: the copy is not what it was`)
        assert.ok(recovery.problems.length > 0)
        assert.deepEqual(await readFile(recovery.setAside), bytes)
        assert.ok((await opened.highestIds()).series >= 699, 'ids given since the copy are not given again')
      }
      await opened.close()
    }
    assert.ok(recovered > ROUNDS / 4, `only ${recovered} of ${ROUNDS} bits mattered`)
  })

  it('names the page, and refuses to start only when the copy is damaged too', async () => {
    const file = join(folder, 'both.db')
    const { registry } = await open(file)
    await registry.apply(changes(1, 600))
    await registry.close()
    const database = new DatabaseSync(file)
    database.exec(`UPDATE signal_pages SET json = replace(json, '"high":300', '"high":301')`)
    database.close()
    await copyFile(file, `${file}.keep`)
    const { registry: opened, recovery } = await open(file)
    assert.deepEqual(recovery?.problems, ['registry: page 1 of the signals (series 256 to 511) is damaged: its checksum is wrong'])
    await opened.close()
    await copyFile(`${file}.keep`, file)
    await writeFile(standbyFile(file), 'not a database, but long enough to be taken for the header of one, one would think, for sure, yes')
    await assert.rejects(open(file), (thrown: unknown) => thrown instanceof MillwrightError && thrown.code === 'CORRUPT_FILE' && /too\. Restore a backup/.test(thrown.message))
    assert.deepEqual(await readFile(file), await readFile(`${file}.keep`))
  })
})

describe('a registry whose process is killed', () => {
  it('keeps every call that had settled, whole, and no part of another', async () => {
    const file = join(folder, 'kill.db')
    for (let round = 0; round < 5; round++) {
      const settled = await killedWriter(file, 30 + round * 40)
      const { registry, recovery } = await open(file)
      assert.equal(recovery, undefined)
      assert.deepEqual(await registry.verify(), [])
      const calls = new Map<string, number>()
      for await (const piece of registry.assets()) for (const { type = '' } of piece) calls.set(type, (calls.get(type) ?? 0) + 1)
      for (const [call, assets] of calls) assert.equal(assets, 40, `call ${call} is whole`)
      for (const call of settled) assert.ok(calls.has(call), `call ${call} had settled`)
      await registry.close()
      await rm(file)
    }
    assert.deepEqual((await readdir(folder)).filter((name) => name.includes('kill.db.damaged')), [])
  })
})

/** Starts a process that writes to the registry, kills it `afterMs` after its first call had settled; the calls that had settled. */
async function killedWriter(file: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const exited = new Promise((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the writer ended by itself')))
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      resolve()
    })
  })
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await exited
  return output.split('\n').slice(0, -1)
}
