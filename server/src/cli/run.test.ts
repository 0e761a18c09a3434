import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Type } from 'typebox'
import { defineCommand, EXIT, type Invocation } from './command.ts'
import { run } from './run.ts'
import { MillwrightError } from '../kernel/error.ts'

let seen: Invocation<{ readonly wide: boolean; readonly zone?: string; readonly column: string[] }> | undefined
const sample = defineCommand({
  name: 'import',
  summary: 'Takes files in',
  positionals: { label: 'FILE…', minimum: 1, maximum: 3 },
  flags: Type.Object({
    wide: Type.Boolean({ default: false, description: 'One column per signal' }),
    zone: Type.Optional(Type.String({ description: 'Time zone', examples: ['Asia/Shanghai'] })),
    column: Type.Array(Type.String(), { default: [], description: 'A column' }),
  }),
  run: (invocation) => {
    seen = invocation
    return Promise.resolve(EXIT.ok)
  },
})
const failing = defineCommand({ name: 'verify', summary: 'Fails', flags: Type.Object({}), run: () => Promise.reject(new MillwrightError('CORRUPT_FILE', 'block 7 is damaged', { cause: new Error('crc') })) })

async function call(argv: readonly string[], environment: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  seen = undefined
  const code = await run(argv, [sample, failing], { stdin: new PassThrough(), stdout, stderr, environment }, new AbortController().signal)
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') }
}

test('flags, settings and files reach the command', async () => {
  const { code, err } = await call(['import', 'a.csv', '--wide', '--column', 'x', '--zone=UTC', '--column', 'y', '--data', '/d', '--http', '[::1]:9', '--mqtt', 'off', '--', '--b.csv'], { MILLWRIGHT_LOG: 'debug' })
  assert.equal(err, '')
  assert.equal(code, EXIT.ok)
  assert.deepEqual(seen?.flags, { wide: true, zone: 'UTC', column: ['x', 'y'] })
  assert.deepEqual(seen?.positionals, ['a.csv', '--b.csv'])
  assert.equal(seen?.settings.data, '/d')
  assert.equal(seen?.settings.http.listen, '[::1]:9')
  assert.equal(seen?.settings.mqtt.listen, 'off')
  assert.equal(seen?.settings.log.level, 'debug')
})

test('a switch can be turned off, and defaults come from the schema', async () => {
  await call(['import', 'a', '--wide', '--no-wide'])
  assert.deepEqual(seen?.flags, { wide: false, column: [] })
})

test('an unknown command or flag is answered with the nearest one, all at once', async () => {
  const unknown = await call(['imprt'])
  assert.equal(unknown.code, EXIT.usage)
  assert.match(unknown.err, /"imprt" is no command; did you mean "import"\?/)
  const flags = await call(['import', '--wdie', '--dta', 'x', '--zone'])
  assert.equal(flags.code, EXIT.usage)
  assert.match(flags.err, /--wdie: is no flag of this command; did you mean "--wide"\?/)
  assert.match(flags.err, /--dta: is no flag of this command; did you mean "--data"\?/)
  assert.match(flags.err, /--zone: needs a value/)
  assert.match(flags.err, /import: expected FILE…/)
  assert.match((await call(['import', 'a', 'b', 'c', 'd'])).err, /d: is one too many: expected FILE…/)
})

test('an address that others can reach is refused with the reason', async () => {
  for (const address of ['0.0.0.0:7420', '[::]:7420', '10.0.0.7:7420']) {
    const { code, err } = await call(['import', 'a', '--http', address])
    assert.equal(code, EXIT.usage)
    assert.match(err, /--http: http\.listen: .+ can be reached from other computers/)
  }
  assert.match((await call(['import', 'a', '--mqtt', 'none'])).err, /--mqtt: mqtt\.listen: expected HOST:PORT.*, or "off"/)
  assert.match((await call(['import', 'a', '--time-zone', 'Mars/Olympus'])).err, /"Mars\/Olympus" is no time zone/)
})

test('a line template that names no path is refused with the reason', async () => {
  const { code, err } = await call(['import', 'a', '--http', '{"lineTemplate": "{host/x"}'])
  assert.equal(code, EXIT.usage)
  assert.match(err, /http\.lineTemplate: "\{host\/x" cannot be used: a brace stands alone/)
})

test('every command explains itself', async () => {
  const { code, out } = await call(['import', '--help'])
  assert.equal(code, EXIT.ok)
  assert.match(out, /Usage: millwright import FILE… \[FLAGS\]/)
  assert.match(out, /--zone Asia\/Shanghai +Time zone/)
  assert.match(out, /--mqtt HOST:PORT\|off/)
  assert.match((await call([])).out, /Commands:\n {2}import +Takes files in\n {2}verify/)
  assert.match((await call(['help', 'verify'])).out, /Usage: millwright verify/)
})

test('a failure is one line with its cause, and exit code 1', async () => {
  const { code, err } = await call(['verify'])
  assert.equal(code, EXIT.failure)
  assert.equal(err, 'millwright verify: block 7 is damaged\n  because: crc\n')
})

test('connections are checked by the schema of their connector', async () => {
  const broker = (fields: string) => call(['import', 'a', '--connections', `{"out": {"type": "mqtt-client"${fields}}}`])
  const { code, err } = await broker(', "url": "mqtt://10.0.0.7:1883", "clientId": "mw", "topics": ["mw/v1/#"]')
  assert.equal(err, '')
  assert.equal(code, EXIT.ok)
  const out = seen?.settings.connections['out']
  assert.deepEqual([out?.type, out?.['clientId'], out?.['topics'], out?.['protocol']], ['mqtt-client', 'mw', ['mw/v1/#'], '5'])
  assert.match((await broker(', "url": "mqtt://x", "clientID": "mw", "topics": []')).err, /connections\.out\.clientID: is no setting; did you mean "clientId"\?/)
})
