import assert from 'node:assert/strict'
import { cp, mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { KeptMessages } from './kept-messages.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { scaled, seeded, until } from './scale.ts'

const SEED = 20_261_124
const FLIPS = scaled(10, 500)
const CUTS = scaled(3, 60)
const SIGNALS = 10
const FLAGS = ['--log.level', 'warn', '--historian.compact-after-rows', '4000', '--journal.segment-bytes', '256KiB', '--journal.reserve-bytes', '64MiB', '--plant.live-snapshot-seconds', '1']
/** The kinds of files below a data folder that can be damaged. */
const KINDS = {
  'journal segment': /^journal\/[^/]+\.seg$|^journal\/\d+[^/]*$/,
  'consumers of the journal': /^journal\/consumers\.json$/,
  'recent.duckdb': /recent\.duckdb$/,
  'recent.duckdb.wal': /recent\.duckdb\.wal$/,
  parquet: /\.parquet$/,
  manifest: /manifest\.json$/,
  'registry.db': /^registry\.db$/,
  'live.bin': /^live\.bin$/,
  'mqtt.db': /^mqtt\.db$/,
  'mqtt.db-wal': /^mqtt\.db-wal$/,
} as const
type Kind = keyof typeof KINDS
/** Without the registry nobody knows which number is which signal: the start may be refused, with what to do. */
const MAY_REFUSE: ReadonlySet<Kind> = new Set<Kind>(['registry.db'])

const random = seeded(SEED)
const ledger = new Ledger('plant', SIGNALS)
const startMs = Date.now() - 3_600_000
let root = ''
let files = new Map<Kind, string[]>()
const template = () => join(root, 'template')

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'millwright-damage-'))
  const millwright = await MillwrightProcess.start({ dataDir: template(), flags: FLAGS })
  const messages = new KeptMessages()
  await messages.prepare(millwright.mqttPort)
  messages.start(millwright.mqttPort)
  const machines = await Machines.start({ port: millwright.mqttPort, ledger, connections: 2, messagesPerSecond: 400, startMs })
  try {
    await until('some files of each kind', 60_000, async () => (await ofEachKind(template())).size === Object.keys(KINDS).length && ledger.points > 30_000)
  } finally {
    await millwright.kill('SIGKILL')
    machines.stop()
    await messages.settle()
  }
  files = await ofEachKind(template())
}, { timeout: 180_000 })
after(async () => {
  await endAll()
  await rm(root, { recursive: true, force: true })
})

async function ofEachKind(folder: string): Promise<Map<Kind, string[]>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = names.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  const found = new Map<Kind, string[]>()
  for (const [kind, pattern] of Object.entries(KINDS) as [Kind, RegExp][]) {
    const some: string[] = []
    for (const path of paths) if (pattern.test(path) && (await sizeOf(join(folder, path))) > 0) some.push(path)
    if (some.length > 0) found.set(kind, some.sort())
  }
  return found
}

/** 0 for a file that is gone: a running platform makes and removes files. */
async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(({ size }) => size, () => 0)
}

interface Outcome {
  readonly refusedToStart?: string
  readonly missing: number
  readonly named: readonly string[]
}

/** Starts on a damaged copy and looks at all that it serves. */
async function live(dataDir: string, what: string): Promise<Outcome> {
  let millwright: MillwrightProcess
  try {
    millwright = await MillwrightProcess.start({ dataDir, flags: FLAGS })
  } catch (failure) {
    return { refusedToStart: String(failure), missing: 0, named: [] }
  }
  try {
    // What lies behind damage in the recent part comes again from the journal; that takes a moment.
    await until('history follows the journal', 30_000, async () => (await millwright.metric('millwright_history_lag_bytes')) === 0)
    const read = () => ledger.balance(millwright, startMs, startMs + 3_600_000)
    // A damaged file may be noticed by the very question that reads it.
    const balance = await read().catch(async () => await read())
    assert.deepEqual([balance.doubled, balance.wrong], [0, 0], `${what}: ${balance.examples.join('; ')}`)
    const status = (await millwright.getJson('/api/v1/status')) as { history: { quarantined: { file: string }[] }; journal: { quarantined: { file: string }[] } }
    const named = [...status.history.quarantined, ...status.journal.quarantined].map(({ file }) => file)
    const gaps = await millwright.sqlNumber("SELECT count(*) FROM events WHERE kind = 'journal.gap'")
    const log = millwright.output.split('\n').filter((line) => /damage|quarantine|set aside/.test(line))
    // It works on: a new sample is taken and read.
    const answer = await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', body: '{"path":"after/damage","values":{"x":1}}' })
    assert.equal(answer.status, 200, `${what}: ${await answer.text()}`)
    return { missing: balance.missing, named: [...named, ...(gaps > 0 ? ['gap'] : []), ...log] }
  } finally {
    await millwright.kill('SIGTERM')
  }
}

async function damaged(name: string, damage: (file: string) => Promise<string>, path: string): Promise<Outcome & { readonly what: string }> {
  const dataDir = join(root, name)
  await cp(template(), dataDir, { recursive: true })
  try {
    const what = `${path}: ${await damage(join(dataDir, path))}`
    return { ...(await live(dataDir, what)), what }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function flipBit(file: string): Promise<string> {
  const { size } = await stat(file)
  const bit = Math.floor(random() * size * 8)
  const handle = await open(file, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, bit >> 3)
  byte[0] = (byte[0] ?? 0) ^ (1 << (bit & 7))
  await handle.write(byte, 0, 1, bit >> 3)
  await handle.close()
  return `bit ${bit} of ${size * 8} flipped`
}

async function cutTail(file: string): Promise<string> {
  const { size } = await stat(file)
  const length = Math.floor(size * random())
  await truncate(file, length)
  return `cut to ${length} of ${size} bytes`
}

/** What must hold whatever was damaged. */
function judge(kind: Kind, outcome: Outcome & { readonly what: string }): string {
  const { refusedToStart, missing, named, what } = outcome
  if (refusedToStart !== undefined) {
    assert.ok(MAY_REFUSE.has(kind), `${what}: it did not start: ${refusedToStart}`)
    assert.match(refusedToStart, /registry .*restore/s, what)
    return 'refused, with what to do'
  }
  if (missing > 0) assert.ok(named.length > 0, `${what}: ${missing} points are missing, and nothing says why`)
  return missing > 0 ? 'part lost and named' : named.length > 0 ? 'repaired and named' : 'no effect'
}

for (const [name, count, damage, kinds] of [
  [`F4: ${FLIPS} flipped bits in any file of the data folder never keep it from starting; the rest is served`, FLIPS, flipBit, Object.keys(KINDS)],
  [`F5: ${CUTS} files cut at any place`, CUTS, cutTail, ['journal segment', 'recent.duckdb.wal', 'live.bin', 'mqtt.db-wal', 'parquet', 'manifest']],
] as const) {
  test(name, { timeout: scaled(600_000, 7_200_000) }, async (t) => {
    const tally = new Map<string, number>()
    const failures: string[] = []
    for (let run = 0; run < count; run++) {
      const kind = kinds[run % kinds.length] as Kind
      const paths = files.get(kind) ?? []
      const path = paths[Math.floor(random() * paths.length)] ?? assert.fail(`there is no ${kind}`)
      try {
        const result = `${kind}: ${judge(kind, await damaged(`run${run}`, damage, path))}`
        tally.set(result, (tally.get(result) ?? 0) + 1)
      } catch (failure) {
        failures.push(`${kind} (run ${run}): ${String(failure)}`)
      }
    }
    for (const [result, times] of [...tally].sort()) t.diagnostic(`${times} × ${result}`)
    assert.deepEqual(failures, [])
  })
}
