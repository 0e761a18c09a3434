import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readWatchState, writeWatchState } from './watch-state-file.ts'

test('a state comes back as it was; a damaged or missing one is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-watch-'))
  const file = join(folder, 'watch.state')
  const state = {
    position: 12_345,
    slots: [
      { asset: 1, champion: { model: 'self-learned', state: Uint8Array.of(1, 2, 3) }, shadow: { model: 'm2', state: Uint8Array.of(9) }, rest: '{"a":"泵"}' },
      { asset: 7, champion: { model: 'm1', state: Uint8Array.of() }, shadow: undefined, rest: '{}' },
    ],
  }
  try {
    assert.equal(await readWatchState(file), undefined)
    await writeWatchState(file, state)
    assert.deepEqual(await readWatchState(file), state)
    const bytes = await readFile(file)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      await writeFile(file, damaged)
      assert.equal(await readWatchState(file), undefined, `byte ${at}`)
    }
    for (const length of [0, 5, 20, bytes.length - 1]) {
      await writeFile(file, bytes.subarray(0, length))
      assert.equal(await readWatchState(file), undefined)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
