import { mqttClientConnector } from './mqtt-client/connector.ts'
import type { Connector } from './source.ts'
import { HostDirectory } from './sparkplug/host-directory.ts'
import { sparkplugConnector, type OutsideParts } from './sparkplug/outside/connector.ts'

/** What connectors of some kinds share with the program around them. */
export interface ConnectorParts {
  readonly sparkplug: OutsideParts
}

/** Every kind of connection that Millwright opens itself. A new one is its folder and a line here. */
export function connectorsWith({ sparkplug }: ConnectorParts): readonly Connector[] {
  return [mqttClientConnector, sparkplugConnector(sparkplug)]
}

/** The kinds as the settings know them: to check with, not to run. */
export const CONNECTORS: readonly Connector[] = connectorsWith({ sparkplug: { hosts: new HostDirectory(), onEvent: () => undefined, memoryFile: () => undefined } })
