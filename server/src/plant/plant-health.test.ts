import assert from 'node:assert/strict'
import { test } from 'node:test'
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
