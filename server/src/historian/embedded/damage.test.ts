import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { US_PER_DAY, US_PER_SECOND } from '@millwright/model/time.ts'
import type { Clock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Historian } from '../historian.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

const START_US = Date.UTC(2026, 10, 16) * 1000
const clock: Clock = { nowUs: () => START_US + 5 * US_PER_DAY, monotonicMs: () => performance.now() }
const open = (dir: string) => openEmbeddedHistorian({ dir, settings: { ...testSettings, threads: 1, rollupFromRows: 0 }, clock, log: silentLog })
const PER_DAY = 2_000

/** Three days of two series; the last one is recent. Value and time tell the same. */
async function prepare(dir: string, asLeft?: string): Promise<void> {
  const historian = await open(dir)
  for (let day = 0; day < 3; day++) {
    const builder = new BatchBuilder()
    for (let i = 0; i < PER_DAY; i++) for (const series of [1, 2]) builder.addNumber(series, START_US + day * US_PER_DAY + i * US_PER_SECOND, day * PER_DAY + i + series / 10, 0)
    await historian.append({ batches: [builder.view(START_US)], events: [{ timeUs: START_US, kind: 'made', path: null, data: '{}' }], next: 100 * (day + 1) })
    if (day < 2) await historian.compact()
  }
  // What a killed process leaves: the last commits are in DuckDB's log only.
  if (asLeft !== undefined) await cp(dir, asLeft, { recursive: true })
  await historian.close()
}

/** Reads everything; whatever is answered must be what was written. Answers how much was. */
async function readAll(historian: Historian): Promise<number> {
  let rows = 0
  for (const series of [1, 2]) {
    const { block } = await historian.readSamples({ series, kind: 'number', fromUs: START_US, toUs: START_US + 9 * US_PER_DAY }, { limit: 100_000, order: 'ascending' })
    block.timesUs.forEach((timeUs, index) => {
      const day = Math.floor((timeUs - START_US) / US_PER_DAY)
      const expected = day * PER_DAY + (timeUs - START_US - day * US_PER_DAY) / US_PER_SECOND + series / 10
      assert.equal(block.values[index], expected)
    })
    rows += block.timesUs.length
    const plot = await historian.readPlot({ series, kind: 'number', fromUs: START_US, toUs: START_US + 9 * US_PER_DAY }, 100)
    plot.timesUs.forEach((timeUs, index) => assert.equal(plot.values[index], block.values[block.timesUs.indexOf(timeUs)]))
  }
  return rows
}

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort()
}

describe('damage on disk (faults.md, F4)', () => {
  it('one flipped bit anywhere is found, named, and costs no more than its file', { timeout: 110_000 }, async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'damage-'))
    const sound = path.join(root, 'sound')
    await prepare(path.join(root, 'running'), sound)
    const names = (await filesOf(sound)).map((file) => path.relative(sound, file))
    assert.ok(names.length >= 10, `recent, log, manifest, numbers, events and rollups: ${names.join()}`)
    let state = 20261123
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    for (let run = 0; run < 50; run++) {
      const dir = path.join(root, `run${run}`)
      await cp(sound, dir, { recursive: true })
      const name = names[run % names.length] ?? ''
      const file = path.join(dir, name)
      const size = (await stat(file)).size
      if (size === 0) continue
      const content = await readFile(file)
      const at = Math.floor(random() * size)
      const what = `run ${run}: bit flipped in ${name} at ${at} of ${size}`
      content[at] = (content[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      await writeFile(file, content)
      const historian = await open(dir)
      const rows = await readAll(historian).catch((thrown: unknown) => assert.fail(`${what}: ${String(thrown)}`))
      const report = await historian.verify()
      const { quarantined } = await historian.status()
      if (name.startsWith('history')) {
        assert.ok(quarantined.length > 0 || report.problems.length > 0, `${what} is named`)
        const lossless = !name.includes('numbers')
        assert.equal(rows, lossless ? 6 * PER_DAY : 4 * PER_DAY, what)
        assert.equal(historian.position(), 300, what)
      } else if (quarantined.length > 0) {
        // The journal gives again what the recent store lost.
        assert.equal(historian.position(), 200, what)
        assert.equal(rows, 4 * PER_DAY, what)
      } else {
        // Free blocks of a DuckDB file hold nothing; a bit there does not matter.
        assert.equal(rows, 6 * PER_DAY, what)
      }
      await historian.append({ batches: [], events: [], next: 400 })
      await historian.close()
      await rm(dir, { recursive: true })
    }
    await rm(root, { recursive: true })
  })

  it('a missing or cut file is set aside, and the rest is served', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'damage-'))
    await prepare(root)
    const files = await filesOf(path.join(root, 'history', 'numbers'))
    await rm(files[0] ?? '')
    await writeFile(files[1] ?? '', 'not Parquet')
    const historian = await open(root)
    assert.equal(await readAll(historian), 2 * PER_DAY)
    assert.equal((await historian.status()).quarantined.length, 2)
    await historian.close()
    await rm(root, { recursive: true })
  })

  it('a lost manifest is made again from the files', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'damage-'))
    await prepare(root)
    await rm(path.join(root, 'history', 'manifest.json'))
    const historian = await open(root)
    assert.equal(await readAll(historian), 6 * PER_DAY)
    assert.equal(historian.position(), 300)
    assert.equal(historian.coldPosition(), 200)
    await historian.close()
    await rm(path.join(root, 'recent'), { recursive: true })
    await rm(path.join(root, 'history', 'manifest.json'))
    const again = await open(root)
    assert.equal(again.position(), 200)
    assert.equal(await readAll(again), 4 * PER_DAY)
    await again.close()
    await rm(root, { recursive: true })
  })
})
