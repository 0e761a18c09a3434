import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { silentLog } from '../../kernel/log.ts'
import { ArenaRuns } from './arena-runs.ts'
import { RECORDED_DATA, recordedDataMissing } from './recorded-data.ts'

const clock = { nowUs: () => 1_800_000_000_000_000, monotonicMs: () => 0 }
const TABLE = { title: 'SKAB', protocol: 'How', columns: [{ name: 'F1', digits: 3 }, { name: 'FAR %', digits: 1 }], rows: [{ who: 'ours', on: 'report', values: [0.8], costUs: 2 }] }

describe('runs of the arena', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arena-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const open = (more: object = {}) => ArenaRuns.open({ folder: join(folder, 'runs'), recorded: join(folder, 'no-data'), contests: ['skab', 'nab'], clock, log: silentLog, released: join(folder, 'none.jsonl'), ...more })

  test('a collection whose data are not there says so, and its run fails with the reason', async () => {
    const runs = await open()
    assert.match(runs.status().contests[0]?.missing ?? '', /no-data/)
    runs.begin('skab', 'Li')
    assert.equal(runs.status().running?.contest, 'skab')
    assert.throws(() => runs.begin('nab', 'Li'), { code: 'CONFLICT' })
    await runs.idle()
    assert.equal(runs.status().running, null)
    assert.equal(runs.status().failure?.contest, 'skab')
    assert.throws(() => runs.begin('none', 'Li'), { code: 'NOT_FOUND' })
  })

  test('tables of the release are read line by line; what cannot be read is left out', async () => {
    const released = join(folder, 'released.jsonl')
    await writeFile(released, `${JSON.stringify(TABLE)}\n{"title": 3\n`)
    const { tables } = (await open({ released })).status()
    assert.deepEqual(tables.map(({ contest, made, rows }) => [contest, made, rows[0]?.values]), [['skab', null, [0.8, null]]])
  })

  test('a run that is cancelled ends, and leaves no table', { skip: recordedDataMissing() }, async () => {
    const runs = await open({ recorded: RECORDED_DATA })
    runs.begin('nab', 'Li')
    assert.equal(await runs.cancel(), true)
    assert.deepEqual([runs.status().running, runs.status().tables.length, runs.status().failure?.contest], [null, 0, 'nab'])
    assert.equal(await runs.cancel(), false)
  })

  test('a result is kept over a restart, with when and by whom', { skip: recordedDataMissing() }, async () => {
    const runs = await open({ recorded: RECORDED_DATA })
    runs.begin('skab', '李娜')
    await runs.idle()
    const { tables } = (await open()).status()
    assert.deepEqual([tables[0]?.contest, tables[0]?.by, tables[0]?.made], ['skab', '李娜', clock.nowUs() / 1_000])
    assert.ok((tables[0]?.rows.length ?? 0) > 5 && (tables[0]?.tookMs ?? 0) > 0)
  })
})
