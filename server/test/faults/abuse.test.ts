import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { Askers } from './askers.ts'
import { Ledger } from './ledger.ts'
import { Machines, mqttSocket, publishPacket } from './machines.ts'
import { isTorture, pause, quantile, scaled, until } from './scale.ts'

const MIB = 1024 * 1024
/** New names that one client invents, and how many it may. */
const INVENTED = scaled(20_000, 1_000_000)
const ALLOWED = scaled(2_000, 100_000)
const PARALLEL = scaled(120, 1_000)
const startMs = Date.now() - 3_600_000

let millwright: MillwrightProcess
let machines: Machines
const ledger = new Ledger('bystander', 10)
before(async () => {
  const flags = ['--log.level', 'warn', '--provisioning.new-signals-per-source', String(ALLOWED), '--provisioning.new-signals-per-source-per-hour', '0', '--api.sql-timeout-ms', '5000']
  millwright = await MillwrightProcess.start({ flags })
  machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 4, messagesPerSecond: 200, startMs, clientPrefix: 'bystander' })
  await until('bystanders are there', 20_000, () => ledger.points > 500)
})
after(async () => {
  machines.stop()
  await millwright.stop()
  await endAll()
})

interface Status {
  readonly plant: { readonly signals: number }
  readonly ingest: { readonly refused: Record<string, number> }
}
const statusOf = async () => (await millwright.getJson('/api/v1/status')) as Status

async function sql(text: string): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(`${millwright.url}/api/v1/sql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql: text }) })
  return { status: answer.status, text: await answer.text() }
}

test(`A6: one MQTT client invents ${INVENTED} signals: it gets ${ALLOWED}, others create theirs all the same`, { timeout: scaled(120_000, 1_800_000) }, async (t) => {
  const bomber = await mqttSocket(millwright.mqttPort, 'bomber')
  t.after(() => bomber.destroy())
  let acked = 0
  bomber.on('data', (bytes) => (acked += bytes.length / 4))
  const before = (await statusOf()).plant.signals
  machines.takeLatencies()
  const perMessage = 100
  for (let sent = 0; sent < INVENTED; sent += perMessage) {
    const values = Array.from({ length: perMessage }, (_, i) => `"n${sent + i}":1`)
    bomber.write(publishPacket('mw/v1/bomb/site', `{"values":{${values.join(',')}}}`, ((sent / perMessage) % 65_535) + 1))
    if (sent % 10_000 === 0) await until('the bomber is heard', 60_000, () => acked >= sent / perMessage - 50)
  }
  await until('the bomber is answered', 60_000, () => acked >= INVENTED / perMessage)
  const status = await statusOf()
  assert.equal(status.plant.signals - before, ALLOWED)
  assert.equal(status.ingest.refused['QUOTA_REACHED'], INVENTED - ALLOWED)
  const letters = (await millwright.getJson('/api/v1/dead-letters')) as { letters: readonly { message: string }[] }
  assert.ok(letters.letters.some(({ message }) => message.includes('source bomber')), 'nobody is told who it was')
  // Another client, and HTTP, still may.
  const other = await mqttSocket(millwright.mqttPort, 'newcomer')
  t.after(() => other.destroy())
  const answered = new Promise((resolve) => other.once('data', resolve))
  other.write(publishPacket('mw/v1/newcomer/m1', '{"values":{"x":1}}', 1))
  await answered
  assert.equal((await fetch(`${millwright.url}/api/v1/signals/newcomer/m1/x/last`)).status, 200)
  assert.equal((await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', body: '{"path":"newcomer/m2","values":{"x":1}}' })).status, 200)
  assert.ok(machines.isConnected)
  t.diagnostic(`bystanders acknowledged in ${Math.round(quantile(machines.takeLatencies(), 0.99))} ms (p99) meanwhile`)
})

/** What no statement may reach: files, the network, other databases, settings, and anything that writes. */
const FORBIDDEN = [
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('file:///etc/passwd')",
  "SELECT * FROM read_json_auto('/proc/self/environ')",
  "SELECT * FROM read_parquet('/tmp/*.parquet')",
  "SELECT * FROM glob('/etc/*')",
  "SELECT * FROM read_csv('http://169.254.169.254/latest/meta-data/')",
  "SELECT * FROM read_csv('http://localhost:1/x')",
  "SELECT * FROM read_parquet('s3://bucket/key')",
  "SELECT * FROM sqlite_scan('registry.db', 'signals')",
  "COPY samples TO '/tmp/millwright-stolen.csv'",
  "COPY (SELECT 1) TO '/tmp/millwright-stolen.csv'",
  "EXPORT DATABASE '/tmp/millwright-stolen'",
  "ATTACH '/tmp/millwright-stolen.db' AS stolen",
  "ATTACH ':memory:' AS other",
  'INSTALL httpfs',
  'LOAD httpfs',
  "LOAD '/tmp/evil.duckdb_extension'",
  'SET enable_external_access = true',
  'SET lock_configuration = false',
  "SET memory_limit = '100GB'",
  'RESET lock_configuration',
  "PRAGMA database_list",
  "PRAGMA enable_profiling",
  'CALL pragma_version()',
  'CREATE TABLE mine (x INTEGER)',
  'CREATE MACRO f(x) AS x',
  'CREATE SECRET s (TYPE s3)',
  'DROP TABLE samples',
  'DELETE FROM samples',
  'UPDATE samples SET value = 0',
  "INSERT INTO samples VALUES (1)",
  'CHECKPOINT',
  'VACUUM',
  'BEGIN TRANSACTION',
  'SELECT 1; DROP TABLE samples',
  'SELECT 1; SELECT 2',
  "SELECT getenv('HOME')",
  "SELECT current_setting('temp_directory')",
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM duckdb_secrets()',
  'SELECT * FROM pragma_database_list()',
  "SELECT query FROM query('SELECT 1')",
  "SELECT * FROM query_table('samples_raw')",
  "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/millwright-stolen.csv'",
  "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT count(*) FROM x",
  "SELECT (SELECT content FROM read_text('/etc/passwd'))",
  "PREPARE p AS SELECT 1",
  "EXECUTE p",
  "SHOW ALL TABLES",
  "USE memory",
  'DETACH recent',
] as const

test(`A9: ${FORBIDDEN.length} statements that reach for files, the network, settings or other tables are refused, each with a reason`, async (t) => {
  const let_through: string[] = []
  for (const statement of FORBIDDEN) {
    const { status, text } = await sql(statement)
    assert.ok(status < 500, `${statement}: ${status} ${text}`)
    if (status !== 400) let_through.push(`${statement}: ${status} ${text.slice(0, 200)}`)
    else assert.ok((JSON.parse(text) as { detail: string }).detail.length > 10, text)
    assert.equal(/root:x:0|HOME=|PATH=/.test(text), false, `${statement} shows what it must not`)
  }
  assert.deepEqual(let_through, [])
  assert.equal((await sql('SELECT count(*) FROM samples')).status, 200, 'an honest statement is still answered')
  t.diagnostic(`${FORBIDDEN.length} refused`)
})

/** Statements and questions that would take for ever, or all memory. */
const EXPENSIVE = [
  'SELECT count(*) FROM range(100000000000) a',
  'SELECT count(*) FROM samples a, samples b, samples c, samples d',
  "SELECT list(r) FROM (SELECT random() AS r FROM range(1000000000)) t",
  "SELECT count(*) FROM range(100000) WHERE regexp_matches(rpad('b', 10000, 'a') || range, '(a+)+$')",
  'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
  "SELECT repeat('x', 1000000000) || repeat('y', 1000000000)",
  'SELECT r FROM (SELECT random() AS r FROM range(300000000)) t ORDER BY r',
] as const

test(`A10 and F10: ${PARALLEL} expensive questions at once: each is answered or refused in words, machines go on`, { timeout: scaled(240_000, 1_200_000) }, async (t) => {
  const before = await millwright.residentBytes()
  machines.takeLatencies()
  await pause(2_000)
  const quiet = quantile(machines.takeLatencies(), 0.99)
  const acked = machines.ackedMessages
  const codes = new Map<string, number>()
  const askers = new Askers(millwright.url, ['/readyz'], 1, 200)
  let peak = 0
  const watch = setInterval(() => void millwright.residentBytes().then((bytes) => (peak = Math.max(peak, bytes))), 250)
  const path = '/api/v1/signals/bystander/bystander0/s0/samples?from=2000-01-01&to=now'
  const answers = Array.from({ length: PARALLEL }, async (_, index) => {
    if (index % 2 === 0) return await sql(EXPENSIVE[(index / 2) % EXPENSIVE.length] ?? '')
    const shapes = ['&every=1s&aggregate=twa', '&points=100000', '&format=csv', '&every=1m&limit=100000']
    const answer = await fetch(millwright.url + path + shapes[(index >> 1) % shapes.length])
    return { status: answer.status, text: await answer.text() }
  })
  for (const answer of answers) {
    const { status, text } = await answer
    codes.set(String(status), (codes.get(String(status)) ?? 0) + 1)
    assert.ok(status !== 500, text)
    if (status >= 400) assert.ok((JSON.parse(text) as { detail: string }).detail.length > 10, text)
  }
  clearInterval(watch)
  const loaded = quantile(machines.takeLatencies(), 0.99)
  await askers.stop()
  assert.ok(machines.ackedMessages > acked + 100, 'machines were not acknowledged meanwhile')
  assert.ok(machines.isConnected && millwright.isAlive)
  assert.deepEqual(askers.failures, [])
  assert.ok(peak - before < 1_024 * MIB, `memory grew by ${peak - before} bytes`)
  await until('history answers again', 60_000, async () => (await sql('SELECT 1 + 1')).status === 200)
  t.diagnostic(`answers by status ${JSON.stringify(Object.fromEntries(codes))}; acknowledgement p99 ${Math.round(quiet)} ms before, ${Math.round(loaded)} ms meanwhile; memory +${Math.round((peak - before) / MIB)} MiB${isTorture ? '' : ' (120 of 1,000: all in torture)'}`)
})

test('all that was acknowledged to the bystanders during all this is stored', async () => {
  machines.pause()
  await until('all is acknowledged', 20_000, () => machines.unacked === 0)
  await until('history follows', 60_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
  const { missing, wrong, doubled, examples } = await ledger.balance(millwright, startMs, startMs + 3_600_000)
  assert.deepEqual([missing, wrong, doubled], [0, 0, 0], examples.join('; '))
})
