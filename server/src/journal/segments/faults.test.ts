import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Create } from 'typebox/value'
import { event, readAll } from '../../../test/contracts/journal.ts'
import { SimulatedDisk, systemError } from '../../../test/support/simulated-disk.ts'
import { silentLog } from '../../kernel/log.ts'
import type { AppendOutcome, Journal, JournalReader } from '../journal.ts'
import { journalSettings, type JournalSettings } from '../settings.ts'
import { openSegmentJournal, type SegmentJournal } from './segment-journal.ts'
import { openSegmentReader } from './segment-reader.ts'

const DIR = '/journal'
/** `npm run torture` sets it: the long runs of docs/faults. */
const TORTURE = process.env['MILLWRIGHT_TORTURE'] === '1'
const DEFAULTS: JournalSettings = { ...Create(journalSettings), segmentBytes: 4096, queueBytes: 64 * 1024, minFreeBytes: 0, probeMs: 1 }

test('F3: after a power loss or a kill everything acknowledged is there, in order, and behind the saved positions', async () => {
  for (let seed = 1; seed <= (TORTURE ? 10_000 : 500); seed++) await losePower(seed)
})

async function losePower(seed: number): Promise<void> {
  const random = randomOf(seed)
  let disk = new SimulatedDisk()
  const acked = new Set<number>()
  const consumed = new Set<number>()
  let saved = 0
  let number = 0
  for (let life = 0; life < 3; life++) {
    const journal = await openOn(disk, { segmentBytes: 1024 + Math.floor(random() * 8192), reserveBytes: 1 << 30 })
    const reader = readerOf(journal, disk)
    for (const { next, entry } of await readAll(reader, saved)) {
      consumed.add(numberOf(entry))
      saved = next
    }
    let left = Math.floor(random() * 60)
    disk.beforeCall = () => {
      if (left-- <= 0) throw systemError('EIO')
    }
    const pending: Promise<void>[] = []
    for (let i = 0; i < 40; i++) {
      const mine = number++
      const settled = journal.append(event(mine, Math.floor(random() ** 4 * 2000)))
      pending.push(settled.then(({ status }) => void (status === 'durable' && acked.add(mine))))
      if (random() < 0.3) await Promise.all(pending)
      if (random() < 0.1) journal.release('historian', saved)
    }
    await Promise.all(pending)
    // Killed: the page cache outlives the process, with what was never synced. Otherwise the power goes as well.
    const isKilled = random() < 0.4
    const after = isKilled ? disk : disk.afterPowerLoss(random)
    await journal.close()
    await reader.close()
    disk = after
    disk.beforeCall = () => undefined
  }
  const journal = await openOn(disk, {})
  const reader = readerOf(journal, disk)
  const all = (await readAll(reader, 0)).map(({ entry }) => numberOf(entry))
  for (const { entry } of await readAll(reader, saved)) consumed.add(numberOf(entry))
  assert.deepEqual(all, [...new Set(all)].sort((a, b) => a - b), `seed ${seed}: recovered once and in order`)
  assert.deepEqual([...acked].filter((n) => !all.includes(n)), [], `seed ${seed}: recovered`)
  assert.deepEqual([...acked].filter((n) => !consumed.has(n)), [], `seed ${seed}: reached the consumer`)
  assert.deepEqual(journal.status().quarantined, [], `seed ${seed}: a torn tail is no damage`)
  await journal.close()
}

test('F4: a flipped bit is found, its segment is named, and all other records are served', async () => {
  for (let seed = 1; seed <= (TORTURE ? 500 : 50); seed++) {
    const random = randomOf(seed)
    const disk = await filled(60, random)
    const names = disk.paths
    const name = names[Math.floor(random() * names.length)] ?? ''
    const content = disk.content(name)
    const bit = Math.floor(random() * content.length * 8)
    content[bit >> 3] = (content[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const journal = await openOn(disk, {})
    const file = name.slice(DIR.length + 1)
    assert.deepEqual(journal.status().quarantined.map((found) => found.file), [file], `seed ${seed}: bit ${bit} of ${name}`)
    const read = (await readAll(readerOf(journal, disk), 0)).map(({ entry }) => numberOf(entry))
    assert.ok(read.length >= (file.endsWith('.seg') ? 59 : 60), `seed ${seed}: ${read.length} records are left`)
    assert.deepEqual(read, [...new Set(read)].sort((a, b) => a - b))
    assert.equal((await journal.append(event(60))).status, 'durable')
    await journal.close()
    const again = await openOn(disk, {})
    assert.equal(again.status().quarantined.length, 1, `seed ${seed}: is told once`)
    assert.equal((await readAll(readerOf(again, disk), 0)).length, read.length + 1)
    await again.close()
  }
})

test('F4: damage that happens while the journal is open is stepped over and named', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, {})
  for (let i = 0; i < 60; i++) await journal.append(event(i, 100))
  const [first] = disk.paths
  disk.content(first ?? '')[500] = 0xff
  const reader = readerOf(journal, disk)
  let at = 0
  let skipped = 0
  let count = 0
  for (;;) {
    const answer = await reader.read(at, 1000)
    skipped += answer.skipped
    if (answer.records.length === 0) break
    count += answer.records.length
    at = answer.next
  }
  assert.equal(count, 59)
  assert.ok(skipped > 0 && skipped < 500)
  assert.deepEqual(journal.status().quarantined.map(({ file }) => `${DIR}/${file}`), [first])
  await journal.close()
})

test('F4: damage among synced records is told from a torn tail although the journal was killed', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed)
    const disk = new SimulatedDisk()
    const journal = await openOn(disk, { segmentBytes: 1 << 16 })
    for (let i = 0; i < 10; i++) await journal.append(event(i, Math.floor(random() * 150)))
    const beforeLast = journal.head
    await journal.append(event(10))
    const killed = disk.afterKill()
    await journal.close()
    const content = killed.content(`${DIR}/${'0'.repeat(20)}.seg`)
    const at = 32 + Math.floor(random() * (beforeLast - 32))
    content[at] = (content[at] ?? 0) ^ (1 << Math.floor(random() * 8))
    const again = await openOn(killed, {})
    assert.equal(again.status().quarantined.length, 1, `seed ${seed}: byte ${at}`)
    assert.equal((await readAll(readerOf(again, killed), 0)).length, 10, `seed ${seed}`)
    await again.close()
  }
})

test('F5: a last record that is cut at any byte is dropped and nothing else is', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, { segmentBytes: 1 << 20 })
  for (let i = 0; i < 5; i++) await journal.append(event(i, 10))
  const before = journal.head
  await journal.append(event(5, 10))
  const { head } = journal
  const killed = disk.afterKill()
  await journal.close()
  for (let cut = before; cut < head; cut++) {
    const found = killed.afterKill()
    const path = `${DIR}/${'0'.repeat(20)}.seg`
    found.put(path, killed.content(path).subarray(0, cut))
    const again = await openOn(found, {})
    assert.deepEqual((await readAll(readerOf(again, found), 0)).map(({ entry }) => numberOf(entry)), [0, 1, 2, 3, 4])
    assert.deepEqual(again.status().quarantined, [])
    await again.close()
  }
})

test('F6: a full disk refuses and loses nothing, and the journal goes on by itself when there is room', async () => {
  const disk = new SimulatedDisk()
  disk.capacityBytes = 64 * 1024
  const journal = await openOn(disk, { segmentBytes: 16 * 1024 })
  const acked = await appendUntilRefused(journal, 'full')
  assert.equal(journal.blocked, 'disk')
  for (let i = 0; i < 20; i++) await turn()
  assert.equal(journal.blocked, 'disk', 'it stays so while there is no room')
  assert.equal((await readAll(readerOf(journal, disk), 0)).length, acked)
  disk.capacityBytes = 1 << 20
  await unblocked(journal)
  assert.equal((await journal.append(event(acked))).status, 'durable')
  await journal.close()
  const again = await openOn(disk, {})
  assert.equal((await readAll(readerOf(again, disk), 0)).length, acked + 1)
  await again.close()
})

test('F6: the free-space guard stops before the disk is full', async () => {
  const disk = new SimulatedDisk()
  disk.capacityBytes = 256 * 1024
  const journal = await openOn(disk, { segmentBytes: 1 << 20, minFreeBytes: 200 * 1024, probeMs: 60_000 })
  await appendUntilRefused(journal, 'full')
  assert.ok(disk.capacityBytes - disk.usedBytes >= 190 * 1024, 'all but the rounding to pages')
  await journal.close()
})

test('a journal that has reached its own limit gives up its reserve first, then waits for its consumers', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, { maxBytes: 64 * 1024, reserveBytes: 1 << 20 })
  journal.release('historian', 0)
  await appendUntilRefused(journal, 'full')
  assert.equal(journal.blocked, 'disk')
  assert.ok(journal.status().sizeBytes <= 64 * 1024)
  journal.release('historian', journal.head)
  await unblocked(journal)
  assert.equal((await journal.append(event(1))).status, 'durable')
  assert.ok(journal.status().tail > 0)
  await journal.close()
})

test('F7: nothing is acknowledged after a write or sync that failed, and the suspect part is never served', async () => {
  for (let n = 1; n <= 500; n += TORTURE ? 1 : 7) await failOnce(n)
})

async function failOnce(n: number): Promise<void> {
  const random = randomOf(n)
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, {})
  const target = disk.calls + n
  // Often the calls that follow fail too, such as the one that would cut off the suspect part.
  let failures = 1 + (n % 3)
  disk.beforeCall = (call, number) => {
    if (failures === 0 || number < target || call === 'list' || call === 'freeBytes') return
    failures--
    throw systemError('EIO')
  }
  const acked: number[] = []
  const followed: number[] = []
  const reader = readerOf(journal, disk)
  let at = 0
  for (let i = 0; i < n / 2 + 20; i++) {
    const outcome = await journal.append(event(i, Math.floor(random() * 300)))
    if (outcome.status === 'durable') acked.push(i)
    else await unblocked(journal)
    if (random() < 0.5) continue
    const { records, next } = await reader.read(at, 300).catch(() => ({ records: [], next: at }))
    for (const { entry } of records) followed.push(numberOf(entry))
    at = next
  }
  for (const { entry } of await readAll(reader, at)) followed.push(numberOf(entry))
  assert.deepEqual(followed, acked, `call ${n}: what is served meanwhile is what was acknowledged`)
  const live = (await readAll(readerOf(journal, disk), 0)).map(({ entry }) => numberOf(entry))
  assert.deepEqual(live, acked, `call ${n}: what is served is what was acknowledged`)
  const after = disk.afterPowerLoss(random)
  await journal.close()
  const again = await openOn(after, {})
  const recovered = (await readAll(readerOf(again, after), 0)).map(({ entry }) => numberOf(entry))
  assert.deepEqual(recovered, acked, `call ${n}: and so after a power loss`)
  await again.close()
}

test('F7: a segment whose sync failed is left at its last durable record, and a new one begins there', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, { segmentBytes: 1 << 16 })
  await journal.append(event(1))
  const { head } = journal
  disk.beforeCall = (call) => {
    if (call === 'sync') throw systemError('EIO')
  }
  assert.equal((await journal.append(event(2))).status, 'failed')
  assert.equal(journal.blocked, 'failed')
  assert.equal((await journal.append(event(3))).status, 'failed')
  await turn()
  assert.equal(journal.blocked, 'failed', 'a probe that fails keeps it so')
  disk.beforeCall = () => undefined
  await unblocked(journal)
  assert.deepEqual(disk.paths.filter((path) => path.endsWith('.seg')), [0, head].map((first) => `${DIR}/${String(first).padStart(20, '0')}.seg`))
  assert.equal((await journal.append(event(4))).status, 'durable')
  assert.deepEqual((await readAll(readerOf(journal, disk), 0)).map(({ entry }) => numberOf(entry)), [1, 4])
  await journal.close()
})

test('F8: a slow disk pauses sources before anything is refused, and takes no more than its queue', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, {})
  disk.syncDelayMs = 20
  const reasons: unknown[] = []
  journal.onBlocked((blocked) => reasons.push(blocked))
  const outcomes: Promise<AppendOutcome>[] = []
  for (let i = 0; journal.blocked === undefined; i++) outcomes.push(journal.append(event(i, 100)))
  const paused = outcomes.length
  for (let i = 0; i < 500; i++) outcomes.push(journal.append(event(i, 100)))
  const settled = await Promise.all(outcomes)
  assert.ok(settled.slice(0, paused).every(({ status }) => status === 'durable'))
  assert.ok(settled.some(({ status }) => status === 'full'))
  assert.deepEqual(reasons.slice(0, 2), ['queue', undefined])
  await journal.close()
})

test('an entry that is larger than the queue is refused with the name of the setting', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, {})
  const outcome = await journal.append(event(1, 64 * 1024))
  assert.match(outcome.status === 'failed' ? outcome.message : '', /journal\.queueBytes/)
  assert.equal(journal.blocked, undefined)
  await journal.close()
})

test('segments behind the slowest consumer are removed, but for the reserve; a reader that comes late is told what it missed', async () => {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, { reserveBytes: 8192 })
  journal.release('slow', 0)
  for (let i = 0; i < 100; i++) await journal.append(event(i, 100))
  journal.release('quick', journal.head)
  await turn()
  assert.equal(journal.status().tail, 0)
  journal.forget('slow')
  while (journal.status().tail === 0) await turn()
  const { tail, sizeBytes, head } = journal.status()
  assert.ok(sizeBytes >= 8192 && sizeBytes < 8192 + 3 * 4096)
  const { records, skipped } = await readerOf(journal, disk).read(0, 1000)
  assert.equal(skipped, tail)
  assert.ok((records[0]?.position ?? 0) > tail && (records[0]?.next ?? 0) <= head)
  await journal.close()
})

test('a journal whose folder was lost begins behind what its consumers have saved', async () => {
  const disk = new SimulatedDisk()
  const journal = await openSegmentJournal({ dir: DIR, settings: DEFAULTS, clock, log: silentLog, fileSystem: disk, startBeyond: 1_000_001 })
  await journal.append(event(1))
  const { records, skipped } = await readerOf(journal, disk).read(1_000_001, 1000)
  assert.deepEqual(records.map(({ entry }) => entry), [event(1)])
  assert.ok(skipped < 8)
  await journal.close()
})

test('positions that were left out are neither damage nor missing bytes', async () => {
  const disk = await filled(5, randomOf(1))
  const further = await openSegmentJournal({ dir: DIR, settings: DEFAULTS, clock, log: silentLog, fileSystem: disk, startBeyond: 1_000_000 })
  await further.append(event(5))
  await further.close()
  const again = await openOn(disk, {})
  assert.deepEqual(again.status().quarantined, [])
  const reader = readerOf(again, disk)
  const first = await reader.read(0, 1 << 20)
  const second = await reader.read(first.next, 1 << 20)
  assert.deepEqual([first.records.length, first.skipped, second.records.length, second.skipped], [5, 0, 1, 0])
  await again.close()
})

test('no bytes in the folder stop a start', async () => {
  for (let seed = 1; seed <= (TORTURE ? 5000 : 200); seed++) {
    const random = randomOf(seed)
    const disk = await filled(20, random)
    for (const path of disk.paths) {
      const content = disk.content(path)
      const kind = Math.floor(random() * 5)
      if (kind === 0) for (let i = 0; i < content.length; i++) content[i] = Math.floor(random() * 256)
      if (kind === 1) disk.put(path, content.subarray(0, Math.floor(random() * content.length)))
      if (kind === 2) for (let i = 0; i < 20; i++) content[Math.floor(random() * content.length)] = Math.floor(random() * 256)
      if (kind === 3) disk.put(path, Buffer.concat([content, content]))
    }
    const journal = await openOn(disk, {})
    assert.equal((await journal.append(event(99))).status, 'durable', `seed ${seed}`)
    const read = (await readAll(readerOf(journal, disk), 0)).map(({ entry }) => numberOf(entry))
    assert.equal(read.at(-1), 99, `seed ${seed}`)
    await journal.close()
  }
})

const clock = { nowUs: () => 0, monotonicMs: () => performance.now() }

function openOn(disk: SimulatedDisk, settings: Partial<JournalSettings>): Promise<SegmentJournal> {
  return openSegmentJournal({ dir: DIR, settings: { ...DEFAULTS, ...settings }, clock, log: silentLog, fileSystem: disk })
}

function readerOf(journal: SegmentJournal, disk: SimulatedDisk): JournalReader {
  return openSegmentReader({ ...journal.shared, fileSystem: disk })
}

/** A disk with a journal of so many events, closed in order. */
async function filled(count: number, random: () => number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk()
  const journal = await openOn(disk, {})
  journal.release('historian', 0)
  for (let i = 0; i < count; i++) await journal.append(event(i, Math.floor(random() * 150)))
  await journal.close()
  return disk.afterKill()
}

function numberOf(entry: unknown): number {
  const { json } = entry as { json: string }
  return (JSON.parse(json) as { number: number }).number
}

async function appendUntilRefused(journal: Journal, status: AppendOutcome['status']): Promise<number> {
  for (let i = 0; ; i++) {
    const outcome = await journal.append(event(i, 100))
    if (outcome.status !== 'durable') {
      assert.equal(outcome.status, status)
      return i
    }
    assert.ok(i < 10_000)
  }
}

async function unblocked(journal: Journal): Promise<void> {
  while (journal.blocked !== undefined) await turn()
}

function turn(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 1))
}

/** Mulberry32: small, seeded, good enough to choose faults. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
