import { Counter, Gauge, type Registry } from 'prom-client'
import type { EdgeClient } from './edge-client.ts'
import type { PublisherStatus } from './edge-messages.ts'

/** What is published, for Prometheus, by the names of the settings. */
export function registerPublishingMetrics(register: Registry, clients: readonly EdgeClient[]): void {
  if (clients.length === 0) return
  gauge('up', '1 while the edge node is online', ({ state }) => (state === 'online' ? 1 : 0))
  gauge('backlog_bytes', 'Journal that is still to be sent after the fact', ({ backlogBytes }) => backlogBytes)
  gauge('lag_bytes', 'Journal that is not read yet', ({ lagBytes }) => lagBytes)
  gauge('metrics', 'Signals that are published', ({ metrics }) => metrics)
  counter('live_total', 'Changes sent as they came', ({ live }) => live)
  counter('historical_total', 'Changes sent after the fact', ({ historical }) => historical)
  counter('messages_total', 'Messages sent', ({ messages }) => messages)
  counter('births_total', 'Times that all births were sent', ({ births }) => births)
  counter('links_lost_total', 'Times that the edge node went offline', ({ linksLost }) => linksLost)
  counter('skipped_bytes_total', 'Journal that was given up because it was too much', ({ skippedBytes }) => skippedBytes)
  counter('writes_refused_total', 'Values that hosts wanted to write', ({ writesRefused }) => writesRefused)

  function gauge(name: string, help: string, read: (status: PublisherStatus) => number): void {
    new Gauge({
      name: `millwright_publishing_${name}`, help, labelNames: ['name'], registers: [register],
      collect() {
        for (const client of clients) this.set({ name: client.name }, client.status === undefined ? 0 : read(client.status))
      },
    })
  }

  function counter(name: string, help: string, read: (status: PublisherStatus) => number): void {
    new Counter({
      name: `millwright_publishing_${name}`, help, labelNames: ['name'], registers: [register],
      collect() {
        this.reset()
        for (const client of clients) this.inc({ name: client.name }, client.status === undefined ? 0 : read(client.status))
      },
    })
  }
}
