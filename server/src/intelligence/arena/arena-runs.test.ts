import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { WireArenaContest } from '@millwright/model/wire/arena.ts'
import { silentLog } from '../../kernel/log.ts'
import { ArenaRuns, type ArenaRunsOptions, MAX_WAITING } from './arena-runs.ts'
import type { RunControl } from './plant-contest.ts'
import { RECORDED_DATA, recordedDataMissing } from './recorded-data.ts'

const clock = { nowUs: () => 1_800_000_000_000_000, monotonicMs: () => 0 }
const TABLE = { title: 'SKAB', protocol: 'How', columns: [{ name: 'F1', digits: 3 }, { name: 'FAR %', digits: 1 }], rows: [{ who: 'ours', on: 'report', values: [0.8], costUs: 2 }] }
const SET: WireArenaContest = { name: 'data-set/one', source: 'plant', title: 'Stops (works/pump)', detectors: ['watch', 'mewma'], signals: ['flow'], missing: null, needs: null }

describe('runs of the arena', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arena-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const open = (more: Partial<ArenaRunsOptions> = {}) => ArenaRuns.open({ folder: join(folder, 'runs'), recorded: join(folder, 'no-data'), contests: [{ name: 'skab', detectors: ['mewma'] }, { name: 'nab' }], clock, log: silentLog, released: join(folder, 'none.jsonl'), ...more })
  /** Runs that last until somebody lets them go; each answers with one row of who was asked for. */
  const held = () => {
    const asked: { readonly detectors: readonly string[]; readonly control: RunControl; go(): void }[] = []
    const plant = {
      list: () => [SET],
      find: (name: string) => (name === SET.name ? SET : undefined),
      run: (_name: string, { detectors }: { readonly detectors: readonly string[] }, control: RunControl) =>
        new Promise<{ readonly title: string; readonly protocol: string; readonly columns: typeof TABLE.columns; readonly rows: { readonly who: string; readonly on: 'all'; readonly values: number[] }[] }>((resolve, reject) => {
          control.signal.addEventListener('abort', () => reject(new Error('it was cancelled')), { once: true })
          asked.push({ detectors, control, go: () => resolve({ ...TABLE, rows: detectors.map((who) => ({ who, on: 'all', values: [asked.length, Number.NaN] })) }) })
        }),
    }
    return { asked, plant }
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  test('a collection whose data are not there says which files to put where, and is not run', async () => {
    const runs = await open()
    const [skab] = runs.status().contests
    assert.match(skab?.missing ?? '', /skab\/valve1 is not at .*no-data/)
    assert.deepEqual([skab?.needs?.files, skab?.needs?.licence], [['skab/valve1'], 'GPL-3.0'])
    assert.throws(() => runs.begin({ contest: 'skab', by: 'Li' }), { code: 'CONFLICT' })
    assert.throws(() => runs.begin({ contest: 'none', by: 'Li' }), { code: 'NOT_FOUND' })
    assert.throws(() => runs.begin({ contest: 'skab', detectors: ['nobody'], by: 'Li' }), { code: 'PAYLOAD_INVALID' })
    assert.throws(() => runs.table('nab'), { code: 'NOT_FOUND' })
  })

  test('tables of the release are read line by line; what cannot be read is left out', async () => {
    const released = join(folder, 'released.jsonl')
    await writeFile(released, `${JSON.stringify(TABLE)}\n{"title": 3\n`)
    const { tables } = (await open({ released })).status()
    assert.deepEqual(tables.map(({ contest, made, rows }) => [contest, made, rows[0]?.values]), [['skab', null, [0.8, null]]])
  })

  test('runs take turns, tell their progress, and are cancelled while they run or wait; no more wait than are allowed', async () => {
    const { asked, plant } = held()
    const runs = await open({ plant, folder: join(folder, 'queue') })
    const first = runs.begin({ contest: SET.name, by: 'Li' })
    const second = runs.begin({ contest: SET.name, detectors: ['mewma'], by: 'Wang' })
    asked[0]?.control.onProgress(0.4)
    assert.deepEqual([runs.status().running?.id, runs.status().running?.progress, runs.status().waiting.map(({ by }) => by)], [first.id, 0.4, ['Wang']])
    for (let more = 1; more < MAX_WAITING; more++) runs.begin({ contest: SET.name, by: 'Li' })
    assert.throws(() => runs.begin({ contest: SET.name, by: 'Li' }), { code: 'OVERLOADED' })
    for (const { id, by } of runs.status().waiting) if (by === 'Li') assert.equal(await runs.cancel(id), true)
    assert.equal(await runs.cancel(first.id), true)
    while (asked.length < 2) await turn()
    assert.deepEqual([runs.status().running?.id, asked[1]?.detectors], [second.id, ['mewma']])
    asked[1]?.go()
    await runs.idle()
    assert.deepEqual([runs.status().running, runs.table(SET.name).rows.map(({ who, values }) => [who, values])], [null, [['mewma', [2, null]]]])
    assert.equal(await runs.cancel(second.id), false)
  })

  test('a run that is cancelled says so and leaves no table; results are kept over a restart, with when and by whom', async () => {
    const { asked, plant } = held()
    const options = { plant, folder: join(folder, 'kept') }
    const runs = await open(options)
    const { id } = runs.begin({ contest: SET.name, by: 'Li' })
    await runs.cancel(id)
    await runs.idle()
    assert.deepEqual([runs.status().tables, runs.status().failure], [[], { contest: SET.name, reason: 'it was cancelled' }])
    runs.begin({ contest: SET.name, by: '李娜' })
    asked[1]?.go()
    await runs.idle()
    const { tables } = (await open(options)).status()
    assert.deepEqual([tables[0]?.contest, tables[0]?.by, tables[0]?.made, tables[0]?.rows.map(({ who }) => who)], [SET.name, '李娜', clock.nowUs() / 1_000, ['watch', 'mewma']])
  })

  test('recorded data are scored in the thread; only the detectors that were named replace their rows', { skip: recordedDataMissing() }, async () => {
    const runs = await open({ recorded: RECORDED_DATA, folder: join(folder, 'recorded') })
    runs.begin({ contest: 'skab', detectors: ['mewma'], by: 'Li' })
    await runs.idle()
    assert.equal(runs.status().failure, null)
    assert.ok(runs.table('skab').rows.some(({ who, on }) => on === 'report' && who.includes('MEWMA')) && runs.table('skab').rows.some(({ on }) => on === 'published'))
  })
})
