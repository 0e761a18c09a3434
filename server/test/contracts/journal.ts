import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import type { Journal, JournalEntry, JournalReader, JournalRecord } from '../../src/journal/journal.ts'

/** A journal under test, empty at first. */
export interface JournalUnderTest {
  readonly journal: Journal
  openReader(): JournalReader
  /** Closes journal and readers and opens them again on what was kept. */
  reopen(): Promise<JournalUnderTest>
  /** Closes and removes all. */
  remove(): Promise<void>
}

/** What every adapter of the journal port must hold. */
export function describeJournal(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`the journal port of ${name}`, () => {
    const made: JournalUnderTest[] = []
    after(async () => {
      for (const subject of made) await subject.remove()
    })
    const begin = async () => {
      const subject = await make()
      made.push(subject)
      return subject
    }

    it('gives back every kind of sample as it was', async () => {
      const { journal, openReader } = await begin()
      const { batch, check } = mixedBatch(7)
      const outcome = await journal.append({ kind: 'samples', batch })
      assert.equal(outcome.status, 'durable')
      const [record] = await readAll(openReader(), 0)
      assert.equal(record?.entry.kind, 'samples')
      if (record?.entry.kind === 'samples') check(record.entry.batch)
    })

    it('lets the caller use the memory of a batch again as soon as append has returned', async () => {
      const { journal, openReader } = await begin()
      const builder = new BatchBuilder()
      const settled = []
      for (let i = 0; i < 100; i++) {
        builder.clear()
        builder.addNumber(i, i, i * 2, 0)
        settled.push(journal.append({ kind: 'samples', batch: builder.view(i) }))
      }
      await Promise.all(settled)
      const records = await readAll(openReader(), 0)
      assert.deepEqual(
        records.map(({ entry }) => (entry.kind === 'samples' ? entry.batch.numbers.values[0] : undefined)),
        Array.from({ length: 100 }, (_, i) => i * 2),
      )
    })

    it('settles in order, with positions that rise and lead to the entries behind them', async () => {
      const { journal, openReader } = await begin()
      const order: number[] = []
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const outcome = await journal.append(event(i))
          order.push(i)
          return outcome.status === 'durable' ? outcome.next : assert.fail(outcome.status)
        }),
      )
      assert.deepEqual(order, [...order].sort((a, b) => a - b))
      assert.deepEqual(outcomes, [...outcomes].sort((a, b) => a - b))
      assert.equal(new Set(outcomes).size, 200)
      assert.equal(journal.head, outcomes.at(-1))
      const reader = openReader()
      for (const i of [0, 50, 198]) assert.deepEqual((await readAll(reader, outcomes[i] ?? 0))[0]?.entry, event(i + 1))
      assert.deepEqual(await readAll(reader, journal.head), [])
    })

    it('reads in small steps what it reads in one', async () => {
      const { journal, openReader } = await begin()
      for (let i = 0; i < 50; i++) await journal.append(event(i, i * 37))
      const whole = (await readAll(openReader(), 0, 1 << 20)).map(({ entry }) => entry)
      const steps = (await readAll(openReader(), 0, 1)).map(({ entry }) => entry)
      assert.equal(whole.length, 50)
      assert.deepEqual(steps, whole)
    })

    it('wakes a reader that waits, and lets it go when its signal aborts', async () => {
      const { journal, openReader } = await begin()
      const reader = openReader()
      const woken = reader.waitBeyond(journal.head, new AbortController().signal)
      await journal.append(event(1))
      await woken
      const stop = new AbortController()
      const waiting = reader.waitBeyond(journal.head, stop.signal)
      stop.abort()
      await waiting
      await reader.waitBeyond(journal.head, stop.signal)
      await reader.waitBeyond(0, new AbortController().signal)
    })

    it('keeps entries and consumers over a restart, and goes on behind them', async () => {
      const first = await begin()
      for (let i = 0; i < 10; i++) await first.journal.append(event(i))
      const { head } = first.journal
      first.journal.release('historian', head)
      first.journal.release('old', 0)
      first.journal.forget('old')
      const { journal, openReader } = await first.reopen()
      assert.ok(journal.head >= head)
      assert.deepEqual(
        journal.status().consumers.map(({ name, position }) => ({ name, position })),
        [{ name: 'historian', position: head }],
      )
      await journal.append(event(10))
      assert.deepEqual(
        (await readAll(openReader(), 0)).map(({ entry }) => entry),
        Array.from({ length: 11 }, (_, i) => event(i)),
      )
      assert.deepEqual((await readAll(openReader(), head))[0]?.entry, event(10))
    })

    it('shows how far each consumer lags', async () => {
      const { journal } = await begin()
      await journal.append(event(1))
      const between = journal.head
      await journal.append(event(2))
      journal.release('quick', journal.head)
      journal.release('slow', between)
      const lags = new Map(journal.status().consumers.map(({ name, lagBytes }) => [name, lagBytes]))
      assert.equal(lags.get('quick'), 0)
      assert.ok((lags.get('slow') ?? 0) > 0)
    })

    it('answers failed after close, and closes twice', async () => {
      const { journal } = await begin()
      const pending = journal.append(event(1))
      await journal.close()
      assert.equal((await pending).status, 'durable')
      assert.equal((await journal.append(event(2))).status, 'failed')
      await journal.close()
    })
  })
}

/** A plant event that is known by its number. */
export function event(number: number, padding = 0): JournalEntry {
  return { kind: 'event', json: JSON.stringify({ number, padding: 'ü'.repeat(padding) }) }
}

/** All records from a position on. */
export async function readAll(reader: JournalReader, from: number, maxBytes = 64 * 1024): Promise<JournalRecord[]> {
  const all: JournalRecord[] = []
  let at = from
  for (;;) {
    const { records, next } = await reader.read(at, maxBytes)
    if (records.length === 0) return all
    all.push(...records)
    at = next
  }
}

function mixedBatch(seed: number): { batch: SampleBatch; check: (read: SampleBatch) => void } {
  const builder = new BatchBuilder(4)
  for (let i = 0; i < 100; i++) builder.addNumber(i % seed, 1e15 + i, i % 9 === 0 ? NaN : i / 3, i % 5 === 0 ? 0x8000_0000 : 0)
  for (const text of ['', '温度过高', 'ok', null]) builder.addText(9, 2e15, text, 0)
  builder.addWaveform(4, 3e15, 25_600, Float32Array.from([0.5, -1, NaN]), 0)
  builder.addWaveform(4, 3e15, 25_600, new Float32Array(0), 0)
  const batch = builder.view(1.7e15)
  const check = (read: SampleBatch) => {
    assert.equal(read.receivedUs, batch.receivedUs)
    for (const kind of ['numbers', 'texts', 'waveforms'] as const) {
      const written = batch[kind]
      const found = read[kind]
      assert.equal(found.length, written.length)
      for (const column of ['series', 'timesUs', 'status'] as const) {
        assert.deepEqual([...found[column].subarray(0, found.length)], [...written[column].subarray(0, written.length)])
      }
    }
    assert.deepEqual([...read.numbers.values.subarray(0, 100)], [...batch.numbers.values.subarray(0, 100)])
    assert.deepEqual(read.texts.values, batch.texts.values)
    assert.deepEqual([...read.waveforms.rateHz.subarray(0, 2)], [25_600, 25_600])
    assert.deepEqual(read.waveforms.values, batch.waveforms.values)
  }
  return { batch, check }
}
