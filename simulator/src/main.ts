import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseIsoTime } from '@millwright/model/time.ts'
import { Type } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { FaultBody } from './control/control-server.ts'
import { runPlant } from './control/run-plant.ts'
import { DEFAULT_RECORDING_S } from './plant/recording-plan.ts'

const HELP = `The simulated plant of Millwright.

  node simulator/src/main.ts run [options]      run the plant into a broker
    --mqtt URL            broker                                  (mqtt://127.0.0.1:1883)
    --protocol P          what gateways speak: json or sparkplug  (json)
    --seed N              which plant                             (1)
    --speed N             0.1 to 1000 times the clock             (1)
    --start TIME          ISO 8601; where the plant's time begins (now)
    --control HOST:PORT   control endpoint on loopback, or off    (127.0.0.1:7421)
    --plan FILE           JSON array of faults with beginUs and endUs
    --past DAYS           send so much past first, with some faults in it (0)
    --state FILE          go on where the run before left, and make up for the time since
    --record SECONDS      between two vibration recordings of each pump that turns (25.6 kHz); 0 for none (300)
    --describe URL        tell this Millwright's API units, ranges and descriptions

  node simulator/src/main.ts inject --kind KIND --target TARGET [--variant V] [--severity 0..1] [--ramp SECONDS] [--amount N]
  node simulator/src/main.ts clear --id ID
  node simulator/src/main.ts waveform --target MACHINE [--seconds N]     have its gateway send a vibration waveform (25.6 kHz, 1 s)
  node simulator/src/main.ts faults | truth | state | plant       what the endpoint knows, as JSON
    --control HOST:PORT   of the running plant                    (127.0.0.1:7421)
`

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])
const Plan = Type.Array(FaultBody, { maxItems: 500 })

class UsageError extends Error {}

const OPTIONS = {
  mqtt: { type: 'string', default: 'mqtt://127.0.0.1:1883' }, protocol: { type: 'string', default: 'json' }, seed: { type: 'string', default: '1' }, speed: { type: 'string', default: '1' }, start: { type: 'string' },
  control: { type: 'string', default: '127.0.0.1:7421' }, plan: { type: 'string' }, past: { type: 'string' }, state: { type: 'string' }, describe: { type: 'string' }, kind: { type: 'string' }, target: { type: 'string' }, variant: { type: 'string' },
  record: { type: 'string' }, severity: { type: 'string' }, ramp: { type: 'string' }, amount: { type: 'string' }, seconds: { type: 'string' }, id: { type: 'string' }, help: { type: 'boolean', short: 'h' },
} as const

type Flags = ReturnType<typeof parse>['values']

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
}

function numberFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`--${name} must be a number, not "${text}"`)
  return value
}

function controlAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text)
  const [, host = '', port = ''] = match ?? []
  if (!LOOPBACK.has(host) || Number(port) > 65_535) throw new UsageError(`--control must be a loopback address with a port, such as 127.0.0.1:7421, not "${text}"`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

async function readPlan(file: string | undefined) {
  if (file === undefined) return []
  const plan: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (Check(Plan, plan)) return plan
  throw new UsageError(`${file}: ${Errors(Plan, plan).map((error) => `${error.instancePath || 'the plan'} ${error.message}`).join('; ')}`)
}

async function run(flags: Flags): Promise<void> {
  const startUs = flags.start === undefined ? Date.now() * 1000 : parseIsoTime(flags.start)
  if (startUs === undefined) throw new UsageError(`--start must be ISO 8601, such as 2026-03-10T08:00:00+08:00, not "${flags.start}"`)
  const seed = numberFlag('seed', flags.seed) ?? 1
  if (!Number.isInteger(seed)) throw new UsageError('--seed must be a whole number')
  const { protocol } = flags
  if (protocol !== 'json' && protocol !== 'sparkplug') throw new UsageError(`--protocol must be json or sparkplug, not "${protocol}"`)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  await runPlant({
    mqttUrl: flags.mqtt, protocol, seed, speed: numberFlag('speed', flags.speed) ?? 1, startUs,
    control: flags.control === 'off' ? undefined : controlAddress(flags.control), plan: await readPlan(flags.plan),
    pastDays: numberFlag('past', flags.past) ?? 0, stateFile: flags.state, describeTo: flags.describe, recordEveryS: numberFlag('record', flags.record) ?? DEFAULT_RECORDING_S,
    say: (line) => process.stderr.write(`${line}\n`),
  }, stop.signal)
}

async function ask(flags: Flags, method: string, path: string, body?: unknown): Promise<void> {
  const { host, port } = controlAddress(flags.control)
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const init = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${base}${path}`, init).catch((error: unknown) => {
    throw new UsageError(`no plant answers at ${base}: start one with "run", or name its --control`, { cause: error })
  })
  process.stdout.write(`${await response.text()}\n`)
  if (!response.ok) process.exitCode = 1
}

async function main(argv: readonly string[]): Promise<void> {
  const { values: flags, positionals } = parse(argv)
  const [command, ...rest] = positionals
  if (flags.help === true || command === undefined) {
    process.stdout.write(HELP)
    return
  }
  if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is one word too many`)
  switch (command) {
    case 'run': return run(flags)
    case 'inject': {
      if (flags.kind === undefined || flags.target === undefined) throw new UsageError('inject needs --kind and --target; "faults" lists them')
      const { kind, target, variant } = flags
      return ask(flags, 'POST', '/faults', { kind, target, variant, severity: numberFlag('severity', flags.severity), rampS: numberFlag('ramp', flags.ramp), amount: numberFlag('amount', flags.amount) })
    }
    case 'waveform': {
      if (flags.target === undefined) throw new UsageError('waveform needs --target, the path of a machine with a rotating unit')
      return ask(flags, 'POST', '/waveforms', { asset: flags.target, seconds: numberFlag('seconds', flags.seconds) ?? 1 })
    }
    case 'clear': return ask(flags, 'DELETE', `/faults/${numberFlag('id', flags.id) ?? ''}`)
    case 'faults': case 'truth': case 'state': case 'plant': return ask(flags, 'GET', `/${command}`)
    default: throw new UsageError(`there is no command "${command}"; there are run, inject, clear, waveform, faults, truth, state, plant`)
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
