import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { PayloadFlaw, type Payload, type Uint64 } from '@millwright/model/sparkplug/payload.ts'
import { NAMESPACE, parseTopic, type SparkplugTopic } from '@millwright/model/sparkplug/topic.ts'
import { isStorableTime, US_PER_MS } from '@millwright/model/time.ts'
import type { Clock } from '../../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../../kernel/error.ts'
import type { MessageIntake, TakeOutcome, TopicIntake } from '../../message-intake.ts'
import { Refusals } from '../../payload/refusals.ts'
import type { SampleSink } from '../../sink.ts'
import type { SparkplugHostSettings } from '../settings.ts'
import { bdSeqOf, readBirth } from './births.ts'
import { DataReader } from './data-reader.ts'
import { EdgeNode, newMember, nodeKey, type Member } from './edge-node.ts'
import type { HostEvent } from './host-events.ts'
import { statusOfNode, type EdgeNodeStatus } from './host-status.ts'
import { MetricWriter, type WriteContext } from './metric-writer.ts'
import { NodePaths } from './node-paths.ts'
import { RebirthRequests } from './rebirth-requests.ts'
import { SeriesClaims } from './series-claims.ts'

/** How long the devices of an edge node that was born anew may take for their own births, before their signals are marked stale. */
export const DEVICE_BIRTH_MS = 5_000

export interface HostParts {
  readonly settings: SparkplugHostSettings
  readonly sink: SampleSink
  readonly clock: Clock
  /** The way in, for dead letters. */
  readonly source: string
  /** Sends a rebirth request to an edge node. */
  requestRebirth(group: string, node: string): void
  onEvent(event: HostEvent): void
  /** Hears of each birth that can be read, also one that comes too early. */
  onBirth?(topic: string, payload: Uint8Array): void
}

interface Arrival {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly receivedUs: number
  readonly sender: string | undefined
}

type EdgeTopic = Exclude<SparkplugTopic, { verb: 'STATE' }>

/**
 * What a Sparkplug B host application knows and does: takes births, data and deaths of all edge nodes as samples, watches their order, asks for rebirths
 * and marks what is stale. It does no I/O: messages come by `open(topic).take(…)`, time by `sweep`. The caller commits the sink after both.
 */
export class SparkplugHost implements MessageIntake {
  readonly #parts: HostParts
  readonly #paths: NodePaths
  readonly #nodes = new Map<string, EdgeNode>()
  readonly #refusals: Refusals
  readonly #writer: MetricWriter
  readonly #data: DataReader
  readonly #requests: RebirthRequests
  readonly #claims = new SeriesClaims()
  /** Times of marks that were written before any birth was seen, by series. */
  readonly #markedUs = new Map<number, number>()
  /** Deaths of a session that was already over. */
  lateDeaths = 0
  /** Grows with each birth and death. */
  revision = 0

  constructor(parts: HostParts) {
    this.#parts = parts
    const { settings, sink, source } = parts
    this.#paths = new NodePaths(settings)
    this.#refusals = new Refusals(sink, source)
    this.#writer = new MetricWriter({ sink, refusals: this.#refusals, claim: (series, owner) => this.#claims.claim(series, owner) })
    this.#data = new DataReader({ sink, refusals: this.#refusals, writer: this.#writer, rules: settings })
    this.#requests = new RebirthRequests(settings.rebirthIntervalS * 1000)
  }

  open(topic: string): TopicIntake | undefined {
    if (!topic.startsWith(`${NAMESPACE}/`)) return undefined
    const parsed = parseTopic(topic)
    if (parsed === undefined) return { take: (bytes, start, end) => this.#refuseTopic(topic, bytes, start, end) }
    if (parsed.verb === 'STATE' || parsed.verb === 'NCMD' || parsed.verb === 'DCMD') return undefined
    return { take: (bytes, start, end, receivedUs, sender) => this.#take(topic, parsed, { bytes, start, end, receivedUs, sender }) }
  }

  /** All edge nodes that were heard of. */
  status(): EdgeNodeStatus[] {
    return [...this.#nodes.values()].map(statusOfNode)
  }

  /** Somebody wants the births of an edge node again: it is asked at the next sweep. False when it was never heard. */
  askForRebirth(group: string, name: string): boolean {
    const node = this.#nodes.get(nodeKey(group, name))
    if (node === undefined) return false
    node.rebirthAttempts = 0
    this.#requests.want(node, 'somebody asked for it')
    return true
  }

  /** Edge nodes of before a restart: known, and gone until they are born again. Those that were online are so since `nowUs`. */
  remember(nodes: Iterable<{ readonly group: string; readonly node: string; readonly devices: readonly string[]; readonly bornUs: number; readonly diedUs: number }>, nowUs: number): void {
    for (const { group, node: name, devices, bornUs, diedUs } of nodes) {
      if (this.#nodes.has(nodeKey(group, name)) || this.#nodes.size >= this.#parts.settings.maxNodes) continue
      const node = this.#newNode(group, name)
      Object.assign(node, { bornUs, diedUs: diedUs === 0 ? nowUs : diedUs })
      for (const device of devices.slice(0, this.#parts.settings.maxDevicesPerNode)) this.#newDevice(node, device).state = 'offline'
      node.self.state = 'offline'
    }
  }

  /** The places of all signals of edge nodes that are online, to be marked after a restart. */
  *onlinePlaces(): IterableIterator<{ readonly assetPath: string; readonly signal: string }> {
    for (const node of this.#nodes.values()) {
      for (const { state, table } of node.members()) {
        if (state !== 'online') continue
        for (const { place } of table.rows) if (place !== undefined) yield place
      }
    }
  }

  /** Remembers that a series was marked stale before its birth, so that the birth's value comes after the mark. */
  noteMarked(series: number, timeUs: number): void {
    this.#markedUs.set(series, timeUs)
  }

  /** Looks at all deadlines and sends the rebirth requests that are due; whether samples were added. */
  sweep(): boolean {
    const { clock, settings, sink, onEvent, requestRebirth } = this.#parts
    const nowMs = clock.monotonicMs()
    const before = sink.open.length
    for (const node of this.#nodes.values()) {
      const { gapSinceMs } = node.sequence
      if (gapSinceMs !== undefined && nowMs - gapSinceMs >= settings.reorderTimeoutMs) this.#giveUpGap(node)
      for (const member of node.members()) {
        if (member.state === 'awaiting' && nowMs - member.awaitedMs >= DEVICE_BIRTH_MS) this.#markDead(member, clock.nowUs())
      }
    }
    for (const node of this.#requests.due(nowMs)) {
      requestRebirth(node.group, node.node)
      onEvent({ kind: 'edge.rebirth-requested', path: node.self.assetPath, timeUs: clock.nowUs(), data: { node: node.key, reason: node.rebirthReason ?? '', attempt: node.rebirthAttempts } })
      node.rebirthReason = undefined
    }
    return sink.open.length > before
  }

  /** The link to the broker is lost: nothing that is known is current any more (Sparkplug 3.0, 5.1). Adds the marks to the sink. */
  markAllStale(timeUs: number): void {
    for (const node of this.#nodes.values()) this.#nodeDown(node, timeUs, 'link lost')
  }

  #take(topic: string, at: EdgeTopic, arrival: Arrival): TakeOutcome {
    this.#refusals.begin(arrival.bytes, arrival.start, arrival.end)
    try {
      this.#dispatch(topic, at, arrival)
    } catch (thrown) {
      const code = thrown instanceof MillwrightError ? thrown.code : thrown instanceof PayloadFlaw ? 'PAYLOAD_INVALID' : 'INTERNAL'
      this.#refusals.add({ where: topic.slice(0, 1000), refusal: { code, message: messageOf(thrown) }, count: 1 })
    }
    const { count } = this.#refusals
    if (count > 0) {
      const node = this.#nodes.get(nodeKey(at.group, at.node))
      if (node !== undefined) node.refused += count
      this.#refusals.finish()
    }
    // Also what we cannot use is passed on to the other subscribers of the broker, who may know more.
    return count === 0 ? 'taken' : 'partly'
  }

  #dispatch(topic: string, at: EdgeTopic, arrival: Arrival): void {
    const node = this.#nodes.get(nodeKey(at.group, at.node)) ?? this.#newNode(at.group, at.node)
    const nowMs = this.#parts.clock.monotonicMs()
    if (node.isForeign(arrival.sender, nowMs, this.#parts.settings.ownerSeconds * 1000)) {
      this.#impostor(node, at.verb, arrival)
      return
    }
    node.messages++
    node.lastMessageUs = arrival.receivedUs
    switch (at.verb) {
      case 'NDATA':
      case 'DDATA':
        return this.#takeData(node, at.verb === 'DDATA' ? at.device : undefined, arrival, nowMs)
      case 'NBIRTH':
        return this.#takeNodeBirth(topic, node, arrival, nowMs)
      case 'DBIRTH':
        return this.#takeDeviceBirth(topic, node, at.device, arrival, nowMs)
      case 'NDEATH':
        return this.#takeNodeDeath(node, arrival)
      case 'DDEATH':
        return this.#takeDeviceDeath(node, at.device, arrival, nowMs)
    }
  }

  #takeData(node: EdgeNode, device: string | undefined, arrival: Arrival, nowMs: number, isReplay = false): void {
    const { sink } = this.#parts
    const member = node.member(device)
    if (node.self.state !== 'online' || member?.state !== 'online') {
      this.#tooEarly(node, device, arrival, nowMs)
      return
    }
    const { table } = member
    const context = this.#context(node, arrival, arrival.receivedUs, false)
    if (table.generation !== sink.generation) this.#resolveAll(member, context)
    const before = sink.open.length
    const unknown = this.#data.read(member, arrival.bytes, arrival.start, arrival.end, context)
    node.samples += sink.open.length - before
    node.historical += this.#data.historical
    if (!isReplay) this.#noteSequence(node, this.#data.seq, nowMs)
    if (unknown > 0) this.#tooEarly(node, device, arrival, nowMs, `${unknown} metrics with an alias or name that no birth declared`)
  }

  /** A message that only a birth would explain: it waits if messages are missing, else it is refused and the birth is asked for. */
  #tooEarly(node: EdgeNode, device: string | undefined, arrival: Arrival, nowMs: number, what = 'data before a birth'): void {
    const { bytes, start, end, receivedUs, sender } = arrival
    if (what === 'data before a birth' && node.self.state === 'online') this.#noteSequence(node, sequenceOf(decodePayload(bytes.subarray(start, end)).seq), nowMs)
    const canWait = node.sequence.missing > 0 && node.hold({ device, bytes: Uint8Array.from(bytes.subarray(start, end)), receivedUs, sender })
    if (canWait) return
    this.#requests.want(node, what)
    const where = device === undefined ? node.key : `${node.key}/${device}`
    this.#refusals.add({ where, refusal: { code: 'SIGNAL_UNKNOWN', message: `${what}; a rebirth is requested` }, count: 1 })
  }

  #takeNodeBirth(topic: string, node: EdgeNode, arrival: Arrival, nowMs: number): void {
    const { onBirth, onEvent } = this.#parts
    const payload = decodePayload(arrival.bytes.subarray(arrival.start, arrival.end))
    const bdSeq = bdSeqOf(payload)
    const seq = sequenceOf(payload.seq) ?? 0
    const wasOnline = node.self.state === 'online' && node.bdSeq === bdSeq
    this.#bear(node, node.self, payload, arrival)
    node.bdSeq = bdSeq
    node.owner = arrival.sender
    node.ownerHeardMs = nowMs
    node.births++
    node.bornUs = arrival.receivedUs
    node.sequence.restart(seq)
    this.#dropHeld(node)
    this.#requests.satisfied(node)
    for (const member of node.devices.values()) {
      if (member.state !== 'online') continue
      member.state = 'awaiting'
      member.awaitedMs = nowMs
    }
    onBirth?.(topic, arrival.bytes.subarray(arrival.start, arrival.end))
    if (!wasOnline) onEvent({ kind: 'edge.online', path: node.self.assetPath, timeUs: arrival.receivedUs, data: { node: node.key, bdSeq: bdSeq ?? null, metrics: node.self.table.rows.length } })
  }

  #takeDeviceBirth(topic: string, node: EdgeNode, device: string, arrival: Arrival, nowMs: number): void {
    const payload = decodePayload(arrival.bytes.subarray(arrival.start, arrival.end))
    this.#parts.onBirth?.(topic, arrival.bytes.subarray(arrival.start, arrival.end))
    if (node.self.state !== 'online') return this.#tooEarly(node, device, arrival, nowMs, 'a device\'s birth before that of its edge node')
    const member = node.devices.get(device) ?? this.#newDevice(node, device)
    const wasOnline = member.state === 'online' || member.state === 'awaiting'
    this.#noteSequence(node, sequenceOf(payload.seq), nowMs)
    this.#bear(node, member, payload, arrival)
    node.births++
    if (!wasOnline) this.#deviceEvent(node, member, 'edge.device-online', arrival.receivedUs)
    for (const held of node.unhold(device)) this.#takeData(node, device, { ...held, start: 0, end: held.bytes.length }, nowMs, true)
  }

  /** Takes a birth's metrics and values as those of a member. */
  #bear(node: EdgeNode, member: Member, payload: Payload, arrival: Arrival): void {
    this.revision++
    const { sink, settings } = this.#parts
    const { table, leaves } = readBirth(payload, member.assetPath, { refusals: this.#refusals, rules: settings, maxMetrics: settings.maxMetricsPerBirth })
    table.inherit(member.table)
    const context = this.#context(node, arrival, timeOf(payload, arrival.receivedUs), true)
    const before = member.table
    const samples = sink.open.length
    member.table = table
    member.state = 'online'
    this.#resolveAll(member, context)
    this.#claims.release(before.series, table.series)
    for (const [row, leaf] of leaves.entries()) {
      if (leaf !== undefined && table.series[row] !== -1) this.#writer.write(table, row, leaf.metric, leaf.value, context)
    }
    node.samples += sink.open.length - samples
  }

  #resolveAll(member: Member, context: WriteContext): void {
    const { table } = member
    table.generation = this.#parts.sink.generation
    for (let row = 0; row < table.rows.length; row++) {
      if (!this.#writer.resolve(table, row, context)) continue
      const markedUs = this.#markedUs.get(table.series[row] as number)
      if (markedUs !== undefined) table.lastTimesUs[row] = Math.max(table.lastTimesUs[row] as number, markedUs)
    }
  }

  #takeNodeDeath(node: EdgeNode, arrival: Arrival): void {
    const bdSeq = bdSeqOf(decodePayload(arrival.bytes.subarray(arrival.start, arrival.end)))
    // A will may come after the next session's birth: only the death of the running session counts.
    if (bdSeq !== undefined && node.bdSeq !== undefined && bdSeq !== node.bdSeq) {
      this.lateDeaths++
      return
    }
    this.#nodeDown(node, arrival.receivedUs, 'death')
  }

  #nodeDown(node: EdgeNode, timeUs: number, reason: string): void {
    const wasOnline = node.self.state === 'online'
    for (const member of node.members()) this.#markDead(member, timeUs)
    node.self.state = 'offline'
    node.owner = undefined
    node.diedUs = timeUs
    this.#dropHeld(node)
    node.sequence.forgive()
    this.#requests.satisfied(node)
    if (wasOnline) this.#parts.onEvent({ kind: 'edge.offline', path: node.self.assetPath, timeUs, data: { node: node.key, bdSeq: node.bdSeq ?? null, reason } })
  }

  #takeDeviceDeath(node: EdgeNode, device: string, arrival: Arrival, nowMs: number): void {
    const payload = decodePayload(arrival.bytes.subarray(arrival.start, arrival.end))
    if (node.self.state !== 'online') return this.#tooEarly(node, device, arrival, nowMs, 'a device\'s death before the birth of its edge node')
    this.#noteSequence(node, sequenceOf(payload.seq), nowMs)
    const member = node.devices.get(device)
    if (member === undefined || member.state === 'offline') return
    this.#markDead(member, timeOf(payload, arrival.receivedUs))
    this.#deviceEvent(node, member, 'edge.device-offline', arrival.receivedUs)
  }

  #markDead(member: Member, timeUs: number): void {
    this.revision++
    member.table.markStale(this.#parts.sink.open, timeUs)
    if (member.state !== 'unborn') member.state = 'offline'
  }

  #noteSequence(node: EdgeNode, seq: number | undefined, nowMs: number): void {
    if (seq === undefined) return
    if (node.sequence.note(seq, nowMs) === 'repeated') node.repeated++
    if (node.sequence.missing > 0 && this.#parts.settings.reorderTimeoutMs === 0) this.#giveUpGap(node)
  }

  #giveUpGap(node: EdgeNode): void {
    node.sequenceErrors += node.sequence.missing
    node.sequence.forgive()
    this.#dropHeld(node)
    this.#requests.want(node, 'messages are missing')
  }

  #dropHeld(node: EdgeNode): void {
    const lost = node.unhold().length
    if (lost > 0) this.#parts.sink.refuse({ source: this.#parts.source, where: node.key, refusal: { code: 'SIGNAL_UNKNOWN', message: 'messages waited for a birth that did not come' }, count: lost })
  }

  #newNode(group: string, name: string): EdgeNode {
    const { maxNodes } = this.#parts.settings
    if (this.#nodes.size >= maxNodes) {
      // An edge node that never was born holds nothing: it makes room.
      const unborn = [...this.#nodes.values()].find(({ self }) => self.state === 'unborn')
      if (unborn === undefined) throw new MillwrightError('QUOTA_REACHED', `there are ${maxNodes} edge nodes (sparkplug.maxNodes); ${nodeKey(group, name)} is not taken`)
      this.#requests.satisfied(unborn)
      this.#nodes.delete(unborn.key)
    }
    const node = new EdgeNode(group, name, this.#paths.of(group, name))
    this.#nodes.set(node.key, node)
    return node
  }

  #newDevice(node: EdgeNode, device: string): Member {
    const { maxDevicesPerNode } = this.#parts.settings
    if (node.devices.size >= maxDevicesPerNode) throw new MillwrightError('QUOTA_REACHED', `${node.key} has ${maxDevicesPerNode} devices (sparkplug.maxDevicesPerNode)`)
    const member = newMember(device, this.#paths.of(node.group, node.node, device))
    node.devices.set(device, member)
    return member
  }

  #impostor(node: EdgeNode, verb: string, arrival: Arrival): void {
    const message = `${verb} of ${node.key} from client "${arrival.sender ?? ''}", while client "${node.owner ?? ''}" is that edge node (sparkplug.ownerSeconds)`
    this.#refusals.add({ where: node.key, refusal: { code: 'CONFLICT', message }, count: 1 })
    if (verb === 'NBIRTH') this.#parts.onEvent({ kind: 'edge.impostor', path: node.self.assetPath, timeUs: arrival.receivedUs, data: { node: node.key, client: arrival.sender ?? null, owner: node.owner ?? null } })
  }

  #refuseTopic(topic: string, bytes: Uint8Array, start: number, end: number): TakeOutcome {
    const refusal = { code: 'PAYLOAD_INVALID', message: 'the topic is none of Sparkplug B, such as spBv1.0/<group>/NDATA/<edge node> or spBv1.0/<group>/DDATA/<edge node>/<device>' }
    this.#parts.sink.refuse({ source: this.#parts.source, where: topic.slice(0, 1000), refusal, count: 1, excerpt: bytes.slice(start, Math.min(end, start + 512)) })
    return 'partly'
  }

  #deviceEvent(node: EdgeNode, member: Member, kind: 'edge.device-online' | 'edge.device-offline', timeUs: number): void {
    this.#parts.onEvent({ kind, path: member.assetPath, timeUs, data: { node: node.key, device: member.device ?? null, metrics: member.table.rows.length } })
  }

  #context(node: EdgeNode, { sender }: Arrival, payloadUs: number, isBirth: boolean): WriteContext {
    return { owner: node.key, sender: sender ?? node.key, payloadUs, isBirth }
  }
}

function sequenceOf(seq: Uint64 | undefined): number | undefined {
  if (seq === undefined) return undefined
  if (typeof seq === 'bigint' || seq > 255) throw new PayloadFlaw('the sequence number is greater than 255')
  return seq
}

function timeOf({ timestampMs }: Payload, otherwiseUs: number): number {
  const timeUs = timestampMs === undefined ? otherwiseUs : Number(timestampMs) * US_PER_MS
  return isStorableTime(timeUs) ? timeUs : otherwiseUs
}
