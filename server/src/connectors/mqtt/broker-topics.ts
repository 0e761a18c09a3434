import { readFileSync } from 'node:fs'
import type { BrokerStatus } from './broker-status.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }

/** What is published under `$SYS/broker/`, as other brokers do: topic and text. */
export function brokerTopics(status: BrokerStatus, uptimeSeconds: number): readonly (readonly [string, string])[] {
  return [
    ['version', `millwright ${version}`],
    ['uptime', `${Math.floor(uptimeSeconds)} seconds`],
    ['clients/connected', String(status.clients)],
    ['clients/disconnected', String(Math.max(0, status.sessions - status.clients))],
    ['clients/total', String(status.sessions)],
    ['subscriptions/count', String(status.subscriptions)],
    ['retained messages/count', String(status.retained.messages)],
    ['messages/received', String(status.messagesIn)],
    ['messages/sent', String(status.messagesOut)],
    ['messages/dropped', String(Object.values(status.dropped).reduce((sum, count) => sum + count, 0))],
    ['bytes/received', String(status.bytesIn)],
    ['bytes/sent', String(status.bytesOut)],
  ]
}
