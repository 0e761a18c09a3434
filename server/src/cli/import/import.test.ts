import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { EXIT } from '../command.ts'
import { openDataFolder } from '../data-folder.ts'
import { run } from '../run.ts'
import { importCommand } from './import-command.ts'
import { httpTarget } from './import-target.ts'
import { openPlant } from '../../plant/open-plant.ts'
import { settingsFrom } from '../run.ts'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'

const folder = mkdtempSync(join(tmpdir(), 'millwright-import-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, `${count++}-${name}`)
  writeFileSync(file, content)
  return file
}

async function importing(...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await run(['import', ...argv], [importCommand], { stdin: new PassThrough(), stdout, stderr, environment: {} }, new AbortController().signal)
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

/** A server that takes messages and keeps them; `refuse` may refuse some. */
async function listening(data: string, handle: (lines: Record<string, unknown>[], call: number) => { status: number; body: object }) {
  let calls = 0
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { status, body } = handle(Buffer.concat(pieces).toString().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>), calls++)
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.01' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const lock = openDataFolder(data, 'start', new Date())
  lock.announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const close = () => {
    lock.release()
    server.close()
    server.closeAllConnections()
  }
  after(close)
  return close
}

function keeper() {
  const kept: Record<string, unknown>[] = []
  const handle = (lines: Record<string, unknown>[]) => {
    kept.push(...lines)
    return { status: 200, body: { stored: lines.reduce((sum, line) => sum + Object.keys(line['values'] as object).length, 0), refused: [], refusedCount: 0 } }
  }
  return { kept, handle }
}

test('a wide table goes to the running server, blanks and wrong fields counted with their lines', async () => {
  const data = join(folder, 'wide')
  const { kept, handle } = keeper()
  await listening(data, handle)
  const file = write('pump.csv', '时间;温度;running;note\n2020-03-09 10:14:33;21,5;true;ok\n2020-03-09 10:14:34;;false;\nyesterday;1;true;x\n2020-03-09 10:14:35;22,5;true\n2020-03-09 10:14:36;broken;true;ok\n2020-03-09 10:14:37;7;true;\n')
  const { code, out, err } = await importing(file, '--into', 'acme/pump1', '--time-zone', 'Asia/Shanghai', '--data', data)
  assert.equal(err, '')
  assert.equal(code, EXIT.ok)
  assert.deepEqual(kept[0], { path: 'acme/pump1', ts: Date.parse('2020-03-09T10:14:33+08:00'), values: { 温度: 21.5, running: true, note: 'ok' } })
  assert.equal(kept.length, 4)
  assert.match(out, /utf-8, delimiter ";", header, wide, time in "时间" as yyyy-MM-dd HH:mm:ss \(Asia\/Shanghai\), decimal comma, into acme\/pump1/)
  assert.match(out, /6 rows, 8 samples stored .* 3 empty, 3 refused/)
  assert.match(out, /line 4: "yesterday" is no time/)
  assert.match(out, /line 5: has 3 fields, the table 4/)
  assert.match(out, /line 6: "broken" in column 温度 is no number/)
})

test('GB18030, a long table, and quality', async () => {
  const data = join(folder, 'long')
  const { kept, handle } = keeper()
  await listening(data, handle)
  // "信号" and "值" in GB18030; signal 温度.
  const gb = Buffer.concat([Buffer.from([0xd0, 0xc5, 0xba, 0xc5]), Buffer.from(',time,'), Buffer.from([0xd6, 0xb5]), Buffer.from(',quality\nline1/'), Buffer.from([0xce, 0xc2, 0xb6, 0xc8]), Buffer.from(',2020-03-09T10:14:33Z,5,bad\n')])
  const { code, out, err } = await importing(write('long.csv', gb), '--data', data)
  assert.equal(err, '')
  assert.equal(code, EXIT.ok)
  assert.match(out, /gb18030.*long/)
  assert.deepEqual(kept, [{ path: 'line1', ts: Date.parse('2020-03-09T10:14:33Z'), values: { 温度: 5 }, quality: 'bad' }])
})

test('what cannot be decided is asked for, and nothing is sent', async () => {
  const data = join(folder, 'asked')
  const { kept, handle } = keeper()
  await listening(data, handle)
  const zoneless = await importing(write('z.csv', 'time,a\n2020-03-09 10:14:33,1\n'), '--data', data)
  assert.equal(zoneless.code, EXIT.failure)
  assert.match(zoneless.err, /do not say their time zone; say it with --time-zone/)
  assert.match((await importing(write('d.csv', 'time,a\n03/04/2020 10:14,1\n'), '--time-zone', 'UTC', '--data', data)).err, /can be read in several ways \(dd\/MM\/yyyy HH:mm, MM\/dd\/yyyy HH:mm\)/)
  assert.match((await importing(write('n.csv', 'a,b\n1,2\n'), '--data', data)).err, /no column of times was recognised.*The columns are: /)
  assert.match((await importing(write('u.csv', new Uint8Array([0xff, 0xfe, 65, 0])), '--data', data)).err, /UTF-16/)
  assert.match((await importing(join(folder, 'nowhere.csv'), '--data', data)).err, /ENOENT/)
  assert.deepEqual(kept, [])
})

test('a broken import goes on where it was acknowledged', async () => {
  const data = join(folder, 'resume')
  const rows = Array.from({ length: 40_000 }, (_, index) => `${1_600_000_000 + index},${index}`)
  const file = write('big.csv', `time,v\n${rows.join('\n')}\n`)
  const first = keeper()
  const close = await listening(data, (lines, call) => (call < 5 ? first.handle(lines) : { status: 400, body: { title: 'broken on purpose' } }))
  const broken = await importing(file, '--into', 'p', '--data', data)
  assert.equal(broken.code, EXIT.failure)
  assert.match(broken.err, /broken on purpose/)
  close()
  const second = keeper()
  await listening(data, second.handle)
  const { code, out } = await importing(file, '--into', 'p', '--data', data)
  assert.equal(code, EXIT.ok)
  assert.match(out, /goes on at line \d+/)
  assert.ok(second.kept.length < 40_000, 'it began again')
  const times = new Set([...first.kept, ...second.kept].map((line) => line['ts']))
  assert.equal(times.size, 40_000)
})

test('a busy server is asked again, refusals carry the line of their row', async () => {
  const data = join(folder, 'busy')
  await listening(data, (lines, call) =>
    call === 0 ? { status: 503, body: { title: 'busy' } } : { status: 200, body: { stored: lines.length - 1, refusedCount: 1, refused: [{ index: 1, path: 'p/v', code: 'TYPE_MISMATCH', message: 'is a text', count: 1 }] } },
  )
  const { code, out } = await importing(write('b.csv', 'time,v\n1600000000,1\n1600000001,2\n1600000002,3\n'), '--into', 'p', '--data', data)
  assert.equal(code, EXIT.ok)
  assert.match(out, /refused for TYPE_MISMATCH: 1\n +line 3: p\/v: is a text/)
})

test('a stop ends the waiting', async () => {
  const stop = new AbortController()
  const target = httpTarget('http://127.0.0.1:1', () => 0.5)
  setTimeout(() => stop.abort(), 20)
  await assert.rejects(target.send('{}', stop.signal), { code: 'STOPPING' })
})

test('Parquet is read by DuckDB', async () => {
  const data = join(folder, 'parquet')
  const { kept, handle } = keeper()
  await listening(data, handle)
  const file = join(folder, "it's.parquet")
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (SELECT TIMESTAMPTZ '2020-01-01 00:00:00.25+00' + INTERVAL 1 SECOND * i AS time, i * 0.5 AS speed, i % 2 = 0 AS running FROM range(3000) t(i)) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`)
  connection.closeSync()
  const { code, err, out } = await importing(file, '--into', 'p', '--data', data)
  assert.equal(err, '')
  assert.equal(code, EXIT.ok)
  assert.match(out, /3,000 rows, 6,000 samples/)
  assert.deepEqual(kept[1], { path: 'p', ts: Date.parse('2020-01-01T00:00:01.250Z'), values: { speed: 0.5, running: false } })
})

const recorded = resolve(import.meta.dirname, '../../../../../shared/data')
test('the recorded pump testbed and machine temperature come in without a server, and are there', { skip: existsSync(recorded) ? false : `${recorded} is absent` }, async () => {
  const data = join(folder, 'recorded')
  const pump = await importing(join(recorded, 'skab/anomaly-free.csv'), '--into', 'skab/testbed', '--time-zone', 'Europe/Moscow', '--data', data)
  assert.equal(pump.err, '')
  assert.match(pump.out, /9,405 rows, 75,240 samples stored/)
  const machine = await importing(join(recorded, 'nab/data/realKnownCause/machine_temperature_system_failure.csv'), '--into', 'nab/machine', '--columns', 'value=temperature', '--time-zone', 'UTC', '--data', data)
  assert.equal(machine.err, '')
  assert.match(machine.out, /22,695 rows, 22,695 samples stored/)
  const { settings } = settingsFrom(['--data', data])
  const plant = await openPlant({ dataDir: data, settings, clock: systemClock, log: silentLog, random: Math.random })
  try {
    assert.ok(await plant.historyCaughtUp(30_000))
    const signal = plant.model.signal('nab/machine/temperature')
    assert.ok(signal !== undefined)
    const page = await plant.history.readSamples({ series: signal.series, kind: signal.kind, fromUs: 0, toUs: 4e15 }, { limit: 1, order: 'ascending' })
    assert.deepEqual([page.block.timesUs[0], page.block.values[0]], [Date.UTC(2013, 11, 2, 21, 15) * 1000, 73.96732207])
    assert.equal(plant.model.counts.signals, 9)
  } finally {
    await plant.close()
  }
})
