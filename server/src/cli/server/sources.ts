import type { SourceStatus } from '../../api/plant-status.ts'
import type { HttpIngestCounters } from '../../connectors/http/counters.ts'
import type { MqttBroker } from '../../connectors/mqtt/broker.ts'
import type { SparkplugHost } from '../../connectors/sparkplug/host/host.ts'
import type { SourceSupervisor } from '../../connectors/supervisor.ts'

/** The embedded broker as one of the ways in. */
export function brokerSource(broker: MqttBroker): SourceStatus {
  const { clients, messagesIn, samplesIn, bytesIn } = broker.status()
  return { name: 'mqtt', connector: 'mqtt-broker', state: 'up', clients, messages: messagesIn, samples: samplesIn, bytes: bytesIn }
}

/** The edge nodes on the embedded broker as one of the ways in. Their bytes count as the broker's. */
export function sparkplugSource(host: SparkplugHost): SourceStatus {
  const nodes = host.status()
  const sum = (of: (node: (typeof nodes)[number]) => number): number => nodes.reduce((total, node) => total + of(node), 0)
  const online = nodes.filter(({ state }) => state === 'online').length
  return { name: 'sparkplug', connector: 'sparkplug-host', state: 'up', clients: online, messages: sum(({ messages }) => messages), samples: sum(({ samples }) => samples) }
}

/** The writes of the HTTP server as one of the ways in. Writers come and go with each request, so none counts as connected. */
export function httpSource({ requests, samples, bytes }: HttpIngestCounters): SourceStatus {
  return { name: 'http', connector: 'http', state: 'up', clients: 0, messages: requests, samples, bytes }
}

const STATES = { stopped: 'stopped', connecting: 'starting', open: 'up', silent: 'up', down: 'down' } as const

/** A configured connection as one of the ways in. */
export function connectionSource({ name, status, counters }: SourceSupervisor, connector: string): SourceStatus {
  const clients = status.state === 'open' || status.state === 'silent' ? 1 : 0
  const detail = detailOf(status)
  const base = { name, connector, state: STATES[status.state], clients, messages: counters.deliveries, samples: counters.samples }
  return detail === undefined ? base : { ...base, detail }
}

function detailOf(status: SourceSupervisor['status']): string | undefined {
  switch (status.state) {
    case 'down':
      return status.error
    case 'connecting':
      return status.error
    case 'silent':
      return 'connected, but nothing comes'
    default:
      return undefined
  }
}
