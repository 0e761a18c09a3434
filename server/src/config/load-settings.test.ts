import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Type } from 'typebox'
import { MillwrightError } from '../kernel/error.ts'
import { givenAt, givenText } from './given.ts'
import { loadSettings, type SettingsSources } from './load-settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'millwright-config-'))
after(() => rmSync(folder, { recursive: true }))

const schema = Type.Object(
  {
    data: Type.String({ default: './data' }),
    journal: Type.Object(
      {
        queueBytes: Type.Integer({ default: 64 * 1024 * 1024, minimum: 1024, maximum: 2 ** 30 }),
        flushMs: Type.Number({ default: 2, minimum: 0 }),
        sync: Type.Boolean({ default: true }),
        folders: Type.Array(Type.String(), { default: [], maxItems: 3 }),
      },
      { additionalProperties: false },
    ),
    http: Type.Object({ listen: Type.String({ default: '127.0.0.1:7420' }), bodyBytes: Type.Integer({ default: 1000 }) }, { additionalProperties: false, shorthand: 'listen' }),
    level: Type.Union([Type.Literal('info'), Type.Literal('debug')], { default: 'info' }),
    connections: Type.Record(
      Type.String({ pattern: '^[a-z0-9_-]+$' }),
      Type.Union([
        Type.Object({ type: Type.Literal('mqtt'), url: Type.String(), password: Type.Optional(Type.String({ secret: true })) }, { additionalProperties: false }),
        Type.Object({ type: Type.Literal('modbus'), host: Type.String(), unit: Type.Integer({ default: 1 }) }, { additionalProperties: false }),
      ]),
      { default: {} },
    ),
  },
  { additionalProperties: false },
)

let files = 0
function yaml(text: string): string {
  const file = join(folder, `settings-${files++}.yaml`)
  writeFileSync(file, text)
  return file
}

function load(sources: Partial<SettingsSources> = {}) {
  return loadSettings(schema, [], { environment: {}, ...sources })
}

function problemsOf(sources: Partial<SettingsSources>): readonly string[] {
  try {
    load(sources)
  } catch (thrown) {
    assert.ok(thrown instanceof MillwrightError, String(thrown))
    assert.equal(thrown.code, 'CONFIG_INVALID')
    return (thrown.detail['problems'] as string[]).map((line) => line.replace(`${folder}/`, ''))
  }
  return assert.fail('the settings were taken')
}

test('without any source the defaults of the schema stand', () => {
  const { settings } = load()
  assert.equal(settings.journal.queueBytes, 64 * 1024 * 1024)
  assert.deepEqual(settings.connections, {})
  assert.deepEqual(settings.http, { listen: '127.0.0.1:7420', bodyBytes: 1000 })
})

test('flags win over variables, variables over the file, and each value knows its origin', () => {
  const file = yaml('data: /from/file\njournal:\n  queueBytes: 2000\n  flushMs: 7\n')
  const loaded = load({
    file,
    environment: { MILLWRIGHT_JOURNAL__QUEUE_BYTES: '3000', MILLWRIGHT_JOURNAL__SYNC: 'off', OTHER: 'x' },
    flags: [givenAt(['journal', 'queueBytes'], givenText('4000', { source: 'flag', name: '--journal.queue-bytes' }))],
  })
  assert.deepEqual({ ...loaded.settings.journal }, { queueBytes: 4000, flushMs: 7, sync: false, folders: [] })
  assert.equal(loaded.settings.data, '/from/file')
  assert.deepEqual(loaded.origins.get('journal.queueBytes'), { source: 'flag', name: '--journal.queue-bytes' })
  assert.deepEqual(loaded.origins.get('journal.sync'), { source: 'variable', name: 'MILLWRIGHT_JOURNAL__SYNC' })
  assert.deepEqual(loaded.origins.get('journal.flushMs'), { source: 'file', file, line: 4, column: 12 })
  assert.deepEqual(loaded.origins.get('level'), { source: 'default' })
})

test('everything that is wrong is reported at once, with its place, what was expected, and the nearest name', () => {
  const file = yaml(['dat: ./x', 'journal:', '  queuebytes: 5', '  flushMs: -1', '  sync: maybe', 'level: debgu', 'connections:', '  press: { type: modbuss }', '  oven: { type: modbus, unit: 1.5 }'].join('\n'))
  assert.deepEqual(problemsOf({ file, environment: { MILLWRIGHT_JOURNAL__QUEUE_BYTE: '1', MILLWRIGHT_HTTP__BODY_BYTES: 'many' } }), [
    'MILLWRIGHT_JOURNAL__QUEUE_BYTE: names no setting; did you mean "MILLWRIGHT_JOURNAL__QUEUE_BYTES"?',
    'settings-1.yaml:1:1: dat: is no setting; did you mean "data"?',
    'settings-1.yaml:3:3: journal.queuebytes: is no setting; did you mean "queueBytes"?',
    'settings-1.yaml:4:12: journal.flushMs: expected a number at least 0, or a time such as 30s or 5min, not -1',
    'settings-1.yaml:5:9: journal.sync: expected true or false, not "maybe"',
    'MILLWRIGHT_HTTP__BODY_BYTES: http.bodyBytes: expected a whole number, or a size such as 64MiB, not "many"',
    'settings-1.yaml:6:8: level: expected one of info, debug, not "debgu"; did you mean "debug"?',
    'settings-1.yaml:8:18: connections.press.type: expected one of mqtt, modbus, not "modbuss"; did you mean "modbus"?',
    'settings-1.yaml:9:9: connections.oven.host: is missing: expected a text',
    'settings-1.yaml:9:31: connections.oven.unit: expected a whole number, not 1.5',
  ])
})

test('times and sizes may carry their unit, in the unit that the name ends in', () => {
  const { settings } = load({ file: yaml('journal: { queueBytes: 64MiB, flushMs: 1.5s }'), environment: { MILLWRIGHT_HTTP__BODY_BYTES: '10 kB' } })
  assert.equal(settings.journal.queueBytes, 64 * 1024 * 1024)
  assert.equal(settings.journal.flushMs, 1500)
  assert.equal(settings.http.bodyBytes, 10_000)
  assert.match(problemsOf({ file: yaml('journal: { queueBytes: 5min }') })[0] ?? '', /expected a whole number from 1024 to 1073741824, or a size/)
})

test('a plain value in the place of a section means its shorthand, beside other keys of that section', () => {
  const { settings } = load({ file: yaml('http: localhost:1'), environment: { MILLWRIGHT_HTTP__BODY_BYTES: '5', MILLWRIGHT_HTTP: '[::1]:2' } })
  assert.deepEqual({ ...settings.http }, { listen: '[::1]:2', bodyBytes: 5 })
})

test('lists and tables can come from a variable as YAML or with commas', () => {
  const { settings } = load({ environment: { MILLWRIGHT_JOURNAL__FOLDERS: 'a, b', MILLWRIGHT_CONNECTIONS: '{"press": {"type": "modbus", "host": "10.0.0.7"}}' } })
  assert.deepEqual([...settings.journal.folders], ['a', 'b'])
  assert.deepEqual({ ...settings.connections['press'] }, { type: 'modbus', host: '10.0.0.7', unit: 1 })
  assert.match(problemsOf({ environment: { MILLWRIGHT_JOURNAL__FOLDERS: 'a,b,c,d' } })[0] ?? '', /a list of at most 3/)
  assert.match(problemsOf({ environment: { MILLWRIGHT_CONNECTIONS: '7' } })[0] ?? '', /^MILLWRIGHT_CONNECTIONS: connections: expected/)
})

test('a secret is given by reference, and its value is never among what may be shown', () => {
  const withPassword = (password: string) => yaml(`connections:\n  out: { type: mqtt, url: "mqtt://x", password: ${JSON.stringify(password)} }`)
  const loaded = load({ file: withPassword('${env:BROKER_PASSWORD}'), environment: { BROKER_PASSWORD: 'canary-7' } })
  const out = loaded.settings.connections['out']
  assert.ok(out !== undefined && out.type === 'mqtt')
  assert.equal(out.password, 'canary-7')
  assert.equal(loaded.hidden.get('connections.out.password'), '${env:BROKER_PASSWORD}')
  const secretFile = join(folder, 'password')
  writeFileSync(secretFile, 'from file\n')
  const fromFile = load({ file: withPassword(`\${file:${secretFile}}`) }).settings.connections['out']
  assert.ok(fromFile !== undefined && fromFile.type === 'mqtt' && fromFile.password === 'from file')
  const said = [...problemsOf({ file: withPassword('canary-8') }), ...problemsOf({ file: withPassword('${env:BROKER_PASWORD}'), environment: { BROKER_PASSWORD: 'canary-9' } })]
  assert.match(said[0] ?? '', /is a secret, which does not belong here: write \$\{env:NAME\}/)
  assert.match(said[1] ?? '', /the variable BROKER_PASWORD is not set; did you mean "BROKER_PASSWORD"\?/)
  assert.ok(!said.join('').includes('canary'), 'a secret was printed')
})

test('the result is frozen to the last list', () => {
  const { settings } = load()
  assert.throws(() => (settings.journal.folders as string[]).push('x'), TypeError)
  assert.throws(() => Object.assign(settings.http, { bodyBytes: 1 }), TypeError)
})

test('checks over several settings report at the place where the value was given', () => {
  const file = yaml('data: a\n\nhttp: a')
  const check = (settings: { data: string; http: { listen: string } }) => (settings.data === settings.http.listen ? [{ path: 'http.listen', message: 'must differ from data' }] : [])
  assert.throws(() => loadSettings(schema, [check], { file, environment: {} }), { message: `the settings are wrong:\n  ${file}:3:7: http.listen: must differ from data` })
})

test('a missing file, an empty file and a file that is no table are told apart', () => {
  assert.match(problemsOf({ file: join(folder, 'nowhere.yaml') })[0] ?? '', /--config: the file cannot be read: ENOENT/)
  assert.equal(load({ file: yaml('# nothing yet\n') }).settings.level, 'info')
  assert.equal(load({ file: yaml('journal:\n') }).settings.journal.sync, true)
  assert.match(problemsOf({ file: yaml('- a\n') })[0] ?? '', /:1:1: expected settings by name/)
})

test('a name that JavaScript gives a meaning to is only a name', () => {
  const { settings } = load({ file: yaml('connections:\n  __proto__: { type: modbus, host: h }\n  constructor: { type: modbus, host: h }') })
  assert.deepEqual(Object.keys(settings.connections).sort(), ['__proto__', 'constructor'])
  assert.equal(({} as Record<string, unknown>)['host'], undefined)
  assert.match(problemsOf({ file: yaml('__proto__: 1') })[0] ?? '', /__proto__: is no setting/)
})
