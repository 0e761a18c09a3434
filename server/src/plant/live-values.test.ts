import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { readLiveSnapshot, writeLiveSnapshot } from './live-snapshot.ts'
import { LiveValues } from './live-values.ts'

function filled(): LiveValues {
  const live = new LiveValues()
  const builder = new BatchBuilder()
  builder.addNumber(3, 100, 1.5, 0)
  builder.addNumber(5000, 100, Number.NaN, 0x809b_0000)
  builder.addText(7, 100, '运行', 0)
  builder.addText(8, 100, null, 0x809b_0000)
  builder.addWaveform(9, 100, 25_600, new Float32Array(640), 0)
  live.apply(builder.view(120))
  return live
}

test('the newest sample of each kind is at hand', () => {
  const live = filled()
  assert.deepEqual(live.get(3), { timeUs: 100, value: 1.5, status: 0 })
  assert.deepEqual(live.get(5000), { timeUs: 100, value: null, status: 0x809b_0000 })
  assert.deepEqual(live.get(7), { timeUs: 100, value: '运行', status: 0 })
  assert.equal(live.get(8)?.value, null)
  assert.equal(live.get(9)?.value, 640)
  assert.equal(live.get(4), undefined)
  assert.equal(live.get(1e9), undefined)
  assert.equal(live.receivedUs(3), 120)
})

test('a late sample changes nothing, one of the same time replaces', () => {
  const live = filled()
  const builder = new BatchBuilder()
  builder.addNumber(3, 99, 9, 0)
  builder.addText(7, 99, 'late', 0)
  builder.addNumber(5000, 100, 2, 0)
  live.apply(builder.view(130))
  assert.equal(live.get(3)?.value, 1.5)
  assert.equal(live.get(7)?.value, '运行')
  assert.equal(live.get(5000)?.value, 2)
})

test('listeners hear each changed series once a batch', () => {
  const live = filled()
  const heard: number[][] = []
  const stop = live.subscribe((changed) => heard.push([...changed]))
  const builder = new BatchBuilder()
  for (let i = 0; i < 5; i++) builder.addNumber(3, 200 + i, i, 0)
  builder.addNumber(4, 200, 1, 0)
  builder.addNumber(5000, 1, 1, 0)
  live.apply(builder.view(210))
  stop()
  live.apply(builder.view(220))
  assert.deepEqual(heard, [[3, 4]])
})

test('a snapshot gives the same live values back, and a damaged one gives none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mw-live-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'live.bin')
  assert.equal(await readLiveSnapshot(file), undefined)
  const live = filled()
  await writeLiveSnapshot(file, { position: 4711, columns: live.dump() })
  const snapshot = await readLiveSnapshot(file)
  assert.ok(snapshot)
  assert.equal(snapshot.position, 4711)
  const again = new LiveValues()
  again.load(snapshot.columns)
  for (const series of [3, 5000, 7, 8, 9, 4]) assert.deepEqual(again.get(series), live.get(series))
  assert.deepEqual(again.dump(), live.dump())
  const bytes = await readFile(file)
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    await writeFile(file, damaged)
    assert.equal(await readLiveSnapshot(file), undefined, `byte ${at}`)
  }
})

test('catching up with the past keeps what came later, also at the same time', () => {
  const live = new LiveValues()
  const at = (timeUs: number, value: number, receivedUs: number) => {
    const builder = new BatchBuilder()
    builder.addNumber(1, timeUs, value, 0)
    return builder.view(receivedUs)
  }
  live.apply(at(100, 5, 1000))
  live.catchUp(at(90, 1, 500))
  live.catchUp(at(100, 2, 600))
  assert.equal(live.get(1)?.value, 5)
  const restarted = new LiveValues()
  restarted.catchUp(at(100, 1, 500))
  restarted.catchUp(at(100, 2, 500))
  assert.equal(restarted.get(1)?.value, 2)
})
