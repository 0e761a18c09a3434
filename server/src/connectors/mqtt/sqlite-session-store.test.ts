import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, it } from 'node:test'
import { silentLog } from '../../kernel/log.ts'
import type { KeptDelivery, KeptMessage, SessionStore, StoreChange } from './session-store.ts'
import { createSqliteSessionStore } from './sqlite-session-store.ts'

const message = (topic: string, text: string): KeptMessage => ({
  topic, payload: Buffer.from(text), qos: 1, retain: true, properties: Buffer.from([0x26, 0, 1, 97, 0, 1, 98]), expiresUs: 1_700_000_000_000_000, publisher: 'p',
})
const delivery = (sequence: number): KeptDelivery => ({
  clientId: 'c', sequence, message: message('a/b', `m${sequence}`), qos: 2, retain: false, identifiers: [7, 9], group: '', packetId: 0, released: false,
})

describe('the SQLite session store', () => {
  const folders: string[] = []
  const stores: SessionStore[] = []
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  function newFile(): string {
    const folder = mkdtempSync(join(tmpdir(), 'mw-mqtt-'))
    folders.push(folder)
    return join(folder, 'sessions.sqlite')
  }
  function open(file: string): SessionStore {
    const store = createSqliteSessionStore({ file, log: silentLog, random: Math.random })
    stores.push(store)
    return store
  }

  it('has after reopening what was synced, without having been closed', async () => {
    const file = newFile()
    const store = open(file)
    await store.load()
    const will = { message: { ...message('w', 'gone'), expiresUs: undefined }, expirySeconds: 5, delaySeconds: 3 }
    const changes: StoreChange[] = [
      { op: 'putSession', session: { clientId: 'c', seconds: 60, absentSinceUs: 5, will } },
      { op: 'putSession', session: { clientId: 'd', seconds: 60, absentSinceUs: undefined, will: undefined } },
      { op: 'putSubscription', subscription: { clientId: 'c', filter: 'a/#', qos: 2, noLocal: true, retainAsPublished: false, identifier: 9 } },
      { op: 'putSubscription', subscription: { clientId: 'c', filter: 'x', qos: 0, noLocal: false, retainAsPublished: true, identifier: 0 } },
      { op: 'dropSubscription', clientId: 'c', filter: 'x' },
      ...[1, 2, 3].map((sequence): StoreChange => ({ op: 'putDelivery', delivery: delivery(sequence) })),
      { op: 'sendDelivery', clientId: 'c', sequence: 1, packetId: 11 },
      { op: 'sendDelivery', clientId: 'c', sequence: 2, packetId: 12 },
      { op: 'releaseDelivery', clientId: 'c', sequence: 1 },
      { op: 'dropDelivery', clientId: 'c', sequence: 3 },
      { op: 'putReceived', clientId: 'c', packetId: 4 },
      { op: 'putReceived', clientId: 'c', packetId: 5 },
      { op: 'dropReceived', clientId: 'c', packetId: 4 },
      { op: 'putRetained', message: message('r/1', 'old') },
      { op: 'putRetained', message: message('r/1', 'new') },
      { op: 'putRetained', message: message('r/2', 'x') },
      { op: 'dropRetained', topic: 'r/2' },
    ]
    for (const change of changes) store.apply(change)
    assert.ok(store.pendingBytes > 0)
    assert.equal(await store.sync(), true)
    assert.equal(store.pendingBytes, 0)

    const state = await open(file).load()
    assert.deepEqual(state.sessions.map(({ clientId, absentSinceUs }) => [clientId, absentSinceUs]), [['c', 5], ['d', undefined]])
    assert.deepEqual(state.sessions[0]?.will, will)
    assert.deepEqual(state.subscriptions, [{ clientId: 'c', filter: 'a/#', qos: 2, noLocal: true, retainAsPublished: false, identifier: 9 }])
    assert.deepEqual(state.deliveries.map((kept) => [kept.sequence, kept.packetId, kept.released]), [[1, 11, true], [2, 12, false]])
    assert.deepEqual(state.deliveries[1], { ...delivery(2), packetId: 12 })
    assert.deepEqual(state.received, [{ clientId: 'c', packetId: 5 }])
    assert.deepEqual(state.retained, [message('r/1', 'new')])
  })

  it('forgets everything of a session that ended, and nothing of others', async () => {
    const file = newFile()
    const store = open(file)
    await store.load()
    for (const clientId of ['c', 'd']) {
      store.apply({ op: 'putSession', session: { clientId, seconds: 60, absentSinceUs: undefined, will: undefined } })
      store.apply({ op: 'putDelivery', delivery: { ...delivery(1), clientId } })
      store.apply({ op: 'putReceived', clientId, packetId: 1 })
    }
    store.apply({ op: 'dropSession', clientId: 'c' })
    await store.sync()
    const state = await open(file).load()
    assert.deepEqual([state.sessions, state.deliveries, state.received].map((rows) => rows.map(({ clientId }) => clientId)), [['d'], ['d'], ['d']])
  })

  it('writes changes that nobody waits for within a moment, and settles waiters in order', async () => {
    const file = newFile()
    const store = open(file)
    await store.load()
    const settled: number[] = []
    const waits = [1, 2, 3].map((n) => {
      store.apply({ op: 'putReceived', clientId: 'c', packetId: n })
      return store.sync().then(() => settled.push(n))
    })
    await Promise.all(waits)
    assert.deepEqual(settled, [1, 2, 3])
    store.apply({ op: 'putReceived', clientId: 'c', packetId: 4 })
    await new Promise<void>((resolve) => store.onProgress(resolve))
    assert.equal((await open(file).load()).received.length, 4)
  })

  it('sets a file aside that is no database, and begins anew', async () => {
    const file = newFile()
    writeFileSync(file, Buffer.alloc(8_192, 'not a database '))
    const store = open(file)
    assert.deepEqual((await store.load()).sessions, [])
    store.apply({ op: 'putReceived', clientId: 'c', packetId: 1 })
    assert.equal(await store.sync(), true)
    assert.ok(readdirSync(join(file, '..')).some((name) => name.includes('.damaged-')))
  })

  it('answers that nothing is synced after it was closed', async () => {
    const store = open(newFile())
    await store.load()
    await store.close()
    store.apply({ op: 'putReceived', clientId: 'c', packetId: 1 })
    assert.equal(await store.sync(), false)
  })

  it('drops a message of which a bit changed on the disk, and keeps the others', async () => {
    const file = newFile()
    const store = open(file)
    await store.load()
    const changes: StoreChange[] = [
      { op: 'putSession', session: { clientId: 'c', seconds: 60, absentSinceUs: 5, will: undefined } },
      ...[1, 2, 3].map((sequence): StoreChange => ({ op: 'putDelivery', delivery: delivery(sequence) })),
      { op: 'sendDelivery', clientId: 'c', sequence: 1, packetId: 11 },
      { op: 'releaseDelivery', clientId: 'c', sequence: 1 },
      { op: 'putRetained', message: message('r/1', 'a setpoint of 1500') },
      { op: 'putRetained', message: message('r/2', 'sound') },
    ]
    for (const change of changes) store.apply(change)
    assert.ok(await store.sync())
    await store.close()
    flipBit(file, 'a setpoint of 1500')
    flipBit(file, 'm3')
    const kept = await open(file).load()
    assert.deepEqual(kept.retained.map(({ topic }) => topic), ['r/2'])
    assert.deepEqual(kept.deliveries.map(({ sequence }) => sequence), [1, 2], 'a released delivery has no message any more')
    const again = await open(file).load()
    assert.equal(again.retained.length, 1)
  })

  it('takes over a file of an earlier version, whose messages have no checksums', async () => {
    const file = newFile()
    const first = open(file)
    await first.load()
    first.apply({ op: 'putRetained', message: message('r/1', 'x') })
    assert.ok(await first.sync())
    await first.close()
    const database = new DatabaseSync(file)
    database.exec('ALTER TABLE retained DROP COLUMN crc; ALTER TABLE delivery DROP COLUMN crc')
    database.close()
    const store = open(file)
    assert.equal((await store.load()).retained.length, 1)
    store.apply({ op: 'putRetained', message: message('r/2', 'y') })
    assert.ok(await store.sync())
    await store.close()
    assert.equal((await open(file).load()).retained.length, 2)
  })
})

/** Flips one bit in the middle of the only place where the file holds the text. */
function flipBit(file: string, text: string): void {
  const bytes = readFileSync(file)
  const at = bytes.indexOf(text)
  assert.ok(at >= 0 && bytes.indexOf(text, at + 1) < 0, 'the text must stand in the file once')
  const middle = at + Math.floor(text.length / 2)
  bytes[middle] = (bytes[middle] as number) ^ 1
  writeFileSync(file, bytes)
}
