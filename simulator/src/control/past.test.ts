import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { US_PER_DAY, US_PER_HOUR } from '@millwright/model/time.ts'
import { Plant } from '../plant/plant.ts'
import { eventfulPast, livePast } from './past.ts'
import { loadPlant, savePlant } from './state-file.ts'

const NOW_US = Date.UTC(2026, 10, 23, 12, 0, 30) * 1_000 + 400_000

test('every fault of the past can be put into the plant, and none begins before it', () => {
  for (const days of [0, 1, 3, 10, 30]) {
    const fromUs = NOW_US - days * US_PER_DAY
    const plant = new Plant({ seed: 1, startUs: fromUs })
    const faults = eventfulPast(fromUs, NOW_US)
    for (const fault of faults) assert.equal(plant.inject(fault).status, 'injected', JSON.stringify(fault))
    if (days === 30) assert.ok(faults.length >= 5)
  }
})

test('a past ends in the present, coarse first and at full rate in its last hour, and waits for a sink without room', async () => {
  const plant = new Plant({ seed: 1, startUs: NOW_US - 3 * US_PER_HOUR })
  const samples = { coarse: 0, full: 0 }
  let asked = 0
  const sink = {
    get hasRoom() {
      return ++asked % 3 !== 0
    },
    write(_gateway: string, { numbers }: { numbers: { length: number; timesUs: Float64Array } }) {
      for (let i = 0; i < numbers.length; i++) samples[(numbers.timesUs[i] ?? 0) < NOW_US - US_PER_HOUR - 120_000_000 ? 'coarse' : 'full']++
    },
  }
  const shares: number[] = []
  await livePast(plant, NOW_US, sink, new AbortController().signal, (share) => shares.push(share))
  assert.ok(NOW_US - plant.nowUs < 1_000_000)
  assert.ok(samples.coarse > 0 && samples.full > 10 * samples.coarse, JSON.stringify(samples))
  assert.ok((shares.at(-1) ?? 0) > 0.99)
})

test('a plant goes on where its state file says, and a damaged file is none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mw-plant-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'plant.state')
  const plant = new Plant({ seed: 1, startUs: NOW_US })
  assert.equal(await loadPlant(file, plant), false)
  plant.step(plant.nowUs + 60_000_000, { write: () => {} })
  await savePlant(file, plant)
  const again = new Plant({ seed: 1, startUs: NOW_US })
  assert.equal(await loadPlant(file, again), true)
  assert.equal(again.nowUs, plant.nowUs)
  assert.deepEqual(again.snapshot(), plant.snapshot())
  assert.equal(await loadPlant(file, new Plant({ seed: 2, startUs: NOW_US })), false)
  await writeFile(file, 'no state')
  assert.equal(await loadPlant(file, new Plant({ seed: 1, startUs: NOW_US })), false)
})
