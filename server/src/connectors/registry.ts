import { mqttClientConnector } from './mqtt-client/connector.ts'
import { sparkplugConnector } from './sparkplug/outside/connector.ts'
import type { Connector } from './source.ts'

/** Every kind of connection that Millwright opens itself. A new one is its folder and a line here. */
export const CONNECTORS: readonly Connector[] = [mqttClientConnector, sparkplugConnector]
