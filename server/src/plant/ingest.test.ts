import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { severityOf } from '@millwright/model/quality.ts'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import type { AppendOutcome, BlockReason, Journal, JournalEntry } from '../journal/journal.ts'
import { silentLog } from '../kernel/log.ts'
import { Admission } from './admission.ts'
import { DeadLetters } from './dead-letters.ts'
import { IngestCounters } from './ingest-counters.ts'
import { Ingest } from './ingest.ts'
import { LiveValues } from './live-values.ts'

const NOW_US = Date.UTC(2026, 10, 23) * 1000
const clock = { nowUs: () => NOW_US, monotonicMs: () => 0 }

/** A journal that settles when the test says so, with what the test says. */
class HandJournal implements Pick<Journal, 'append' | 'onBlocked'> {
  readonly appended: number[][] = []
  readonly waiting: ((outcome: AppendOutcome) => void)[] = []
  readonly #listeners = new Set<(blocked: BlockReason | undefined) => void>()
  blocked: BlockReason | undefined

  append(entry: JournalEntry): Promise<AppendOutcome> {
    assert.equal(entry.kind, 'samples')
    if (entry.kind === 'samples') this.appended.push([...entry.batch.numbers.values.subarray(0, entry.batch.numbers.length)])
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  onBlocked(listener: (blocked: BlockReason | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  settle(outcome: AppendOutcome): Promise<void> {
    this.waiting.shift()?.(outcome)
    return turn()
  }

  block(reason: BlockReason | undefined): Promise<void> {
    this.blocked = reason
    for (const listener of [...this.#listeners]) listener(reason)
    return turn()
  }
}

function setUp() {
  const journal = new HandJournal()
  const counters = new IngestCounters()
  const live = new LiveValues()
  const deadbands = new Map<number, number>()
  const admission = new Admission(counters, live, { deadband: (series) => deadbands.get(series) ?? Number.NaN })
  let flushes = 0
  const signals = {
    resolve: () => ({ series: 1, kind: 'number' as const }),
    find: () => undefined,
    generation: 0,
    flush: () => {
      flushes++
      return Promise.resolve()
    },
  }
  const whole: Journal = Object.assign(journal, {
    head: 0,
    release: () => {},
    forget: () => {},
    status: () => assert.fail('not asked'),
    close: () => Promise.resolve(),
  })
  const ingest = new Ingest({ journal: whole, signals, admission, live, deadLetters: new DeadLetters(clock), counters, clock, log: silentLog })
  return { journal, counters, live, deadbands, ingest, flushes: () => flushes }
}

const durable: AppendOutcome = { status: 'durable', next: 1 }

function send(ingest: Ingest, value: number, timeUs = NOW_US, series = 1): { outcome: string } {
  ingest.open.addNumber(series, timeUs, value, 0)
  const seen = { outcome: 'waiting' }
  void ingest.commit().then(({ status }) => {
    seen.outcome = status
  })
  return seen
}

test('senders of one turn share a record and nobody is answered before it is durable', async () => {
  const { journal, ingest, live, counters } = setUp()
  const seen = [send(ingest, 1), send(ingest, 2), send(ingest, 3)]
  await turn()
  assert.deepEqual(journal.appended, [[1, 2, 3]])
  assert.deepEqual(seen.map(({ outcome }) => outcome), ['waiting', 'waiting', 'waiting'])
  assert.equal(live.get(1), undefined)
  await journal.settle(durable)
  assert.deepEqual(seen.map(({ outcome }) => outcome), ['stored', 'stored', 'stored'])
  assert.equal(live.get(1)?.value, 3)
  assert.equal(counters.stored, 3)
})

test('what arrives while two groups are under way waits for one of them, as one group', async () => {
  const { journal, ingest } = setUp()
  send(ingest, 1)
  await turn()
  send(ingest, 2)
  await turn()
  for (let value = 3; value < 8; value++) {
    send(ingest, value)
    await turn()
  }
  assert.deepEqual(journal.appended, [[1], [2]])
  await journal.settle(durable)
  await turn()
  assert.deepEqual(journal.appended, [[1], [2], [3, 4, 5, 6, 7]])
})

test('a commit with nothing new waits for what is under way, and groups settle in order', async () => {
  const { journal, ingest } = setUp()
  const first = send(ingest, 1)
  await turn()
  let repeated = 'waiting'
  void ingest.commit().then(({ status }) => {
    repeated = status
  })
  const second = send(ingest, 2)
  await turn()
  const [settleFirst] = journal.waiting.splice(0, 1)
  await journal.settle(durable)
  assert.deepEqual([first.outcome, repeated, second.outcome], ['waiting', 'waiting', 'waiting'])
  settleFirst?.(durable)
  await turn()
  assert.deepEqual([first.outcome, repeated, second.outcome], ['stored', 'stored', 'stored'])
})

test('a full disk pauses senders and loses nothing: the group is written when there is space', async () => {
  const { journal, ingest } = setUp()
  const paused: unknown[] = []
  ingest.onPaused((reason) => paused.push(reason))
  const seen = send(ingest, 1)
  await turn()
  await journal.block('disk')
  await journal.settle({ status: 'full', reason: 'disk' })
  assert.equal(ingest.paused, 'disk')
  assert.equal(seen.outcome, 'waiting')
  await journal.block(undefined)
  assert.deepEqual(journal.appended, [[1], [1]])
  await journal.settle(durable)
  assert.equal(seen.outcome, 'stored')
  assert.deepEqual(paused, ['disk', undefined])
})

test('a failed sync is never answered as stored', async () => {
  const { journal, ingest, live } = setUp()
  const seen = send(ingest, 1)
  await turn()
  await journal.settle({ status: 'failed', message: 'EIO' })
  assert.equal(seen.outcome, 'waiting')
  assert.equal(live.get(1), undefined)
  await journal.block(undefined)
  await journal.settle(durable)
  assert.equal(seen.outcome, 'stored')
})

test('a stop settles what is under way and refuses what comes later', async () => {
  const { journal, ingest } = setUp()
  const seen = send(ingest, 1)
  const closed = ingest.close(1000)
  await turn()
  await journal.settle(durable)
  await closed
  assert.equal(seen.outcome, 'stored')
  ingest.open.addNumber(1, NOW_US, 2, 0)
  assert.equal((await ingest.commit()).status, 'later')
})

test('new signals are durable before samples of theirs are', async () => {
  const { journal, ingest, flushes } = setUp()
  send(ingest, 1)
  assert.equal(flushes(), 0)
  await turn()
  assert.equal(flushes(), 1)
  assert.equal(journal.appended.length, 1)
})

test('times far ahead are flagged, late, backfilled and repeated ones counted, all are kept', async () => {
  const { journal, ingest, counters, live } = setUp()
  send(ingest, 1, NOW_US - 120_000_000)
  await turn()
  await journal.settle(durable)
  send(ingest, 2, NOW_US - 120_000_000)
  send(ingest, 3, NOW_US - 121_000_000)
  send(ingest, 4, NOW_US + 11 * 60_000_000, 2)
  send(ingest, 5, NOW_US - 3_600_000_000, 3)
  await turn()
  await journal.settle(durable)
  assert.deepEqual(journal.appended, [[1], [2, 3, 4, 5]])
  assert.deepEqual([counters.late, counters.backfilled, counters.repeated, counters.outOfOrder, counters.ahead], [3, 1, 1, 1, 1])
  assert.equal(severityOf(live.get(2)?.status ?? 0), 'uncertain')
})

test('a deadband leaves out small changes, but not the first, a late one, a new quality, or one after a long silence', async () => {
  const { journal, ingest, counters, deadbands } = setUp()
  deadbands.set(1, 0.5)
  const minute = 60_000_000
  const start = NOW_US - 30 * minute
  const batch = new BatchBuilder()
  const add = (minutes: number, value: number, status = 0) => batch.addNumber(1, start + minutes * minute, value, status)
  add(0, 1)
  add(1, 1.4)
  add(2, 1.6)
  add(1.5, 1.6)
  add(3, 1.7, 0x4000_0000)
  add(4, 1.7, 0x4000_0000)
  add(14, 1.7, 0x4000_0000)
  batch.addNumber(2, start, 9, 0)
  const outcome = ingest.write(batch.view(NOW_US))
  await turn()
  await journal.settle(durable)
  assert.equal((await outcome).status, 'stored')
  assert.deepEqual(journal.appended, [[1, 1.6, 1.6, 1.7, 1.7, 9]])
  assert.equal(counters.withinDeadband, 2)
})

test('refusals are counted completely and kept as a sample', () => {
  const { ingest, counters } = setUp()
  for (let i = 0; i < 100; i++) ingest.refuse({ source: 'mqtt', where: 'mw/v1/a', refusal: { code: 'PAYLOAD_INVALID', message: 'broken' }, count: 2, excerpt: Buffer.from('{"') })
  assert.equal(counters.refused.get('PAYLOAD_INVALID'), 200)
})
