import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { NOW_US, openTestApi, type TestApi } from '../src/api/test-api.ts'
import { Intelligence } from '../src/intelligence/intelligence.ts'
import { intelligenceRoutes } from '../src/intelligence/module.ts'
import { SELF_LEARNED } from '../src/intelligence/runtime/asset-slot.ts'
import { machine, MACHINE_SIGNALS } from '../src/intelligence/runtime/test-machine.ts'
import { readWatchState, writeWatchState } from '../src/intelligence/runtime/watch-state-file.ts'
import { intelligenceSettings } from '../src/intelligence/settings.ts'
import { silentLog } from '../src/kernel/log.ts'

const PUMP = 'works/pump1'
const OWN = 'works/pump2'
const DAYS = 3
const START = NOW_US - DAYS * US_PER_DAY
let api: TestApi
let folder: string
let intelligence: Intelligence

before(async () => {
  api = await openTestApi({
    modules: async (plant, root) => {
      folder = join(root, 'intelligence')
      await start(plant)
      return [intelligenceRoutes(intelligence)]
    },
  })
  await feed(PUMP, 1)
  await feed(OWN, 2)
  await caughtUp()
})
after(async () => {
  await intelligence?.stop()
  await api?.close()
})

async function start(plant = api.plant): Promise<void> {
  const settings = { ...Value.Create(intelligenceSettings), saveSeconds: 1 }
  intelligence = await Intelligence.start({ plant, folder, clock: { nowUs: () => NOW_US, monotonicMs: () => performance.now() }, log: silentLog, random: () => 0.5 }, settings)
}

async function feed(asset: string, seed: number): Promise<void> {
  const { ingest } = api.plant
  const seriesOf = (signal: string, kind: 'number' | 'text') => {
    const resolved = ingest.resolve(asset, signal, kind)
    if ('refusal' in resolved) throw new Error(resolved.refusal.message)
    return resolved.series
  }
  const numbers = MACHINE_SIGNALS.map((name) => seriesOf(name, 'number'))
  const state = seriesOf('state', 'text')
  let count = 0
  for (const { signal, timeUs, value } of machine({ seed, fromUs: START, minutes: (DAYS * US_PER_DAY) / US_PER_MINUTE, fault: () => 0 })) {
    if (signal === 'state') ingest.open.addText(state, timeUs, String(value), 0)
    else ingest.open.addNumber(numbers[signal] ?? 0, timeUs, Number(value), 0)
    if (++count % 20_000 === 0) await ingest.commit()
  }
  assert.equal((await ingest.commit()).status, 'stored')
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 90_000; !(await isTrue()); ) {
    assert.ok(performance.now() < end, `waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const caughtUp = () => until('the stream follows', async () => (await intelligence.stream.status().then(({ position }) => position, () => -1)) >= api.plant.journalStatus().head && intelligence.stream.saved.position >= api.plant.journalStatus().head)
const watched = async (path: string) => (await intelligence.stream.status()).assets.find(({ asset }) => asset === intelligence.assetAt(path))

/** Everything that was learned becomes a state of version 1, as an upgrade finds it. */
async function age(): Promise<void> {
  const old = (state: Uint8Array) => {
    const aged = Uint8Array.from(state)
    new DataView(aged.buffer).setUint32(4, 1, true)
    return aged
  }
  for (const name of await readdir(join(folder, 'models'))) await writeFile(join(folder, 'models', name), old(await readFile(join(folder, 'models', name))))
  const saved = await readWatchState(join(folder, 'watch.state'))
  assert.ok(saved !== undefined && saved.slots.length === 2)
  await writeWatchState(join(folder, 'watch.state'), { ...saved, slots: saved.slots.map((slot) => ({ ...slot, champion: { ...slot.champion, state: old(slot.champion.state) } })) })
}

test('a champion that an upgrade cannot read is learned anew from its data, to the byte, and serves again; its record says so', async () => {
  const author = 'Zhao'
  const begun = await api.app.inject({ method: 'POST', url: '/api/v1/models', payload: { asset: PUMP, from: START / 1_000, author } })
  assert.equal(begun.statusCode, 202, begun.body)
  const { id } = begun.json<WireModel>()
  await intelligence.lifeCycle.idle()
  const learned = await intelligence.models.state(id)
  await intelligence.lifeCycle.shadow(id, author)
  await intelligence.lifeCycle.promote(id, 'Li')
  await until('it serves', async () => (await watched(PUMP))?.model === id)
  const own = await watched(OWN)
  await intelligence.stop()
  await age()

  await start()
  assert.ok((intelligence.models.get(id)?.progress ?? 1) < 1, 'while it is learned anew, its record says so')
  await intelligence.lifeCycle.idle()
  await until('it serves again', async () => (await watched(PUMP))?.model === id)
  assert.deepEqual(await intelligence.models.state(id), learned)
  const { stage, progress, failure, approver, history } = intelligence.models.get(id) ?? {}
  assert.deepEqual([stage, progress, failure, approver], ['champion', 1, null, 'Li'])
  assert.match(history?.at(-1)?.note ?? '', /learned anew from the same data/)
  assert.ok(api.plant.events.latest(100).some(({ kind }) => kind === 'model.renewed'))

  await until('what was never trained has learned its past again', async () => ((await watched(OWN))?.frames ?? 0) >= (own?.frames ?? 0) * 0.98)
  assert.equal((await watched(OWN))?.model, SELF_LEARNED)
})

test('where its data are others now it is retired with the reason, and a candidate waits for people', async () => {
  const id = intelligence.models.list().find(({ stage }) => stage === 'champion')?.id ?? ''
  await intelligence.stop()
  await age()
  const resolved = api.plant.ingest.resolve(PUMP, MACHINE_SIGNALS[0] ?? '', 'number')
  assert.ok('series' in resolved)
  api.plant.ingest.open.addNumber(resolved.series, START + 90 * US_PER_MINUTE + 1, 1, 0)
  assert.equal((await api.plant.ingest.commit()).status, 'stored')

  await start()
  await intelligence.lifeCycle.idle()
  await until('it is retired', () => Promise.resolve(intelligence.models.get(id)?.stage === 'retired'))
  assert.match(intelligence.models.get(id)?.failure ?? '', /could not be learned anew: the history holds \d+ samples where it was learned from \d+/)
  assert.ok(api.plant.events.latest(100).some(({ kind }) => kind === 'model.lost'))
  await until('a candidate is there', () => Promise.resolve(intelligence.models.list().some(({ stage, author }) => stage === 'candidate' && author === 'Zhao')))
  assert.equal((await watched(PUMP))?.model, SELF_LEARNED)
})
