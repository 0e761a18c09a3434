import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { BatchBuilder, type SampleBatch } from '@millwright/model/sample-batch.ts'
import { Status } from '@millwright/model/quality.ts'
import { US_PER_DAY, US_PER_MINUTE, US_PER_SECOND } from '@millwright/model/time.ts'
import { MillwrightError } from '../../src/kernel/error.ts'
import type { Historian, SeriesRange } from '../../src/historian/historian.ts'

/** A noon on which the suite's samples lie. */
export const NOON_US = Date.UTC(2026, 10, 23, 12) * 1000

/** Opens the historian of a folder; called again on one folder it opens what was kept there. */
export type OpenHistorian = (folder: string) => Promise<Historian>

const ALL = { fromUs: 0, toUs: Date.UTC(2200, 0, 1) * 1000 }
const number = (series: number, range: { fromUs: number; toUs: number } = ALL): SeriesRange => ({ series, kind: 'number', ...range })

/** A batch of numbers, given as [series, time, value, status?]. */
export function numbers(rows: readonly (readonly [number, number, number, number?])[], receivedUs = NOON_US): SampleBatch {
  const builder = new BatchBuilder()
  for (const [series, timeUs, value, status = 0] of rows) builder.addNumber(series, timeUs, value, status)
  return builder.view(receivedUs)
}

/** What every historian must do, whatever it is made of. */
export function describeHistorian(name: string, open: OpenHistorian): void {
  describe(`${name} is a historian`, () => {
    let folder = ''
    let historian: Historian
    let next = 0
    const append = async (...batches: SampleBatch[]) => historian.append({ batches, events: [], next: ++next })

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'historian-'))
      historian = await open(folder)
    })
    after(async () => {
      await historian.close()
      await rm(folder, { recursive: true })
    })

    it('answers an unknown series with nothing', async () => {
      const page = await historian.readSamples(number(999), { limit: 10, order: 'ascending' })
      assert.equal(page.block.timesUs.length, 0)
      assert.equal(page.nextUs, undefined)
      assert.deepEqual(await historian.readLast([{ series: 999, kind: 'number' }]), [undefined])
      assert.equal((await historian.readPlot(number(999), 100)).timesUs.length, 0)
    })

    it('keeps the position with the samples', async () => {
      await append(numbers([[1, NOON_US, 1]]))
      assert.equal(historian.position(), next)
      await historian.close()
      historian = await open(folder)
      assert.equal(historian.position(), next)
      assert.ok(historian.coldPosition() <= next)
    })

    it('lets the later write of a timestamp win, before and after a compaction, within a batch and across batches', async () => {
      const at = NOON_US + US_PER_SECOND
      await append(numbers([[2, at, 1], [2, at, 2]]))
      assert.deepEqual([...(await values(2))], [2])
      await historian.compact()
      assert.deepEqual([...(await values(2))], [2])
      await append(numbers([[2, at, 3], [2, at - 10, 0]]))
      assert.deepEqual([...(await values(2))], [0, 3])
      await historian.compact()
      assert.deepEqual([...(await values(2))], [0, 3])
      assert.deepEqual(await historian.readLast([{ series: 2, kind: 'number' }]), [{ timeUs: at, value: 3, status: 0 }])
    })

    it('keeps numbers to the bit, "no value" as NaN, and status codes whole', async () => {
      const odd = [0.1 + 0.2, -0, Number.MAX_VALUE, Number.MIN_VALUE, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53]
      await append(numbers(odd.map((value, index) => [3, NOON_US + index, value, index === 5 ? Status.badNoData : 0xffff_ffff])))
      for (const round of ['recent', 'cold']) {
        const { block } = await historian.readSamples(number(3), { limit: 100, order: 'ascending' })
        assert.deepEqual([...block.values], odd, round)
        assert.equal(block.status[5], Status.badNoData)
        assert.equal(block.status[0], 0xffff_ffff)
        await historian.compact()
      }
    })

    it('keeps texts, also long, empty and missing ones', async () => {
      const builder = new BatchBuilder()
      const texts = ['短', '', null, "it's", 'x'.repeat(5000)]
      texts.forEach((text, index) => builder.addText(4, NOON_US + index, text, 0))
      await append(builder.view(NOON_US))
      for (const round of ['recent', 'cold']) {
        const { block } = await historian.readSamples({ series: 4, kind: 'text', ...ALL }, { limit: 100, order: 'ascending' })
        assert.deepEqual([...block.values], texts, round)
        assert.deepEqual((await historian.readLast([{ series: 4, kind: 'text' }]))[0]?.value, texts.at(-1))
        await historian.compact()
      }
    })

    it('keeps waveforms whole, the later write winning, in pages of so many waveforms or points', async () => {
      const block = (index: number, by: number) => Float32Array.from({ length: 100 + index }, (_, point) => Math.fround(Math.sin(point + index) * by))
      const write = async (indexes: readonly number[], by: number) => {
        const builder = new BatchBuilder()
        for (const index of indexes) builder.addWaveform(12, NOON_US + index * US_PER_SECOND, 25_600 + index, block(index, by), index % 2 === 0 ? 0 : Status.uncertain)
        await append(builder.view(NOON_US))
      }
      await write([0, 1, 2, 3, 4, 5], 1)
      await historian.compact()
      await write([3, 9, 3], 7)
      const expected = [0, 1, 2, 3, 4, 5, 9].map((index) => ({ index, values: block(index, index === 3 || index === 9 ? 7 : 1) }))
      for (const round of ['recent and cold', 'cold']) {
        for (const [order, limit, points] of [['ascending', 100, 1e6], ['descending', 100, 1e6], ['ascending', 2, 1e6], ['descending', 3, 1e6], ['ascending', 100, 250], ['descending', 100, 1]] as const) {
          const seen: unknown[] = []
          let range: { series: number; fromUs: number; toUs: number } | undefined = { series: 12, ...ALL }
          while (range !== undefined) {
            const page = await historian.readWaveforms(range, { limit, points, order })
            assert.ok(page.timesUs.length >= 1 && page.timesUs.length <= limit)
            assert.ok(page.timesUs.length === 1 || page.values.reduce((sum, values) => sum + values.length, 0) <= points)
            page.timesUs.forEach((timeUs, at) => {
              const index = (timeUs - NOON_US) / US_PER_SECOND
              assert.equal(page.rateHz[at], 25_600 + index)
              assert.equal(page.status[at], index % 2 === 0 ? 0 : Status.uncertain)
              seen.push({ index, values: page.values[at] })
            })
            const { nextUs }: { nextUs: number | undefined } = page
            range = nextUs === undefined ? undefined : order === 'ascending' ? { ...range, fromUs: nextUs } : { ...range, toUs: nextUs }
          }
          // Not deepEqual: telling how thousands of numbers differ takes minutes.
          assert.ok(isDeepStrictEqual(seen, order === 'ascending' ? expected : expected.toReversed()), `${round}, ${order}, ${limit} waveforms, ${points} points`)
        }
        await historian.compact()
      }
      assert.equal((await historian.readWaveforms({ series: 998, ...ALL }, { limit: 1, points: 1, order: 'ascending' })).timesUs.length, 0)
    })

    it('pages in both orders without losing or repeating a sample', async () => {
      const rows = Array.from({ length: 1000 }, (_, index) => [5, NOON_US + index * 37 * US_PER_MINUTE, index] as const)
      await append(numbers(rows.slice(0, 600)))
      await historian.compact()
      await append(numbers(rows.slice(600)))
      for (const order of ['ascending', 'descending'] as const) {
        const seen: unknown[] = []
        let range: SeriesRange | undefined = number(5)
        while (range !== undefined) {
          const page = await historian.readSamples(range, { limit: 77, order })
          assert.ok(page.block.timesUs.length <= 77)
          seen.push(...page.block.values)
          const { nextUs }: { nextUs: number | undefined } = page
          range = nextUs === undefined ? undefined : order === 'ascending' ? { ...range, fromUs: nextUs } : { ...range, toUs: nextUs }
        }
        const expected = rows.map(([, , value]) => value)
        assert.deepEqual(seen, order === 'ascending' ? expected : expected.toReversed())
      }
    })

    it('reads many series at once as it reads each of them', async () => {
      const row = (series: number, index: number, by: number) => [series, NOON_US + index * US_PER_SECOND, by * index + series] as const
      const series = Array.from({ length: 40 }, (_, index) => 2_000 + index * 3)
      const texts = new BatchBuilder()
      for (let index = 0; index < 5; index++) texts.addText(2_500, NOON_US + index, `word ${index}`, 0)
      const write = (indexes: readonly number[], by: number) => append(numbers(indexes.flatMap((index) => series.map((each) => row(each, index, by)))))
      await write(Array.from({ length: 30 }, (_, index) => index), 1)
      await append(texts.view(NOON_US), numbers(Array.from({ length: 900 }, (_, index) => row(2_001, index, 1))))
      await historian.compact()
      // Late, repeated, and of one series that is much longer than the others.
      await write([5, 3, 40, 3], 7)
      const keys = [...series.map((each) => ({ series: each, kind: 'number' as const })), { series: 2_500, kind: 'text' as const }, { series: 2_001, kind: 'number' as const }, { series: 2_999, kind: 'number' as const }]
      const range = { fromUs: NOON_US, toUs: NOON_US + 700 * US_PER_SECOND }
      for (const round of ['recent and cold', 'cold']) {
        for (const limit of [1, 100, 5_000]) {
          for (let done = 0; done < keys.length; ) {
            const pages = await historian.readMany(keys.slice(done), range, limit)
            assert.ok(pages.length >= 1 && pages.length <= keys.length - done)
            assert.ok(pages.reduce((sum, page) => sum + page.block.timesUs.length, 0) <= limit)
            for (const [index, page] of pages.entries()) {
              const key = keys[done + index]
              assert.ok(key !== undefined)
              assert.deepEqual(page, await historian.readSamples({ ...key, ...range }, { limit: page.nextUs === undefined ? 10_000 : limit, order: 'ascending' }), `${round}, series ${key.series}, limit ${limit}`)
            }
            done += pages.length
          }
        }
        await historian.compact()
      }
      assert.deepEqual(await historian.readMany([], range, 10), [])
    })

    it('gives up a read that nobody wants any more, and disturbs no other', async () => {
      await append(numbers(Array.from({ length: 50_000 }, (_, index) => [20, NOON_US + index * US_PER_SECOND, index] as const)))
      const isGivenUp = { code: 'QUERY_TOO_EXPENSIVE', message: /given up/ }
      await assert.rejects(historian.readSamples(number(20), { limit: 10, order: 'ascending' }, AbortSignal.abort()), isGivenUp)
      let givenUp = 0
      for (let round = 0; round < 30; round++) {
        const stop = new AbortController()
        const unwanted = Array.from({ length: 3 }, () => historian.readPlot(number(20), 400, stop.signal).then(() => undefined, (thrown: unknown) => thrown))
        const wanted = Array.from({ length: 3 }, () => historian.readSamples(number(20), { limit: 1_000_000, order: 'ascending' }))
        for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve))
        stop.abort()
        for (const thrown of await Promise.all(unwanted)) {
          if (thrown === undefined) continue
          assert.ok(thrown instanceof MillwrightError && thrown.code === 'QUERY_TOO_EXPENSIVE', String(thrown))
          givenUp++
        }
        for (const page of await Promise.all(wanted)) assert.equal(page.block.timesUs.length, 50_000)
      }
      assert.ok(givenUp > 0, 'no read was given up: the test did not test that')
    })

    it('takes the range as half-open', async () => {
      await append(numbers([[6, NOON_US, 1], [6, NOON_US + 1, 2], [6, NOON_US + 2, 3]]))
      const { block } = await historian.readSamples(number(6, { fromUs: NOON_US, toUs: NOON_US + 2 }), { limit: 10, order: 'ascending' })
      assert.deepEqual([...block.values], [1, 2])
    })

    it('keeps the true minimum and maximum in a plot', async () => {
      const rows = Array.from({ length: 20_000 }, (_, index) => [7, NOON_US + index * US_PER_SECOND, index === 7777 ? 900 : index === 13_131 ? -900 : Math.sin(index / 500)] as const)
      await append(numbers(rows))
      const plot = await historian.readPlot(number(7, { fromUs: NOON_US, toUs: NOON_US + 20_000 * US_PER_SECOND }), 400)
      assert.ok(plot.timesUs.length <= 400)
      assert.equal(Math.max(...(plot.values as Float64Array)), 900)
      assert.equal(Math.min(...(plot.values as Float64Array)), -900)
    })

    it('sums up buckets, leaving out bad samples, and keeps gaps', async () => {
      const s = US_PER_SECOND
      await append(numbers([[8, NOON_US, 10], [8, NOON_US + 5 * s, 20], [8, NOON_US + 8 * s, 999, Status.bad], [8, NOON_US + 9 * s, Number.NaN]]))
      const { columns } = await historian.readAggregates({ series: 8, kind: 'number' }, Float64Array.of(NOON_US, NOON_US + 10 * s, NOON_US + 20 * s), [
        'count',
        'min',
        'max',
        'avg',
        'sum',
        'first',
        'last',
        'stddev',
        'twa',
        'covered',
      ])
      const column = (aggregate: keyof typeof columns) => [...(columns[aggregate] ?? [])]
      assert.deepEqual(column('count'), [2, 0])
      assert.deepEqual(column('min'), [10, Number.NaN])
      assert.deepEqual(column('max'), [20, Number.NaN])
      assert.deepEqual(column('avg'), [15, Number.NaN])
      assert.deepEqual(column('sum'), [30, Number.NaN])
      assert.deepEqual(column('first'), [10, Number.NaN])
      assert.deepEqual(column('last'), [20, Number.NaN])
      assert.deepEqual(column('stddev'), [Math.sqrt(50), Number.NaN])
      // 10 for five seconds and 20 for three; the bad sample ends the hold.
      assert.deepEqual(column('twa'), [(10 * 5 + 20 * 3) / 8, Number.NaN])
      assert.deepEqual(column('covered'), [8, 0])
    })

    it('answers SQL over the four relations and nothing else', async () => {
      await historian.setCatalogue(
        [{ path: 'acme/press', level: 'equipment', type: null, description: null, properties: '{}' }],
        [{ series: 2, path: 'acme/press/force', assetPath: 'acme/press', name: 'force', kind: 'number', unit: 'N', description: null }],
      )
      await historian.append({ batches: [], events: [{ timeUs: NOON_US, kind: 'stopped', path: 'acme/press', data: '{"why":"jam"}' }], next: ++next })
      const limits = { rows: 100, timeMs: 10_000 }
      const { rows } = await historian.sql(`SELECT signal, time, value, quality FROM samples WHERE signal = 'acme/press/force' AND time >= '2026-11-23' ORDER BY time DESC LIMIT 1`, limits)
      assert.deepEqual(rows, [['acme/press/force', new Date(NOON_US / 1000 + 1000).toISOString(), 3, 'good']])
      assert.deepEqual((await historian.sql('SELECT kind, path FROM events', limits)).rows, [['stopped', 'acme/press']])
      assert.equal((await historian.sql('SELECT * FROM range(1000)', limits)).truncated, true)
      for (const text of HOSTILE_SQL) {
        await assert.rejects(historian.sql(text, limits), (thrown) => thrown instanceof MillwrightError && thrown.code === 'QUERY_INVALID', text)
      }
      await assert.rejects(historian.sql('SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1', { rows: 10, timeMs: 300 }), { code: 'QUERY_TOO_EXPENSIVE' })
    })

    it('deletes what is older than its rule, and nothing else', async () => {
      const old = NOON_US - 400 * US_PER_DAY
      await append(numbers([[10, old, 1], [11, old, 2], [13, old, 5], [10, NOON_US, 3], [11, NOON_US, 4]]))
      await historian.compact()
      const last = async () => (await historian.readLast([{ series: 13, kind: 'number' }]))[0]?.value
      for (let time = 0; time < 2; time++) assert.equal(await last(), 5)
      await append(numbers([[13, old, 6]]))
      await historian.compact()
      for (let time = 0; time < 2; time++) assert.equal(await last(), 6, 'the later write')
      await historian.applyRetention({ defaultBeforeUs: NOON_US - 100 * US_PER_DAY, exceptions: new Map([[11, 0]]) })
      assert.deepEqual([...(await values(10))], [3])
      assert.deepEqual([...(await values(11))], [2, 4])
      assert.equal(await last(), undefined)
    })

    it('makes a backup that opens as a historian with the same answers', async () => {
      const copy = path.join(await mkdtemp(path.join(tmpdir(), 'historian-backup-')), 'copy')
      await historian.backup(copy)
      const restored = await open(copy)
      const page = await restored.readSamples(number(5), { limit: 2000, order: 'ascending' })
      assert.deepEqual(page, await historian.readSamples(number(5), { limit: 2000, order: 'ascending' }))
      assert.equal(restored.position(), historian.coldPosition())
      await restored.close()
      await rm(path.dirname(copy), { recursive: true })
    })

    it('finds nothing wrong with what it wrote', async () => {
      const report = await historian.verify()
      assert.deepEqual(report.problems, [])
      assert.ok(report.rows > 1000)
    })

    async function values(series: number) {
      return (await historian.readSamples(number(series), { limit: 100_000, order: 'ascending' })).block.values
    }
  })
}

/** Statements that reach, or tell of, what is not the history (faults.md, A9). */
const HOSTILE_SQL: readonly string[] = [
  `SELECT * FROM read_csv('/etc/passwd')`,
  `SELECT * FROM '/etc/passwd'`,
  `SELECT * FROM read_text('/etc/passwd')`,
  `SELECT * FROM glob('/*')`,
  `SELECT * FROM read_parquet('**/*.parquet')`,
  `COPY (SELECT 1) TO '/tmp/stolen.csv'`,
  `COPY samples TO 'x.parquet'`,
  'INSTALL httpfs',
  'LOAD httpfs',
  `ATTACH ':memory:' AS other`,
  `ATTACH '/etc/passwd' AS other`,
  'PRAGMA database_list',
  `SET memory_limit = '1TB'`,
  'RESET ALL',
  'CREATE TABLE stolen AS SELECT * FROM samples',
  'DROP VIEW samples',
  'DELETE FROM signals',
  'UPDATE signals SET path = 1',
  'INSERT INTO signals SELECT * FROM signals',
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP TABLE position',
  'EXPLAIN SELECT 1; DROP TABLE position',
  'EXPLAIN ANALYZE DELETE FROM signals',
  'SELECT * FROM position',
  'SELECT * FROM numbers_1',
  'SELECT * FROM main.numbers_1',
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_tables',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM pg_catalog.pg_class',
  'SHOW TABLES',
  `SELECT getenv('HOME')`,
  `SELECT current_setting('temp_directory')`,
  `SELECT * FROM query('SELECT 1')`,
  `SELECT * FROM query_table('position')`,
  'WITH a AS (SELECT * FROM position) SELECT * FROM a',
  'WITH a AS (SELECT * FROM position), position AS (SELECT 1) SELECT * FROM a',
  'SELECT (SELECT max(next) FROM position)',
  'SELECT * FROM (WITH position AS (SELECT 1) SELECT * FROM position), position',
  'CALL pragma_version()',
  'EXPORT DATABASE \'/tmp/x\'',
  'VACUUM',
  'CHECKPOINT',
  'EXECUTE x',
  'SELECT $1',
  'SELEC',
  '',
]
