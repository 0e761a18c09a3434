import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { describeRegistry } from '../../../test/contracts/registry.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
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
      { version: SCHEMA_VERSION + 1, sql: 'ALTER TABLE assets ADD COLUMN extra TEXT' },
      { version: SCHEMA_VERSION + 2, sql: `UPDATE assets SET extra = 'seen'; ALTER TABLE assets DROP COLUMN extra` },
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
    const broken = [...MIGRATIONS, { version: SCHEMA_VERSION + 1, sql: 'ALTER TABLE assets ADD COLUMN extra TEXT; INSERT INTO nowhere VALUES (1)' }]
    await assert.rejects(open(file, broken), MillwrightError)
    const registry = await open(file)
    await registry.apply([{ op: 'putAsset', asset: { id: 9, path: 'still', properties: {} } }])
    await registry.close()
  })

  it('refuses a file of a newer form, and says so', async () => {
    await filled(1)
    const database = new DatabaseSync(file)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 7}`)
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
    await assert.rejects(open(file), isError('CORRUPT_FILE', /not made by Millwright/))
  })

  it('never answers wrong rows or throws anything but a MillwrightError over a damaged file', async () => {
    await filled(400)
    const sound = await readFile(file)
    let seed = 7
    const random = (below: number) => (seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) % below
    let detected = 0
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(sound)
      const at = random(bytes.length - 600)
      for (let i = 0; i < 500; i++) bytes[at + i] = random(256)
      await writeFile(file, bytes)
      await rm(`${file}-wal`, { force: true })
      await rm(`${file}-shm`, { force: true })
      try {
        const registry = await open(file)
        try {
          if ((await registry.verify()).length > 0) detected++
          for await (const _ of registry.assets());
        } finally {
          await registry.close()
        }
      } catch (thrown) {
        assert.ok(thrown instanceof MillwrightError, String(thrown))
        detected++
      }
    }
    assert.ok(detected > 20, `only ${detected} of 60 were detected`)
  })

  it('names what contradicts itself when it verifies', async () => {
    await filled(2)
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
    database.exec(`INSERT INTO assets VALUES (50, 'a', NULL, NULL, NULL, '{}'); INSERT INTO signals (series, asset, name, kind) VALUES (1, 999, 's', 'number'), (2, 1, 't', 'text'), (3, 1, 't', 'text')`)
    database.close()
    const registry = await open(file)
    assert.deepEqual(await registry.verify(), ['signal 1 belongs to no asset', 'path "a" names 2 assets', 'signal name "t" is used 2 times by asset 1'])
    await registry.close()
  })
})
