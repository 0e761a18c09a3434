import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { LiveValues } from './live-values.ts'
import { PlantHealth, type HealthTable } from './plant-health.ts'
import { openTestPlant, type TestClock } from './test-plant.ts'

async function openHealth(): Promise<{ readonly health: PlantHealth; readonly clock: TestClock }> {
  const { model, clock } = await openTestPlant()
  await model.edit([{ op: 'createSignal', path: 'line/press/force', fields: { kind: 'number' } }])
  return { health: new PlantHealth({ tree: model.tree, live: new LiveValues(), clock }), clock }
}

/** Reads while the clock goes on by `tookMs`. */
async function read(health: PlantHealth, clock: TestClock, tookMs: number): Promise<HealthTable> {
  const table = health.read()
  clock.timeMs += tookMs
  return await table
}

test('a count that is quick is made anew after a second, and whoever asks waits for it', async () => {
  const { health, clock } = await openHealth()
  const first = await read(health, clock, 5)
  assert.equal(await read(health, clock, 0), first, 'those who ask at once get the same')
  clock.timeMs += 1_001
  const now = clock.nowUs()
  assert.equal((await read(health, clock, 5)).timeUs, now)
})

test('while a slow count is made again nobody waits: they get the one before, and the new one when it is there', async () => {
  const { health, clock } = await openHealth()
  const first = await read(health, clock, 500)
  clock.timeMs += 20 * 500 + 1
  assert.equal(await read(health, clock, 500), first)
  await new Promise((resolve) => setImmediate(resolve))
  assert.notEqual(await read(health, clock, 0), first)
})

test('a count that nobody asked for in a long time is not shown as if it were of now', async () => {
  const { health, clock } = await openHealth()
  await read(health, clock, 500)
  clock.timeMs += 3_600_000
  const now = clock.nowUs()
  assert.equal((await read(health, clock, 500)).timeUs, now)
})

test('a waveform has no value that a limit is meant for: the number of its points is not its level', async () => {
  const { model, clock } = await openTestPlant()
  const force = { low: 0, high: 80 }
  await model.edit([
    { op: 'createSignal', path: 'line/press/force', fields: { kind: 'number', ...force } },
    { op: 'createSignal', path: 'line/press/shock', fields: { kind: 'waveform', ...force } },
  ])
  const [number, wave] = ['line/press/force', 'line/press/shock'].map((path) => model.signal(path)?.series)
  assert.ok(number !== undefined && wave !== undefined)
  const live = new LiveValues()
  const batch = new BatchBuilder()
  batch.addNumber(number, clock.nowUs(), 81, 0)
  batch.addWaveform(wave, clock.nowUs(), 25_600, new Float32Array(16_384), 0)
  live.apply(batch.view(clock.nowUs()))
  const table = await read(new PlantHealth({ tree: model.tree, live, clock }), clock, 5)
  assert.deepEqual(table.worst(0).map(({ series }) => series), [number])
})
