import type { ByteReader } from './byte-reader.ts'
import type { Connection } from './connection.ts'
import type { BrokerCore } from './core.ts'
import { subscriptionAck } from './packet-writer.ts'
import { PACKET, readSubscribe, readUnsubscribe, type SubscribeLine } from './packets.ts'
import type { Publisher } from './publish-turn.ts'
import { REASON } from './reason-codes.ts'
import type { Subscription } from './session.ts'
import { levelCount, sharedFilter } from './topics.ts'

/** SUBSCRIBE: each line on its own, one SUBACK for all, then the retained messages (MQTT 5.0, 3.8.4). */
export function handleSubscribe(core: BrokerCore, connection: Connection, client: Publisher, packet: ByteReader): void {
  const { packetId, identifier, lines } = readSubscribe(packet, client.version)
  const fed: Subscription[] = []
  const codes = lines.map((line) => {
    const refused = refusal(core, client, line)
    if (refused !== undefined) return refused
    const { filter, qos, noLocal, retainAsPublished } = line
    const { subscription, isNew } = core.subscriptions.add({ session: client.session, filter, qos, noLocal, retainAsPublished, identifier })
    client.session.recordSubscription(subscription)
    if (line.retainHandling === 0 || (line.retainHandling === 1 && isNew)) fed.push(subscription)
    return qos
  })
  const durable = client.session.store?.sync()
  connection.answer(subscriptionAck(PACKET.suback, client.version, packetId, codes), durable)
  for (const subscription of fed) {
    const feed = core.router.feed(subscription)
    if (feed !== undefined) client.session.outbox.addFeed(feed)
  }
}

function refusal(core: BrokerCore, client: Publisher, line: SubscribeLine): number | undefined {
  const { settings, authority } = core
  const { subscriptions } = client.session
  if (Buffer.byteLength(line.filter) > settings.maxTopicBytes || levelCount(line.filter) > settings.maxTopicLevels) return REASON.filterInvalid
  if (settings.closedTopics.includes(sharedFilter(line.filter)?.filter ?? line.filter)) return REASON.unspecified
  if (authority !== undefined && !authority.maySubscribe(client.identity, line.filter)) return REASON.notAuthorized
  if (subscriptions.size >= settings.maxSubscriptionsPerClient && !subscriptions.has(line.filter)) return REASON.quotaExceeded
  return undefined
}

/** UNSUBSCRIBE: what the client has begun to receive is completed, nothing new is added (MQTT 5.0, 3.10.4). */
export function handleUnsubscribe(core: BrokerCore, connection: Connection, client: Publisher, packet: ByteReader): void {
  const { packetId, filters } = readUnsubscribe(packet, client.version)
  const { session } = client
  const codes = filters.map((filter) => {
    if (!core.subscriptions.remove(session, filter)) return REASON.noSubscriptionExisted
    session.store?.apply({ op: 'dropSubscription', clientId: session.clientId, filter })
    return REASON.success
  })
  connection.answer(subscriptionAck(PACKET.unsuback, client.version, packetId, codes), session.store?.sync())
}
