import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { Status } from '@millwright/model/quality.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import type { EdgeMessage } from '@millwright/model/sparkplug/edge-session.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import { formatState } from '@millwright/model/sparkplug/state-message.ts'
import type { JournalReader, JournalRecord } from '../journal/journal.ts'
import { MillwrightError } from '../kernel/error.ts'
import type { Link, LinkEvents, LinkOptions } from './broker-link.ts'
import type { EdgeDevices, EdgeSignal } from './edge-devices.ts'
import type { PublisherEvent } from './edge-messages.ts'
import { EdgeNode } from './edge-node.ts'
import { PlaceFile } from './saved-place.ts'
import type { EdgeNodeSettings } from './settings.ts'

const T = 1_700_000_000_000
const MB = 1024 * 1024
const SETTINGS: EdgeNodeSettings = {
  urls: ['mqtt://one'], group: 'G', node: 'E', paths: ['acme'], leaveOut: [], protocol: '5', keepAliveS: 30, publishMs: 10, deadbandPercent: 0, resendSeconds: 0,
  backlogPerSecond: 100_000, maxLagMegabytes: 16, maxMetrics: 100,
}
const SPEED: EdgeSignal = { series: 1, name: 'speed', kind: 'number', unit: '/min', low: 0, high: 100, description: 'Shaft' }
const MODE: EdgeSignal = { series: 2, name: 'mode', kind: 'text' }
const devicesOf = (devices: EdgeDevices['devices']): EdgeDevices => ({ devices, metrics: devices.reduce((sum, { signals }) => sum + signals.length, 0), beyondLimit: 0, waveforms: 0 })
const PUMP = devicesOf([{ device: 'acme.pump', signals: [SPEED, MODE] }])

/** A journal in memory whose positions are bytes of our choosing. */
class FakeJournal {
  readonly records: JournalRecord[] = []
  head = 0

  add(series: number, atMs: number, value: number | string, status: number = Status.good, size = 100): void {
    const builder = new BatchBuilder()
    if (typeof value === 'string') builder.addText(series, atMs * 1000, value, status)
    else builder.addNumber(series, atMs * 1000, value, status)
    const next = this.head + size
    this.records.push({ position: this.head, next, entry: { kind: 'samples', batch: builder.view(0) } })
    this.head = next
  }

  reader(): JournalReader {
    return {
      read: async (from) => {
        const records = this.records.filter(({ position }) => position >= from).slice(0, 20)
        return { records, next: records.at(-1)?.next ?? Math.max(from, this.head), skipped: 0 }
      },
      waitBeyond: async (position, signal) => {
        while (this.head <= position && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 2))
      },
      close: async () => undefined,
    }
  }
}

interface Sent {
  readonly topic: string
  readonly verb: string
  readonly seq: number | undefined
  readonly metrics: ReturnType<typeof decodePayload>['metrics']
}

/** A broker that notes what it is given, and answers fences when it is told to. */
class FakeBroker {
  readonly links: { readonly options: LinkOptions; readonly events: LinkEvents; readonly sent: Sent[]; closed: boolean }[] = []
  readonly fences: (() => void)[] = []
  answersFences = true
  hasRoom = true
  isReachable = true

  readonly open = async (options: LinkOptions, events: LinkEvents): Promise<Link> => {
    if (!this.isReachable) throw new MillwrightError('SOURCE_UNREACHABLE', 'nobody is there')
    const link = { options, events, sent: [] as Sent[], closed: false }
    this.links.push(link)
    const room = () => this.hasRoom
    return {
      publish: ({ topic, payload }: EdgeMessage) => {
        const { seq, metrics } = decodePayload(payload)
        link.sent.push({ topic, verb: topic.split('/')[2] ?? '', seq: seq === undefined ? undefined : Number(seq), metrics })
      },
      get hasRoom() {
        return room()
      },
      fence: (done) => (this.answersFences ? done() : void this.fences.push(done)),
      close: async () => {
        link.closed = true
      },
    }
  }

  get sent(): Sent[] {
    return this.links.at(-1)?.sent ?? []
  }

  /** Data values of the last link as `name=value`, with `~` before what is historical. */
  values(): string[] {
    const names = new Map(this.sent.filter(({ verb }) => verb === 'DBIRTH').flatMap(({ metrics }) => metrics.map(({ alias, name }) => [Number(alias), name] as const)))
    return this.sent.filter(({ verb }) => verb === 'DDATA').flatMap(({ metrics }) => metrics.map(({ alias, value, isHistorical }) => `${isHistorical === true ? '~' : ''}${names.get(Number(alias))}=${String(value?.value)}`))
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 3_000; i++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`not within 15 s: ${what}`)
}

/** An edge node on a journal and a broker of ours. The clock goes only when it is told to, but for timers. */
async function onPlant<T>(options: { readonly settings?: Partial<EdgeNodeSettings>; readonly position?: number; readonly journal?: FakeJournal }, use: (plant: Plant) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'millwright-edge-'))
  const journal = options.journal ?? new FakeJournal()
  const broker = new FakeBroker()
  const clock = { ms: 0, nowUs: () => (T + clock.ms) * 1000, monotonicMs: () => clock.ms }
  const [events, saved, asked]: [PublisherEvent[], number[], number[]] = [[], [], []]
  const place = new PlaceFile(join(folder, 'edge.json'))
  const node = new EdgeNode(
    {
      name: 'hq', settings: { ...SETTINGS, ...options.settings }, readers: { live: journal.reader(), past: journal.reader() }, head: () => journal.head, place, openLink: broker.open, clock, random: () => 0,
      ask: (series) => {
        asked.push(series)
        node.known(series)
      },
      onSaved: (position) => void saved.push(position),
      onEvent: (event) => void events.push(event),
    },
    { bdSeq: 6, position: options.position ?? journal.head },
  )
  node.known(9)
  const stop = new AbortController()
  // Time goes on: a second in each ten milliseconds.
  const timer = setInterval(() => (clock.ms += 1_000), 10)
  const running = node.run(stop.signal)
  const end = async () => {
    stop.abort()
    await running
  }
  try {
    return await use({ journal, broker, clock, events, saved, asked, place, node, end })
  } finally {
    clearInterval(timer)
    await end()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Plant {
  readonly journal: FakeJournal
  readonly broker: FakeBroker
  readonly clock: { ms: number }
  readonly events: PublisherEvent[]
  readonly saved: number[]
  readonly asked: number[]
  readonly place: PlaceFile
  readonly node: EdgeNode
  end(): Promise<void>
}

const online = ({ node }: Plant) => until('online', () => node.status().state === 'online')
const rebirth = encodePayload({ timestampMs: T, metrics: [{ name: 'Node Control/Rebirth', datatype: DataType.boolean, value: { field: 'boolean', value: true } }] })
const hostState = (isOnline: boolean, timestamp: number) => new TextEncoder().encode(formatState({ online: isOnline, timestamp }))

describe('an edge node of ours', () => {
  test('is born with all that is known: values, unit, range, description and quality; then tells changes by alias', () =>
    onPlant({}, async (plant) => {
      const { node, broker, journal } = plant
      node.setDevices(PUMP, (series) => (series === 1 ? { timeUs: T * 1000, value: 42, status: Status.good } : undefined))
      await until('births', () => broker.sent.length >= 2)
      const [nbirth, dbirth] = broker.sent
      assert.deepEqual([nbirth?.topic, nbirth?.seq, dbirth?.topic, dbirth?.seq], ['spBv1.0/G/NBIRTH/E', 0, 'spBv1.0/G/DBIRTH/E/acme.pump', 1])
      assert.deepEqual(nbirth?.metrics.map(({ name, value }) => [name, value?.value]), [['bdSeq', 7], ['Node Control/Rebirth', false]])
      const [speed, mode] = dbirth?.metrics ?? []
      assert.deepEqual([speed?.name, speed?.datatype, speed?.value?.value, Number(speed?.timestampMs)], ['speed', DataType.double, 42, T])
      assert.deepEqual([...(speed?.properties ?? [])].map(([key, { value }]) => [key, value?.value]), [['engUnit', '/min'], ['engLow', 0], ['engHigh', 100], ['documentation', 'Shaft']])
      assert.deepEqual([mode?.isNull, mode?.properties?.get('Quality')?.value?.value], [true, 500])
      journal.add(1, T + 1, 42)
      journal.add(1, T + 2, 43)
      journal.add(2, T + 2, 'auto', Status.uncertain)
      journal.add(1, T + 1, 42.5)
      journal.add(7, T + 2, 1)
      await until('changes', () => broker.values().length === 3)
      assert.deepEqual(broker.values(), ['speed=43', 'mode=auto', '~speed=42.5'])
      assert.equal(broker.sent.filter(({ verb }) => verb === 'DDATA').every(({ metrics }) => metrics.every(({ name }) => name === undefined)), true)
      const { live, unchanged, metrics } = node.status()
      assert.deepEqual([live, unchanged, metrics], [3, 1, 2])
    }))

  test('waits for its primary host, leaves when that goes offline, and sends what came in between after the fact', () =>
    onPlant({ settings: { primaryHost: 'scada' } }, async (plant) => {
      const { node, broker, journal, events } = plant
      node.setDevices(PUMP, () => undefined)
      journal.add(1, T, 1)
      await until('waits', () => node.status().state === 'waiting' && node.status().lagBytes === 0)
      assert.deepEqual(broker.links[0]?.options.subscriptions, ['spBv1.0/G/NCMD/E', 'spBv1.0/G/DCMD/E/+', 'spBv1.0/STATE/scada'])
      assert.deepEqual(broker.sent, [])
      broker.links[0]?.events.onMessage('spBv1.0/STATE/scada', hostState(true, 1_000))
      await until('the past', () => broker.values().length === 1)
      assert.deepEqual(broker.values(), ['~speed=1'])
      await until('confirmed', () => node.status().backlogBytes === 0)
      // An older word of it changes nothing.
      broker.links[0]?.events.onMessage('spBv1.0/STATE/scada', hostState(false, 999))
      assert.equal(node.status().state, 'online')
      broker.links[0]?.events.onMessage('spBv1.0/STATE/scada', hostState(false, 1_000))
      assert.equal(node.status().state, 'down')
      assert.equal(broker.links[0]?.closed, true)
      journal.add(1, T + 5, 5)
      await until('read', () => node.status().lagBytes === 0)
      await until('another session', () => broker.links.length === 2)
      broker.links[1]?.events.onMessage('spBv1.0/STATE/scada', hostState(true, 2_000))
      await until('what came in between', () => broker.values().includes('~speed=5'))
      assert.deepEqual(events.map(({ kind }) => kind), ['publishing.online', 'publishing.offline', 'publishing.online'])
    }))

  test('counts each CONNECT and keeps the number before it, and goes on from its saved place', () =>
    onPlant({}, async (plant) => {
      const { node, broker, journal, place, saved } = plant
      broker.isReachable = false
      node.setDevices(PUMP, () => undefined)
      await until('attempts', () => node.status().bdSeq === 8)
      assert.equal((await place.load())?.bdSeq !== undefined, true)
      broker.isReachable = true
      await online(plant)
      assert.equal(decodePayload(broker.links[0]?.options.will.payload ?? new Uint8Array()).metrics[0]?.value?.value, node.status().bdSeq)
      journal.add(1, T, 1)
      await until('delivered and saved', () => saved.at(-1) === journal.head)
      // The broker takes it but never says so: it will be sent again.
      broker.answersFences = false
      journal.add(1, T + 1, 2)
      await until('sent', () => broker.values().includes('speed=2'))
      broker.links.at(-1)?.events.onLost('cut')
      broker.answersFences = true
      await until('sent again', () => broker.links.length === 2 && broker.values().includes('~speed=2'))
      assert.deepEqual(broker.values(), ['~speed=2'])
      assert.deepEqual(broker.sent[0]?.metrics[0]?.value?.value, node.status().bdSeq)
    }))

  test('a rebirth repeats bdSeq and what was sent lately, but not the latter as often as somebody asks', () =>
    onPlant({ settings: { resendSeconds: 600 } }, async (plant) => {
      const { node, broker, journal, clock } = plant
      node.setDevices(PUMP, () => undefined)
      await online(plant)
      journal.add(1, T, 1)
      await until('sent', () => broker.values().length === 1)
      clock.ms += 600_000
      journal.add(1, T + 1, 2)
      await until('sent', () => broker.values().length === 2)
      const [link] = broker.links
      const { bdSeq } = node.status()
      for (let i = 0; i < 5; i++) link?.events.onMessage('spBv1.0/G/NCMD/E', rebirth)
      await until('again', () => broker.values().includes('~speed=2') && node.status().backlogBytes === 0)
      const births = broker.sent.filter(({ verb }) => verb === 'NBIRTH')
      assert.equal(births.length, 6)
      assert.ok(births.every(({ seq, metrics }) => seq === 0 && metrics[0]?.value?.value === bdSeq))
      assert.equal(broker.values().filter((value) => value === '~speed=2').length, 1)
      assert.equal(node.status().rebirthsAsked, 5)
    }))

  test('a change of the model is a new birth, with the death of devices that are gone; new signals lose nothing', () =>
    onPlant({}, async (plant) => {
      const { node, broker, journal, asked } = plant
      node.setDevices(PUMP, () => undefined)
      await online(plant)
      journal.add(12, T, 7)
      await until('asked', () => asked.includes(12))
      node.setDevices(devicesOf([{ device: 'acme.fan', signals: [{ series: 12, name: 'flow', kind: 'number' }] }]), () => undefined)
      journal.add(12, T + 1, 8)
      await until('born anew', () => broker.sent.some(({ topic }) => topic === 'spBv1.0/G/DBIRTH/E/acme.fan'))
      const verbs = broker.sent.map(({ topic }) => topic.replace('spBv1.0/G/', ''))
      assert.deepEqual(verbs.slice(0, 5), ['NBIRTH/E', 'DBIRTH/E/acme.pump', 'DDEATH/E/acme.pump', 'NBIRTH/E', 'DBIRTH/E/acme.fan'])
      await until('its values', () => broker.values().some((value) => value.endsWith('flow=8')) || broker.sent.some(({ verb, metrics }) => verb === 'DBIRTH' && metrics.some(({ value }) => value?.value === 8)))
    }))

  test('gives up the oldest of a journal that is too long, and says so', () => {
    const journal = new FakeJournal()
    for (let i = 0; i < 40; i++) journal.add(1, T + i, i, Status.good, MB)
    return onPlant({ journal, position: 0 }, async (plant) => {
      const { node, broker, events } = plant
      node.setDevices(PUMP, () => undefined)
      await until('the rest', () => broker.values().includes('~speed=39'))
      assert.equal(broker.values()[0], '~speed=32')
      assert.equal(node.status().skippedBytes, 32 * MB)
      assert.ok(events.some(({ kind }) => kind === 'publishing.skipped'))
    })
  })

  test('a broker that takes no more is waited for, and nothing is lost', () =>
    onPlant({}, async (plant) => {
      const { node, broker, journal } = plant
      node.setDevices(PUMP, () => undefined)
      await online(plant)
      broker.hasRoom = false
      await new Promise((resolve) => setTimeout(resolve, 50))
      for (let i = 0; i < 50; i++) journal.add(1, T + i, i)
      await until('it lags', () => node.status().lagBytes > 0)
      assert.ok(broker.values().length < 50)
      broker.hasRoom = true
      await until('all', () => broker.values().length === 50)
      assert.deepEqual(broker.values(), Array.from({ length: 50 }, (_, i) => `speed=${i}`))
    }))

  test('walks to the next broker when one is gone, takes no writes, and stands in for a deadband', () =>
    onPlant({ settings: { urls: ['mqtt://one', 'mqtt://two'], deadbandPercent: 5 } }, async (plant) => {
      const { node, broker, journal } = plant
      node.setDevices(PUMP, () => undefined)
      await online(plant)
      for (const [at, value] of [10, 12, 14.9, 15, 10.1, 9.9].entries()) journal.add(1, T + at, value)
      await until('changes', () => broker.values().includes('speed=9.9'))
      assert.deepEqual(broker.values(), ['speed=10', 'speed=15', 'speed=9.9'])
      const write = encodePayload({ timestampMs: T, metrics: [{ name: 'speed', datatype: DataType.double, value: { field: 'double', value: 1 } }] })
      broker.links[0]?.events.onMessage('spBv1.0/G/DCMD/E/acme.pump', write)
      assert.equal(node.status().writesRefused, 1)
      broker.links[0]?.events.onLost('cut')
      await until('the next', () => broker.links.length === 2)
      assert.deepEqual(broker.links.map(({ options }) => options.url), ['mqtt://one', 'mqtt://two'])
    }))
})
