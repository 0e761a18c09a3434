import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { rowsOfEntry } from './crash-rows.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

const KILLS = 5

describe('the history of a process that is killed (faults.md, F1)', () => {
  it('holds each stored entry once, wherever the process died', { timeout: 110_000 }, async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'crash-'))
    let state = 7
    let stored = 0
    for (let kill = 0; kill < KILLS; kill++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      // Killed after a number of entries and a moment more: somewhere in an append, a compaction or a merge.
      const target = stored + 1 + (state % 16)
      stored = await runUntil(dir, target, (state >>> 8) % 30)
      const historian = await openEmbeddedHistorian({ dir, settings: testSettings, clock: systemClock, log: silentLog })
      const position = historian.position()
      assert.ok(position >= stored, `kill ${kill}: ${stored} entries were stored, ${position} are there`)
      stored = position
      const expected = new Map<string, number>()
      for (let entry = 0; entry < position; entry++) for (const [series, timeUs, value] of rowsOfEntry(entry)) expected.set(`${series} ${timeUs}`, value)
      let rows = 0
      for (let series = 0; series < 4; series++) {
        const { block } = await historian.readSamples({ series, kind: 'number', fromUs: 0, toUs: 2 ** 52 }, { limit: 1_000_000, order: 'ascending' })
        rows += block.timesUs.length
        block.timesUs.forEach((timeUs, index) => assert.equal(block.values[index], expected.get(`${series} ${timeUs}`), `kill ${kill}: series ${series} at ${timeUs}`))
      }
      assert.equal(rows, expected.size, `kill ${kill}`)
      assert.deepEqual((await historian.sql('SELECT count(*), count(DISTINCT time) FROM events', { rows: 1, timeMs: 10_000 })).rows, [[position, position]])
      const status = await historian.status()
      assert.deepEqual(status.quarantined, [])
      await historian.close()
    }
    await rm(dir, { recursive: true })
  })
})

/** Runs the child until it has stored `target` entries and `moreMs` longer, kills it, and answers how many it told of. */
async function runUntil(dir: string, target: number, moreMs: number): Promise<number> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'crash-child.ts'), dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let stored = 0
  for await (const line of createInterface({ input: child.stdout })) {
    stored = Number(line)
    if (stored >= target) break
  }
  await new Promise((resolve) => setTimeout(resolve, moreMs))
  child.kill('SIGKILL')
  await exited
  return stored
}
