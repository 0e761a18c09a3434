import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { describeRegistry } from '../../../test/contracts/registry.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
import { rowChecksum } from './row-checksum.ts'
import type { Migration } from './schema.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { openSqliteRegistry } from './sqlite-registry.ts'

const open = (file: string, migrations?: readonly Migration[]) =>
  openSqliteRegistry({ file, clock: systemClock, log: silentLog, ...(migrations === undefined ? {} : { migrations }) })

describeRegistry('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  return {
    open: () => open(join(folder, 'registry.db')),
    backupFile: () => join(folder, 'copy.db'),
    openBackup: (file) => open(file),
    dispose: () => rm(folder, { recursive: true }),
  }
})

describe('SQLite registry', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-'))
    file = join(folder, 'registry.db')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const isError = (code: string, pattern: RegExp) => (thrown: unknown) =>
    thrown instanceof MillwrightError && thrown.code === code && pattern.test(thrown.message)

  async function filled(count: number): Promise<void> {
    const registry = await open(file)
    await registry.apply([{ op: 'putAsset', asset: { id: 1, path: 'a', properties: {} } }])
    for (let id = 2; id <= count; id++) await registry.apply([{ op: 'putAsset', asset: { id, path: `a/${id}`, description: 'x'.repeat(200), properties: {} } }])
    await registry.close()
  }

  it('brings an older file to the newest form in one start, through every step, and keeps a copy of what was', async () => {
    await filled(5)
    const steps: Migration[] = [
      ...MIGRATIONS,
      { version: SCHEMA_VERSION + 1, sql: 'CREATE TABLE extra (seen TEXT)' },
      { version: SCHEMA_VERSION + 2, sql: `INSERT INTO extra VALUES ('seen'); DROP TABLE extra` },
    ]
    const registry = await open(file, steps)
    let count = 0
    for await (const piece of registry.assets()) count += piece.length
    await registry.close()
    assert.equal(count, 5)
    const copies = (await readdir(folder)).filter((name) => name.includes(`before-v${SCHEMA_VERSION + 2}`) && !/-(wal|shm)$/.test(name))
    assert.equal(copies.length, 1)
    const copy = await open(join(folder, copies[0] ?? ''))
    assert.deepEqual(await copy.verify(), [])
    await copy.close()
  })

  it('leaves the file as it was when a migration fails midway', async () => {
    await filled(3)
    const broken = [...MIGRATIONS, { version: SCHEMA_VERSION + 1, sql: 'CREATE TABLE extra (seen TEXT); INSERT INTO nowhere VALUES (1)' }]
    await assert.rejects(open(file, broken), MillwrightError)
    const registry = await open(file)
    await registry.apply([{ op: 'putAsset', asset: { id: 9, path: 'still', properties: {} } }])
    await registry.close()
  })

  it('refuses a file of a newer form, and says so', async () => {
    await filled(1)
    const database = new DatabaseSync(file)
    const newer = SCHEMA_VERSION + 7
    database.exec(`PRAGMA user_version = ${newer}; UPDATE state SET value = ${newer}, checksum = ${rowChecksum('state', 'form', newer)} WHERE what = 'form'`)
    database.close()
    await assert.rejects(open(file), isError('UNSUPPORTED', new RegExp(`form ${SCHEMA_VERSION + 7}, made by a newer Millwright`)))
  })

  it('refuses a file that is no database, or somebody else\'s', async () => {
    await writeFile(file, 'this is not a database at all, but long enough to be read as a header of one')
    await assert.rejects(open(file), isError('CORRUPT_FILE', /not a registry file/))
    await rm(file)
    const other = new DatabaseSync(file)
    other.exec('CREATE TABLE bookmarks (url TEXT)')
    other.close()
    await assert.rejects(open(file), isError('UNSUPPORTED', /not made by Millwright/))
  })

  it('names what contradicts itself when it verifies', async () => {
    await filled(2)
    const registry = await open(file)
    await registry.apply([
      { op: 'putAsset', asset: { id: 50, path: 'a', properties: {} } },
      { op: 'putSignal', signal: { series: 2, asset: 1, name: 't', kind: 'text' } },
      { op: 'putSignal', signal: { series: 3, asset: 1, name: 't', kind: 'text' } },
    ])
    assert.deepEqual(await registry.verify(), ['signal name "t" is used twice by asset 1', 'path "a" names two assets (50 is one)'])
    await registry.close()
  })

  it('shows its content to any SQLite tool', async () => {
    const registry = await open(file)
    await registry.apply([
      { op: 'putAsset', asset: { id: 1, path: '厂', properties: {} } },
      { op: 'putAsset', asset: { id: 2, path: '厂/泵', type: 'pump', properties: { maker: 'K' } } },
      { op: 'putSignal', signal: { series: 7, asset: 2, name: '温度', kind: 'number', unit: 'Cel' } },
    ])
    await registry.close()
    const database = new DatabaseSync(file, { readOnly: true })
    assert.deepEqual(database.prepare('SELECT id, path, properties FROM assets ORDER BY id').all().map((row) => ({ ...row })), [
      { id: 1, path: '厂', properties: null },
      { id: 2, path: '厂/泵', properties: '{"maker":"K"}' },
    ])
    assert.deepEqual(database.prepare('SELECT series, asset, name FROM signals').all().map((row) => ({ ...row })), [{ series: 7, asset: 2, name: '温度' }])
    database.close()
  })
})
