import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { US_PER_SECOND } from '@millwright/model/time.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Historian } from '../historian.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { openRecovering } from './recovering-historian.ts'
import { testSettings } from './test-settings.ts'

const ALL = { kind: 'number' as const, fromUs: 0, toUs: 2 ** 52 }
const SERIES = 50
/** Each failure has the database opened and read anew, which takes a second. */
const MAX_FAILURES = 4

function entry(index: number, rows: number): SampleBatch {
  const builder = new BatchBuilder()
  for (let row = 0; row < rows; row++) builder.addNumber(row % SERIES, (index * rows + row) * US_PER_SECOND, Math.sin(index * rows + row), 0)
  return builder.view(0)
}

/** Appends entries as the journal's consumer does, each at the position that the historian tells, until `end` is reached. Answers the failures. */
async function follow(historian: Historian, end: number, rows: number, attempts: number): Promise<unknown[]> {
  const failures: unknown[] = []
  for (let attempt = 0; attempt < attempts && historian.position() < end && failures.length < MAX_FAILURES; attempt++) {
    const at = historian.position()
    try {
      await historian.append({ batches: [entry(at, rows)], events: [{ timeUs: at, kind: 'entry', path: null, data: '{}' }], next: at + 1 })
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  return failures
}

async function assertSamples(historian: Historian, entries: number, rows: number): Promise<void> {
  let found = 0
  for (let series = 0; series < SERIES; series++) found += (await historian.readSamples({ series, ...ALL }, { limit: 1_000_000, order: 'ascending' })).block.timesUs.length
  assert.equal(found, entries * rows)
}

async function assertHolds(historian: Historian, entries: number, rows: number): Promise<void> {
  await assertSamples(historian, entries, rows)
  assert.deepEqual((await historian.sql('SELECT count(*), count(DISTINCT time) FROM events', { rows: 1, timeMs: 20_000 })).rows, [[entries, entries]])
}

describe('a history database that refuses further work', () => {
  it('is opened again in place: reads are answered, appends go on from the position, nothing is there twice', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'recovery-'))
    let opened = 0
    let failNext: 'read' | 'append' | undefined
    const ended = () => new MillwrightError('DISK_FAILED', 'FATAL Error: database has been invalidated')
    const historian = await openRecovering({
      clock: systemClock,
      log: silentLog,
      // The real one, which now and then behaves as it does when its database has ended.
      async open() {
        opened++
        const inner = await openEmbeddedHistorian({ dir, settings: testSettings, clock: systemClock, log: silentLog })
        const take = (which: typeof failNext) => failNext === which && ((failNext = undefined), true)
        return {
          position: () => inner.position(),
          coldPosition: () => inner.coldPosition(),
          sql: (...args) => inner.sql(...args),
          setCatalogue: (...args) => inner.setCatalogue(...args),
          close: () => inner.close(),
          async readSamples(...args) {
            if (take('read')) throw ended()
            return inner.readSamples(...args)
          },
          // DuckDB commits before the checkpoint that ends it.
          async append(input) {
            await inner.append(input)
            if (take('append')) throw ended()
          },
        } as Historian
      },
    })
    await historian.setCatalogue([], [{ series: 1, path: 'press/force', assetPath: 'press', name: 'force', kind: 'number', unit: null, description: null }])
    assert.deepEqual(await follow(historian, 3, 500, 3), [])
    failNext = 'read'
    await assertHolds(historian, 3, 500)
    assert.equal(opened, 2)
    assert.deepEqual((await historian.sql('SELECT path FROM signals', { rows: 10, timeMs: 20_000 })).rows, [['press/force']])
    failNext = 'append'
    assert.equal((await follow(historian, 6, 500, 20)).length, 1)
    await assertHolds(historian, 6, 500)
    assert.equal(opened, 3)
    await historian.close()
    await rm(dir, { recursive: true })
  })

  it('is opened again when appends have found no memory for half a minute, not before, and goes on', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'starved-'))
    let nowMs = 0
    let opened = 0
    const historian = await openRecovering({
      clock: { nowUs: () => nowMs * 1_000, monotonicMs: () => nowMs },
      log: silentLog,
      // The real one, of which the first has its memory held by something that never gives it back.
      async open() {
        opened++
        const isStarved = opened === 1
        const inner = await openEmbeddedHistorian({ dir, settings: testSettings, clock: systemClock, log: silentLog })
        const append: Historian['append'] = (input) => (isStarved ? Promise.reject(new MillwrightError('OVERLOADED', 'cannot append: Out of Memory Error: failed to pin block of size 256.0 KiB')) : inner.append(input))
        return new Proxy(inner, { get: (of, name: keyof Historian) => (name === 'append' ? append : typeof of[name] === 'function' ? of[name].bind(of) : of[name]) })
      },
    })
    const append = () => historian.append({ batches: [entry(historian.position(), 100)], events: [], next: historian.position() + 1 })
    for (nowMs = 0; nowMs < 30_000; nowMs += 10_000) await assert.rejects(append(), { code: 'OVERLOADED' })
    assert.equal(opened, 1)
    await assert.rejects(append(), { code: 'OVERLOADED' })
    while (historian.position() < 2) await append()
    assert.equal(opened, 2)
    await assertSamples(historian, 2, 100)
    await historian.close()
    await rm(dir, { recursive: true })
  })

  it('goes on by itself once a full disk has room again, and answers questions meanwhile (faults.md, F6)', { timeout: 110_000 }, async (t) => {
    const disk = await mkdtemp(path.join(tmpdir(), 'full-'))
    if (!mounts(disk, 'size=72m')) {
      await rm(disk, { recursive: true })
      return t.skip('needs the right to mount a small disk')
    }
    try {
      const historian = await openEmbeddedHistorian({ dir: path.join(disk, 'history'), settings: testSettings, clock: systemClock, log: silentLog })
      const failures = await follow(historian, 1_000, 20_000, 125)
      assert.ok(failures.length > 0 && failures.every((failure) => failure instanceof MillwrightError && ['DISK_FULL', 'OVERLOADED'].includes(failure.code)), String(failures[0]))
      const full = historian.position()
      await assertSamples(historian, full, 20_000)
      assert.ok(mounts(disk, 'remount,size=512m'))
      await follow(historian, full + 5, 20_000, 20)
      assert.equal(historian.position(), full + 5)
      await assertHolds(historian, full + 5, 20_000)
      assert.deepEqual((await historian.status()).quarantined, [])
      await historian.close()
    } finally {
      execFileSync('umount', ['-l', disk])
      await rm(disk, { recursive: true })
    }
  })
})

function mounts(folder: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
