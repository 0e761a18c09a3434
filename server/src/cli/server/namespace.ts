import { lastName, parentPath } from '@millwright/model/path.ts'
import type { SampleBatch, SeriesId } from '@millwright/model/sample-batch.ts'
import type { Announcer } from '../../connectors/announcing-sink.ts'
import type { MqttBroker } from '../../connectors/mqtt/broker.ts'
import { mwMessages, type SignalPlace } from '../../connectors/payload/mw-message.ts'
import type { AssetModel } from '../../plant/asset-model.ts'

/** Publishes samples that did not come over MQTT in the unified namespace of the embedded broker, so that it shows the whole plant. */
export class NamespaceAnnouncer implements Announcer {
  readonly #broker: MqttBroker
  readonly #model: AssetModel
  /** Samples that were not announced because their batch had too many moments. */
  leftOut = 0

  constructor(broker: MqttBroker, model: AssetModel) {
    this.#broker = broker
    this.#model = model
  }

  get isListening(): boolean {
    return this.#broker.subscriptionCount > 0
  }

  announce(batch: SampleBatch): void {
    const { messages, leftOut } = mwMessages(batch, (series) => this.#placeOf(series))
    this.leftOut += leftOut
    for (const { topic, payload } of messages) if (this.#broker.hasAudience(topic)) this.#broker.publish(topic, payload)
  }

  #placeOf(series: SeriesId): SignalPlace | undefined {
    const path = this.#model.signalPath(series)
    const assetPath = path === undefined ? undefined : parentPath(path)
    const kind = this.#model.signalBySeries(series)?.kind
    return path === undefined || assetPath === undefined || kind === undefined ? undefined : { assetPath, name: lastName(path), kind }
  }
}
