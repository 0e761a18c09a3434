import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PlaceFile } from './saved-place.ts'

test('a place is whole at any moment, also when many are saved at once; one that cannot be read is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-place-'))
  try {
    const file = join(folder, 'edge.json')
    const place = new PlaceFile(file)
    assert.equal(await place.load(), undefined)
    await Promise.all(Array.from({ length: 50 }, (_, at) => place.save({ bdSeq: at, position: at * 10 })))
    assert.deepEqual(await place.load(), { bdSeq: 49, position: 490 })
    await assert.rejects(new PlaceFile(join(folder, 'nowhere', 'x.json')).save({ bdSeq: 1, position: 1 }))
    for (const text of ['', '{"version":1,"bdSeq":256,"position":1}', '{"version":2,"bdSeq":1,"position":1}', '{"version":1,"bdS']) {
      await writeFile(file, text)
      assert.equal(await place.load(), undefined)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
