import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { scaled, seeded, until } from './scale.ts'

const SAMPLES = scaled(60_000, 2_000_000)
const PER_REQUEST = 2_000
const DAY_MS = 86_400_000

after(endAll)

test(`F12: of ${SAMPLES} samples a fifth comes up to 7 days late and a twentieth twice: raw, aggregates and last equal a sorted reference`, { timeout: scaled(180_000, 1_800_000) }, async (t) => {
  const random = seeded(20_261_126)
  // Compaction and merges run all the time, and rollups are used even for these few.
  const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn', '--historian.compact-after-rows', '10000', '--historian.rollup-from-rows', '0'] })
  t.after(() => millwright.stop())
  const reference = new Map<number, number>()
  const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const startMs = endMs - 8 * DAY_MS
  const stepMs = Math.floor((8 * DAY_MS) / SAMPLES)
  const [times, values]: [number[], number[]] = [[], []]
  const post = async () => {
    const body = JSON.stringify({ path: 'late/pump', ts: times, values: { flow: values } })
    const answer = await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', body })
    assert.equal(answer.status, 200, await answer.text())
    // Within a request, too, the later one wins.
    for (const [index, timeMs] of times.entries()) reference.set(timeMs, values[index] ?? 0)
    times.length = 0
    values.length = 0
  }
  for (let i = 0; i < SAMPLES; i++) {
    const due = startMs + i * stepMs
    const shape = random()
    const timeMs = shape < 0.2 ? Math.max(startMs, due - Math.floor(random() * 7 * DAY_MS)) : shape < 0.25 ? (times.at(-1) ?? due) : due
    times.push(timeMs)
    values.push(Math.round(random() * 8_000) / 8)
    if (times.length === PER_REQUEST) await post()
  }
  await post()
  // A read waits a second for what came before it, and then answers with what there is.
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const sorted = [...reference].sort(([a], [b]) => a - b)
  const signal = `${millwright.url}/api/v1/signals/late/pump/flow`

  const csv = (await (await fetch(`${signal}/samples?from=${startMs}&to=${endMs}&format=csv`)).text()).split('\r\n').slice(1, -1)
  assert.equal(csv.length, sorted.length)
  for (const [index, row] of csv.entries()) {
    const [time = '', value] = row.split(',')
    assert.deepEqual([Date.parse(time), Number(value)], sorted[index])
  }

  const answer = (await (await fetch(`${signal}/samples?from=${startMs}&to=${endMs}&every=1h&aggregate=count,min,max,sum,first,last`)).json()) as { times: readonly number[]; aggregates: Record<string, readonly (number | null)[]> }
  assert.equal(answer.times.length, 8 * 24)
  for (const [index, hourMs] of answer.times.entries()) {
    const inHour = sorted.filter(([timeMs]) => timeMs >= hourMs && timeMs < hourMs + 3_600_000).map(([, value]) => value)
    const expected = { count: inHour.length, min: Math.min(...inHour), max: Math.max(...inHour), sum: inHour.reduce((sum, value) => sum + value, 0), first: inHour[0], last: inHour.at(-1) }
    for (const [name, value] of Object.entries(expected)) assert.equal(answer.aggregates[name]?.[index], value, `${name} of the hour ${new Date(hourMs).toISOString()}`)
  }

  const last = (await (await fetch(`${signal}/last`)).json()) as { value: number }
  assert.equal(last.value, sorted.at(-1)?.[1])
  const status = (await millwright.getJson('/api/v1/status')) as { ingest: { late: number; outOfOrder: number }; history: { compactions: number; files: number } }
  assert.ok(status.history.compactions > 0 && status.ingest.outOfOrder > SAMPLES / 10)
  t.diagnostic(`${sorted.length} different times in ${status.history.files} files after ${status.history.compactions} compactions; ${status.ingest.outOfOrder} out of order; all equal`)
})
