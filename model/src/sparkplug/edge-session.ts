import { DataType } from './data-type.ts'
import { decodePayload } from './decode-payload.ts'
import { encodePayload } from './encode-payload.ts'
import { PayloadFlaw, type Draft, type Metric, type PropertySet } from './payload.ts'
import { parseState } from './state-message.ts'
import { deviceTopic, nodeTopic, stateTopic } from './topic.ts'
import { typedValue, wireValue, type TypedValue } from './typed-value.ts'

/** A message to be published as it is: Sparkplug data has QoS 0 and is not retained (Sparkplug 3.0, 4.3). */
export interface EdgeMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

/** What a birth says of one metric. */
export interface EdgeMetric {
  readonly name: string
  readonly datatype: number
  readonly properties?: PropertySet
  /** Its value at the moment; `null` where there is none. */
  readonly value: TypedValue | null
  /** When that was, milliseconds since the epoch. */
  readonly timestampMs: number
}

/** A change of one metric. */
export interface EdgeChange {
  readonly name: string
  readonly value: TypedValue | null
  readonly timestampMs: number
  /** Set for what is sent after the fact. */
  readonly isHistorical?: boolean
  /** Sparkplug's quality where it is not good: 0 bad, 500 stale. */
  readonly quality?: 0 | 500
}

/** What a connection to a broker is made with. */
export interface EdgeConnect {
  readonly willTopic: string
  /** To be registered with QoS 1, not retained. */
  readonly willPayload: Uint8Array
  /** To be subscribed with QoS 1 before anything is published. */
  readonly subscriptions: readonly string[]
}

/** What a message that came asks of the edge node. */
export type EdgeOrder =
  | { readonly order: 'none' }
  /** Send all births now: the primary host is online, or a host asked for it. */
  | { readonly order: 'birth'; readonly reason: 'host online' | 'rebirth' }
  /** Disconnect: the primary host is gone; come back, on the next server if there are several. */
  | { readonly order: 'leave' }
  /** Values that a host wants to write. */
  | { readonly order: 'write'; readonly device: string | undefined; readonly values: ReadonlyMap<string, TypedValue | null> }

export interface EdgeSessionOptions {
  readonly group: string
  readonly node: string
  /** The host application that must be online before anything is published. */
  readonly primaryHost?: string
  /** The number of the last CONNECT, where one was kept; it goes on from there. */
  readonly lastBdSeq?: number
}

const REBIRTH = 'Node Control/Rebirth'
const NONE: EdgeOrder = { order: 'none' }

/** The rules of one edge node (Sparkplug 3.0, ch. 5 and 6), without any I/O: the caller connects, publishes what it is given, and hands in what comes. */
export class EdgeSession {
  readonly #options: EdgeSessionOptions
  readonly #names = new Map<string, { readonly alias: number; readonly datatype: number }>()
  readonly #byAlias = new Map<number, string>()
  #bdSeq: number
  #seq = 0
  #alias = 0
  #hostTime = -Infinity
  #isHostOnline = false
  #isBorn = false

  constructor(options: EdgeSessionOptions) {
    this.#options = options
    this.#bdSeq = options.lastBdSeq ?? 255
  }

  /** The number of the running session, to be kept for the next one. */
  get bdSeq(): number {
    return this.#bdSeq
  }

  /** Whether data may be sent. */
  get isBorn(): boolean {
    return this.#isBorn
  }

  /** Whether births may be sent: without a primary host always. */
  get mayBeBorn(): boolean {
    return this.#options.primaryHost === undefined || this.#isHostOnline
  }

  /** Begins a session: to be called for each MQTT CONNECT. */
  connect(nowMs: number): EdgeConnect {
    const { group, node, primaryHost } = this.#options
    this.#bdSeq = (this.#bdSeq + 1) % 256
    this.#isBorn = false
    this.#isHostOnline = false
    return {
      willTopic: nodeTopic(group, 'NDEATH', node),
      willPayload: this.death(nowMs).payload,
      subscriptions: [nodeTopic(group, 'NCMD', node), deviceTopic(group, 'DCMD', node, '+'), ...(primaryHost === undefined ? [] : [stateTopic(primaryHost)])],
    }
  }

  /** The connection is gone: nothing may be sent until the next birth. */
  disconnected(): void {
    this.#isBorn = false
    this.#isHostOnline = false
  }

  /** The birth of the edge node; births of all its devices must follow before their data. */
  nodeBirth(metrics: readonly EdgeMetric[], nowMs: number): EdgeMessage {
    if (!this.mayBeBorn) throw new Error('BUG: a birth while the primary host is not online')
    const { group, node } = this.#options
    this.#names.clear()
    this.#byAlias.clear()
    this.#alias = 0
    this.#seq = 0
    this.#isBorn = true
    // Node Control/Rebirth has no alias: hosts write it by name (Sparkplug 3.0, 5.13).
    const own: Metric[] = [
      { name: 'bdSeq', timestampMs: nowMs, datatype: DataType.int64, value: { field: 'long', value: this.#bdSeq } },
      { name: REBIRTH, timestampMs: nowMs, datatype: DataType.boolean, value: { field: 'boolean', value: false } },
    ]
    return this.#message(nodeTopic(group, 'NBIRTH', node), [...own, ...metrics.map((metric) => this.#declare('', metric))], nowMs)
  }

  deviceBirth(device: string, metrics: readonly EdgeMetric[], nowMs: number): EdgeMessage {
    this.#mustBeBorn()
    const { group, node } = this.#options
    return this.#message(deviceTopic(group, 'DBIRTH', node, device), metrics.map((metric) => this.#declare(device, metric)), nowMs)
  }

  deviceDeath(device: string, nowMs: number): EdgeMessage {
    this.#mustBeBorn()
    const { group, node } = this.#options
    return this.#message(deviceTopic(group, 'DDEATH', node, device), [], nowMs)
  }

  /** Changes of the edge node's own metrics, or of a device's, all of them declared by a birth of this session. */
  data(device: string | undefined, changes: readonly EdgeChange[], nowMs: number): EdgeMessage {
    this.#mustBeBorn()
    const { group, node } = this.#options
    const topic = device === undefined ? nodeTopic(group, 'NDATA', node) : deviceTopic(group, 'DDATA', node, device)
    return this.#message(topic, changes.map((change) => this.#change(device ?? '', change)), nowMs)
  }

  /** The death to be published before a clean DISCONNECT of MQTT 3.1.1; the will is the same. It has no sequence number. */
  death(nowMs: number): EdgeMessage {
    const { group, node } = this.#options
    const metric: Metric = { name: 'bdSeq', timestampMs: nowMs, datatype: DataType.int64, value: { field: 'long', value: this.#bdSeq } }
    return { topic: nodeTopic(group, 'NDEATH', node), payload: encodePayload({ timestampMs: nowMs, metrics: [metric] }) }
  }

  /** What a message of one of the subscriptions asks. */
  received(topic: string, payload: Uint8Array): EdgeOrder {
    const { group, node, primaryHost } = this.#options
    if (primaryHost !== undefined && topic === stateTopic(primaryHost)) return this.#hostState(new TextDecoder().decode(payload))
    const devicePrefix = deviceTopic(group, 'DCMD', node, '')
    const device = topic.startsWith(devicePrefix) ? topic.slice(devicePrefix.length) : undefined
    if (device === undefined && topic !== nodeTopic(group, 'NCMD', node)) return NONE
    try {
      return this.#command(device, payload)
    } catch (thrown) {
      if (thrown instanceof PayloadFlaw) return NONE
      throw thrown
    }
  }

  /** Only a message that is not older than the last one counts (Sparkplug 3.0, 5.4). */
  #hostState(text: string): EdgeOrder {
    const state = parseState(text)
    if (state === undefined || state.timestamp < this.#hostTime) return NONE
    this.#hostTime = state.timestamp
    if (state.online === this.#isHostOnline) return NONE
    this.#isHostOnline = state.online
    if (state.online) return this.#isBorn ? NONE : { order: 'birth', reason: 'host online' }
    if (!this.#isBorn) return NONE
    this.#isBorn = false
    return { order: 'leave' }
  }

  #command(device: string | undefined, payload: Uint8Array): EdgeOrder {
    const values = new Map<string, TypedValue | null>()
    for (const metric of decodePayload(payload).metrics) {
      const name = metric.name ?? this.#nameOf(device ?? '', Number(metric.alias))
      if (device === undefined && name === REBIRTH) {
        if (metric.value?.field === 'boolean' && metric.value.value && this.mayBeBorn) {
          this.#isBorn = false
          return { order: 'birth', reason: 'rebirth' }
        }
        continue
      }
      const known = name === undefined ? undefined : this.#names.get(`${device ?? ''}/${name}`)
      if (name === undefined || known === undefined) continue
      values.set(name, metric.isNull === true || metric.value === undefined ? null : typedValue(known.datatype, metric.value))
    }
    return values.size === 0 ? NONE : { order: 'write', device, values }
  }

  #nameOf(device: string, alias: number): string | undefined {
    const key = this.#byAlias.get(alias)
    return key?.startsWith(`${device}/`) === true ? key.slice(device.length + 1) : undefined
  }

  #declare(device: string, { name, datatype, properties, value, timestampMs }: EdgeMetric): Metric {
    const alias = ++this.#alias
    this.#names.set(`${device}/${name}`, { alias, datatype })
    this.#byAlias.set(alias, `${device}/${name}`)
    const metric: Draft<Metric> = { name, alias, timestampMs, datatype }
    if (properties !== undefined) metric.properties = properties
    if (value === null) metric.isNull = true
    else metric.value = wireValue(datatype, value)
    return metric
  }

  #change(device: string, { name, value, timestampMs, isHistorical, quality }: EdgeChange): Metric {
    const known = this.#names.get(`${device}/${name}`)
    if (known === undefined) throw new Error(`BUG: metric ${name} was not declared by a birth`)
    const metric: Draft<Metric> = { alias: known.alias, timestampMs }
    if (isHistorical === true) metric.isHistorical = true
    if (quality !== undefined) metric.properties = new Map([['Quality', { type: DataType.int32, value: { field: 'int', value: quality } }]])
    if (value === null) metric.isNull = true
    else metric.value = wireValue(known.datatype, value)
    return metric
  }

  #message(topic: string, metrics: readonly Metric[], nowMs: number): EdgeMessage {
    const seq = this.#seq
    this.#seq = (seq + 1) % 256
    return { topic, payload: encodePayload({ timestampMs: nowMs, metrics, seq }) }
  }

  #mustBeBorn(): void {
    if (!this.#isBorn) throw new Error('BUG: Sparkplug data before the birth of its session')
  }
}
