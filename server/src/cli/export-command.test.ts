import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { EXIT } from './command.ts'
import { exportCommand } from './export-command.ts'
import { importCommand } from './import/import-command.ts'
import { run } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'millwright-export-'))
after(() => rmSync(root, { recursive: true, force: true }))

async function call(...argv: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const pieces: Buffer[] = []
  stdout.on('data', (piece: Buffer) => pieces.push(piece))
  const code = await run([...argv, '--data', join(root, 'data')], [importCommand, exportCommand], { stdin: new PassThrough(), stdout, stderr, environment: {} }, new AbortController().signal)
  return { code, out: Buffer.concat(pieces).toString(), err: String(stderr.read() ?? '') }
}

test('what was imported is exported the same, as CSV and through Parquet', async () => {
  const rows = Array.from({ length: 500 }, (_, index) => `${new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString()},${index / 4},r${index}`)
  const table = join(root, 'press.csv')
  writeFileSync(table, `time,temperature,recipe\n${rows.join('\n')}\n`)
  assert.equal((await call('import', table, '--into', 'acme/press')).code, EXIT.ok)

  const csv = await call('export', '--signals', 'acme/press/temperature', '--from', '2026-01-01T00:00:01Z', '--to', '2026-01-01T00:00:03Z')
  assert.equal(csv.err, '')
  assert.equal(csv.out, 'signal,time,value,quality\r\nacme/press/temperature,2026-01-01T00:00:01.000Z,0.25,good\r\nacme/press/temperature,2026-01-01T00:00:02.000Z,0.5,good\r\n')

  const whole = join(root, 'whole.csv')
  assert.equal((await call('export', '--under', 'acme', '--output', whole)).code, EXIT.ok)
  const before = readFileSync(whole, 'utf8')
  assert.equal(before.split('\r\n').length, 1 + 1000 + 1)
  // The long form of our own exports comes back in without a word of explanation, and changes nothing.
  const back = await call('import', whole)
  assert.match(back.out, /1,000 rows, 1,000 samples stored/, back.err)
  assert.equal((await call('export', '--under', 'acme', '--output', whole)).code, EXIT.ok)
  assert.equal(readFileSync(whole, 'utf8'), before)

  const parquet = join(root, 'whole.parquet')
  assert.equal((await call('export', '--under', 'acme', '--output', parquet)).code, EXIT.ok)
  assert.equal(readFileSync(parquet).subarray(0, 4).toString(), 'PAR1')
  const model = await call('export', '--model')
  assert.match(model.out, /acme\/press\/temperature/)
})

test('what is wrong is said, and no half file is left', async () => {
  assert.match((await call('export')).err, /say one of --under ASSET, --signals A,B,… or --model/)
  assert.match((await call('export', '--model', '--format', 'parquet')).err, /the model can be written as csv, xlsx, yaml, not as parquet/)
  const unknown = await call('export', '--signals', 'acme/press/temprature', '--output', join(root, 'none.csv'))
  assert.equal(unknown.code, EXIT.failure)
  assert.match(unknown.err, /the server answers 404: .*temprature/)
  assert.deepEqual(readdirSync(root).filter((name) => name.startsWith('none')), [])
})
