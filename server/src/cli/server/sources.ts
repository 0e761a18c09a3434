import type { SourceStatus } from '../../api/plant-status.ts'
import type { MqttBroker } from '../../connectors/mqtt/broker.ts'

/** The embedded broker as one of the ways in. */
export function brokerSource(broker: MqttBroker): SourceStatus {
  const { clients, messagesIn, samplesIn, bytesIn } = broker.status()
  return { name: 'mqtt', connector: 'mqtt-broker', state: 'up', clients, messages: messagesIn, samples: samplesIn, bytes: bytesIn }
}
