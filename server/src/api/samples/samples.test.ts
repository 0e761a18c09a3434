import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { NOW_US, openTestApi, type TestApi } from '../test-api.ts'

let api: TestApi
const T0 = NOW_US / 1_000

before(async () => {
  api = await openTestApi()
  await api.write('line/press', 'temperature', Array.from({ length: 600 }, (_, index) => [600 - index, index % 100] as const))
  await api.write('line/press', 'running', [[30, true], [20, false], [10, true]])
  await api.write('line/press', 'recipe', [[30, 'A,7'], [20, 'say "hi"'], [10, null, Status.badNoData]])
  await api.write('line/press', 'odd', [[30, 1.5, Status.uncertain], [20, null, Status.bad], [10, -2]])
})
after(() => api.close())

async function get(query: string, signal = 'line/press/temperature') {
  const answer = await api.app.inject(`/api/v1/signals/${signal}/samples?${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}

async function problem(query: string, signal = 'line/press/temperature') {
  const answer = await api.app.inject(`/api/v1/signals/${signal}/samples?${query}`)
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  return answer.json()
}

test('samples come in columns, booleans as booleans, no value as null, quality as a word or a code', async () => {
  assert.deepEqual(await get('', 'line/press/running'), {
    signal: 'line/press/running',
    times: [T0 - 30_000, T0 - 20_000, T0 - 10_000],
    values: [true, false, true],
    qualities: ['good', 'good', 'good'],
    next: null,
  })
  assert.deepEqual((await get('', 'line/press/recipe')).values, ['A,7', 'say "hi"', null])
  const odd = await get('', 'line/press/odd')
  assert.deepEqual(odd.values, [1.5, null, -2])
  assert.deepEqual(odd.qualities, ['uncertain', 'bad', 'good'])
  assert.deepEqual((await get('quality=code', 'line/press/odd')).qualities, [Status.uncertain, Status.bad, 0])
})

test('times are taken as ISO 8601, milliseconds and relative to now; "to" does not belong to the range', async () => {
  const expected = [T0 - 20_000]
  for (const query of [`from=${T0 - 20_000}&to=${T0 - 10_000}`, 'from=-20s&to=-10s', 'from=2025-12-31T23:59:40Z&to=2025-12-31T23:59:50Z', 'from=2026-01-01T07:59:40%2B08:00&to=now-10s']) {
    assert.deepEqual((await get(query, 'line/press/running')).times, expected, query)
  }
})

for (const order of ['ascending', 'descending']) {
  test(`pages in ${order} order bring every sample once`, async () => {
    const times: number[] = []
    let query = `limit=77&order=${order}`
    for (;;) {
      const page = await get(query)
      assert.ok(page.times.length <= 77)
      times.push(...page.times)
      if (page.next === null) break
      query = `limit=77&order=${order}&cursor=${page.next}`
    }
    const all = Array.from({ length: 600 }, (_, index) => T0 - (600 - index) * 1_000)
    assert.deepEqual(times, order === 'ascending' ? all : all.reverse())
  })
}

test('the day that is not over yet counts only the time that has come', async () => {
  const day = await get('every=1d&aggregate=twa,count&timezone=Asia/Shanghai&from=-1m', 'line/press/running')
  assert.deepEqual(day.aggregates, { twa: [2 / 3], count: [3] })
})

test('orders and aggregates have the short forms that people try first', async () => {
  assert.deepEqual((await get('order=desc&limit=1', 'line/press/running')).times, [T0 - 10_000])
  const payload = { signals: ['line/press/running'], from: '-1m', every: '1d', aggregate: 'max, count', timezone: 'Asia/Shanghai' }
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload })
  assert.equal(answer.statusCode, 200, answer.body)
  const wrong = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { ...payload, aggregate: 'maxi' } })
  assert.match(wrong.json().detail, /did you mean "max"/)
})

test('points of a plot keep the minimum and maximum', async () => {
  const plot = await get('points=40&from=-10m')
  assert.ok(plot.times.length <= 40 && plot.times.length >= 10)
  assert.equal(Math.min(...plot.values), 0)
  assert.equal(Math.max(...plot.values), 99)
})

test('buckets are aligned, gaps are null, and pages of them go on at the next edge', async () => {
  const whole = await get('every=1m&aggregate=count,avg,max&from=-12m')
  assert.equal(whole.times.length, 12)
  assert.deepEqual(whole.aggregates.count, [0, 0, ...new Array(10).fill(60)])
  assert.equal(whole.aggregates.avg[0], null)
  assert.equal(whole.aggregates.avg[2], 29.5)
  const first = await get('every=1m&aggregate=count&from=-12m&limit=5')
  const second = await get(`every=1m&aggregate=count&limit=20&cursor=${first.next}`)
  assert.deepEqual([...first.times, ...second.times], whole.times)
})

test('days are those of the plant, or of the time zone that is asked for', async () => {
  assert.deepEqual((await get('every=1d&aggregate=count')).times, [Date.UTC(2025, 11, 31, 16)])
  assert.deepEqual((await get('every=1d&aggregate=count&timezone=UTC')).times, [Date.UTC(2025, 11, 31)])
  assert.match((await problem('every=1d&timezone=Asia/Shangai')).detail, /did you mean "Asia\/Shanghai"/)
})

test('CSV has a header, ISO times and quoted texts, and is chosen by Accept or format', async () => {
  const expected = 'time,value,quality\r\n2025-12-31T23:59:30.000Z,"A,7",good\r\n2025-12-31T23:59:40.000Z,"say ""hi""",good\r\n2025-12-31T23:59:50.000Z,,bad\r\n'
  const accepted = await api.app.inject({ url: '/api/v1/signals/line/press/recipe/samples', headers: { accept: 'text/csv' } })
  assert.equal(accepted.body, expected)
  assert.match(String(accepted.headers['content-type']), /^text\/csv/)
  assert.equal((await api.app.inject('/api/v1/signals/line/press/recipe/samples?format=csv')).body, expected)
  const buckets = await api.app.inject('/api/v1/signals/line/press/temperature/samples?format=csv&every=5m&aggregate=count,min&from=-15m')
  assert.equal(buckets.body.split('\r\n')[1], '2025-12-31T23:45:00.000Z,0,')
})

test('Parquet is a file that begins and ends as one, and leaves nothing behind', async () => {
  const answer = await api.app.inject({ url: '/api/v1/signals/line/press/temperature/samples', headers: { accept: 'application/vnd.apache.parquet' } })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.rawPayload.subarray(0, 4).toString(), 'PAR1')
  assert.equal(answer.rawPayload.subarray(-4).toString(), 'PAR1')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const folder = await readdir(api.folder)
  assert.deepEqual(folder.filter((name) => name.endsWith('.parquet')), [])
})

test('wrong questions are answered with the parameter and what would be right', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['form=-1h', 'BAD_REQUEST', /did you mean "from"/],
    ['from=yesterday', 'TIME_INVALID', /ISO 8601.*-1h/],
    ['from=now&to=-1h', 'QUERY_INVALID', /before "to"/],
    ['limit=0', 'BAD_REQUEST', /whole number from 1/],
    ['limit=5000000', 'QUERY_INVALID', /at most 100000/],
    ['order=down', 'BAD_REQUEST', /ascending, descending/],
    ['every=0s', 'QUERY_INVALID', /1mo/],
    ['every=1m&aggregate=mean', 'BAD_REQUEST', /avg/],
    ['aggregate=avg', 'QUERY_INVALID', /needs "every"/],
    ['points=800&every=1m', 'QUERY_INVALID', /combined/],
    ['cursor=zzz', 'QUERY_INVALID', /cursor/],
    ['from=1&from=2', 'BAD_REQUEST', /more than once/],
  ]
  for (const [query, code, detail] of cases) {
    const answer = await problem(query)
    assert.equal(answer.code, code, query)
    assert.match(answer.detail, detail, query)
    assert.ok(answer.errors[0].parameter, query)
  }
  assert.equal((await problem('every=1m&aggregate=avg', 'line/press/recipe')).code, 'TYPE_MISMATCH')
  const image = await api.app.inject({ url: '/api/v1/signals/line/press/recipe/samples', headers: { accept: 'image/png' } })
  assert.equal(image.statusCode, 406)
})

test('several signals are asked for in one call, by name or by place', async () => {
  const named = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { signals: ['line/press/running', 'line/press/odd'], from: '-1h' } })
  assert.equal(named.statusCode, 200, named.body)
  assert.deepEqual(named.json().results.map((result: { signal: string; values: unknown[] }) => [result.signal, result.values.length]), [['line/press/running', 3], ['line/press/odd', 3]])
  const placed = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { under: 'line', every: '1m', aggregate: ['count'], from: -1 + T0 - 60_000, to: 'now' } })
  assert.equal(placed.statusCode, 200, placed.body)
  assert.equal(placed.json().results.length, 3, 'the text signal has no buckets')
  const csv = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { signals: ['line/press/running', 'line/press/odd'], format: 'csv' } })
  assert.equal(csv.body.split('\r\n')[1], 'line/press/running,2025-12-31T23:59:30.000Z,true,good')
  assert.equal(csv.body.split('\r\n').length, 8)
})

test('a query that names an unknown signal says which', async () => {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { signals: ['line/press/running', 'line/press/runing'] } })
  assert.equal(answer.statusCode, 404)
  assert.equal(answer.json().errors[0].pointer, '/signals/1')
  const both = await api.app.inject({ method: 'POST', url: '/api/v1/query', payload: { signals: ['a'], under: 'line' } })
  assert.equal(both.json().code, 'QUERY_INVALID')
})

test('SQL sees the samples by their names, and is refused what is not reading', async () => {
  const answer = await api.app.inject({ method: 'POST', url: '/api/v1/sql', payload: { sql: "SELECT count(*)::INTEGER AS n FROM samples WHERE signal = 'line/press/temperature'" } })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(answer.json().rows, [[600]])
  for (const sql of ["SELECT * FROM read_csv('/etc/passwd')", "COPY samples TO '/tmp/x.csv'", 'INSTALL httpfs', "ATTACH '/tmp/x.db'", 'DROP TABLE samples', 'SELECT 1; SELECT 2']) {
    const refused = await api.app.inject({ method: 'POST', url: '/api/v1/sql', payload: { sql } })
    assert.ok(refused.statusCode >= 400 && refused.statusCode < 500, `${sql}: ${refused.body}`)
  }
  const limited = await api.app.inject({ method: 'POST', url: '/api/v1/sql', payload: { sql: 'SELECT * FROM samples', limit: 5 } })
  assert.equal(limited.json().rows.length, 5)
  assert.equal(limited.json().truncated, true)
})
