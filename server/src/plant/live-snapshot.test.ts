import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readLiveSnapshot, writeLiveSnapshot } from './live-snapshot.ts'

const snapshot = {
  position: 4_711,
  columns: {
    series: Uint32Array.of(1, 7),
    timesUs: Float64Array.of(1_700_000_000_000_000, 1_700_000_000_000_001),
    values: Float64Array.of(21.5, Number.NaN),
    receivedUs: Float64Array.of(1, 2),
    status: Uint32Array.of(0, 0x8000_0000),
    texts: [[9, 'läuft'], [10, null]] as [number, string | null][],
  },
}

test('a snapshot comes back as it was; any bit that flips and any cut makes it none, and never an error', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-live-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'live.bin')
  assert.equal(await readLiveSnapshot(file), undefined)
  await writeLiveSnapshot(file, snapshot)
  assert.deepEqual(await readLiveSnapshot(file), snapshot)
  const sound = await readFile(file)
  for (let bit = 0; bit < sound.length * 8; bit++) {
    const damaged = Buffer.from(sound)
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
    await writeFile(file, damaged)
    assert.equal(await readLiveSnapshot(file), undefined, `bit ${bit}`)
  }
  for (let length = 0; length < sound.length; length++) {
    await writeFile(file, sound.subarray(0, length))
    assert.equal(await readLiveSnapshot(file), undefined, `cut to ${length} bytes`)
  }
})
