import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../kernel/log.ts'
import { DiskWatch } from './disk-watch.ts'

test('a disk that fills up is told once, from 90 % on, until there is space again', async () => {
  const kinds: string[] = []
  const events = { record: async ({ kind }: { readonly kind: string }) => kinds.push(kind) > 0 }
  let freeBytes = 0
  let isGone = false
  const watch = new DiskWatch({ space: async () => (isGone ? Promise.reject(new Error('gone')) : { freeBytes, totalBytes: 1_000 }), events, log: silentLog })
  const at = async (free: number) => {
    freeBytes = free
    await watch.look()
    return watch.warning !== undefined
  }
  assert.deepEqual([await at(500), await at(101), kinds.length], [false, false, 0])
  assert.deepEqual([await at(100), await at(0), await at(110), kinds.length], [true, true, true, 1])
  isGone = true
  assert.equal(await at(500), true)
  isGone = false
  assert.deepEqual([await at(130), await at(50), kinds], [false, true, ['disk.nearly-full', 'disk.nearly-full']])
  assert.match(watch.warning ?? '', /^the disk is 95 % full, 0 MiB are free/)
})
