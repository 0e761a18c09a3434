import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import { Registry as MetricsRegistry } from 'prom-client'
import { createApi } from '../../api/create-api.ts'
import { plantStatusOf } from '../../api/plant-status-of.ts'
import type { SourceStatus } from '../../api/plant-status.ts'
import { formatListenAddress, parseListenAddress } from '../../config/listen-address.ts'
import { HttpIngestCounters } from '../../connectors/http/counters.ts'
import { httpIngest } from '../../connectors/http/http-ingest.ts'
import { createMqttBroker, type MqttBroker } from '../../connectors/mqtt/broker.ts'
import { createSqliteSessionStore } from '../../connectors/mqtt/sqlite-session-store.ts'
import { AnnouncingSink } from '../../connectors/announcing-sink.ts'
import { superviseConnections } from '../../connectors/connections.ts'
import { connectorsWith } from '../../connectors/registry.ts'
import { firstOf } from '../../connectors/message-intake.ts'
import { createMwIntake } from '../../connectors/payload/mw-intake.ts'
import type { SampleSink } from '../../connectors/sink.ts'
import { EmbeddedSparkplug } from '../../connectors/sparkplug/embedded/embedded-sparkplug.ts'
import { HostDirectory } from '../../connectors/sparkplug/host-directory.ts'
import { registerHostMetrics } from '../../connectors/sparkplug/host-metrics.ts'
import { hostRoutes } from '../../connectors/sparkplug/host-routes.ts'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Log } from '../../kernel/log.ts'
import { DATA, openPlant } from '../../plant/open-plant.ts'
import { PlantHealth } from '../../plant/plant-health.ts'
import type { Plant } from '../../plant/plant.ts'
import { maintenanceRoutes } from '../backup/maintenance-routes.ts'
import { APP_FOLDER } from '../browser-app.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Settings } from '../settings.ts'
import { startModules, type StartedModules } from './modules.ts'
import { NamespaceAnnouncer } from './namespace.ts'
import { brokerSource, connectionSource, httpSource, sparkplugSource } from './sources.ts'

/** Version of the program, as the API and the commands tell it. */
export const VERSION = '0.1.0'

export interface ServerParts {
  readonly settings: Settings
  /** Held by the caller for as long as the server runs. */
  readonly folder: DataFolder
  readonly log: Log
  /** Routes that only this run has. */
  readonly plugins?: readonly FastifyPluginAsync[]
}

/** The whole program, running. */
export interface RunningServer {
  /** Where the API is, such as `http://127.0.0.1:7420`. */
  readonly url: string
  /** Where the broker listens; undefined when it is off. */
  readonly mqttAddress: string | undefined
  readonly plant: Plant
  /** Stops all parts, the ways in first. Settles within the promised five seconds. */
  stop(): Promise<void>
}

/** Starts the plant, then the applications on it, then the broker, then the API, each on top of the ones before. Rejects, with everything stopped again, when one of them cannot start. */
export async function startServer({ settings, folder, log, plugins = [] }: ServerParts): Promise<RunningServer> {
  const parts = new Lifecycle(log)
  const plant = await startPlant(parts, settings, log)
  const hosts = new HostDirectory()
  const modules = await startModules(parts, settings, { plant, clock: systemClock, log, random: Math.random })
  const broker = settings.mqtt.listen === 'off' ? undefined : await startBroker(parts, settings, plant, log)
  const sink = broker === undefined ? plant.ingest : new AnnouncingSink(plant.ingest, new NamespaceAnnouncer(broker.broker, plant.model), systemClock)
  if (broker?.sparkplug !== undefined) hosts.add('sparkplug', broker.sparkplug.host)
  const connections = await startConnections(parts, settings, { plant, sink, hosts }, log)
  const counters = new HttpIngestCounters()
  const sources = (): SourceStatus[] => [...(broker === undefined ? [] : [brokerSource(broker.broker)]), ...(broker?.sparkplug === undefined ? [] : [sparkplugSource(broker.sparkplug.host)]), httpSource(counters), ...connections()]
  const url = await startApi(parts, settings, plant, { sink, sources, counters, hosts, plugins: [hostRoutes(hosts), ...modules.routes, ...plugins], modules }, log)
  folder.announce(url)
  return { url, mqttAddress: broker?.address, plant, stop: async () => void (await parts.stop()) }
}

async function startPlant(parts: Lifecycle, settings: Settings, log: Log): Promise<Plant> {
  let plant: Plant | undefined
  await parts.start({
    name: 'plant',
    start: async () => {
      plant = await openPlant({ dataDir: settings.data, settings, clock: systemClock, log, random: Math.random })
    },
    stop: () => plant?.close(),
  })
  if (plant === undefined) throw new MillwrightError('STOPPING', 'Millwright was stopped while it started')
  return plant
}

async function startBroker(parts: Lifecycle, settings: Settings, plant: Plant, log: Log): Promise<{ broker: MqttBroker; sparkplug: EmbeddedSparkplug | undefined; address: string }> {
  const { listen, ...limits } = settings.mqtt
  const at = parseListenAddress(listen)
  if (at === undefined) throw new Error(`BUG: "${listen}" passed the check of settings`)
  const store = createSqliteSessionStore({ file: join(settings.data, DATA.mqtt), log: log.child({ part: 'mqtt-sessions' }), random: Math.random })
  const sparkplug = settings.sparkplug.enabled ? sparkplugOn(settings, plant, log) : undefined
  const mw = createMwIntake({ sink: plant.ingest, source: 'mqtt' })
  const broker = createMqttBroker({
    settings: limits,
    intake: sparkplug === undefined ? mw : firstOf([mw, sparkplug.intake]),
    ...(sparkplug !== undefined && { willPayload: (topic: string, payload: Uint8Array) => sparkplug.willPayload(topic, payload) }),
    sink: plant.ingest,
    store,
    clock: systemClock,
    log: log.child({ part: 'mqtt' }),
    random: Math.random,
  })
  let port = at.port
  await parts.start({ name: 'mqtt-sessions', stop: () => store.close() })
  await parts.start({
    name: 'mqtt',
    start: async () => {
      await sparkplug?.load()
      port = await broker.listen(at.host, at.port)
      sparkplug?.start(broker)
    },
    stop: async () => {
      await sparkplug?.stop()
      await broker.close()
    },
  })
  return { broker, sparkplug, address: formatListenAddress({ host: at.host, port }) }
}

function sparkplugOn(settings: Settings, plant: Plant, log: Log): EmbeddedSparkplug {
  return new EmbeddedSparkplug({
    settings: settings.sparkplug,
    sink: plant.ingest,
    clock: systemClock,
    log: log.child({ part: 'sparkplug' }),
    file: join(settings.data, 'sparkplug-online.json'),
    onEvent: (event) => void plant.events.record(event),
  })
}

async function startConnections(parts: Lifecycle, settings: Settings, { plant, sink, hosts }: { readonly plant: Plant; readonly sink: SampleSink; readonly hosts: HostDirectory }, log: Log): Promise<() => SourceStatus[]> {
  const { connections } = settings
  const supervisors = superviseConnections(connections, {
    sink,
    clock: systemClock,
    log: log.child({ part: 'connections' }),
    random: Math.random,
    environment: (name) => process.env[name],
    connectors: connectorsWith({ sparkplug: { hosts, onEvent: (event) => void plant.events.record(event), memoryFile: (name) => join(settings.data, `sparkplug-online-${name}.json`) } }),
    onChange: (name, { kind, ...change }) => void plant.events.record({ kind, path: null, data: { connection: name, ...change } }),
  })
  await parts.start({
    name: 'connections',
    start: () => supervisors.forEach((supervisor) => supervisor.start()),
    stop: async () => void (await Promise.all(supervisors.map((supervisor) => supervisor.stop()))),
  })
  return () => supervisors.map((supervisor) => connectionSource(supervisor, connections[supervisor.name]?.type ?? ''))
}

interface WaysIn {
  readonly sink: SampleSink
  readonly sources: () => readonly SourceStatus[]
  /** Of the way in that is the API's own. */
  readonly counters: HttpIngestCounters
  readonly plugins: readonly FastifyPluginAsync[]
  readonly hosts: HostDirectory
  readonly modules: StartedModules
}

async function startApi(parts: Lifecycle, settings: Settings, plant: Plant, { sink, sources, counters, plugins, hosts, modules }: WaysIn, log: Log): Promise<string> {
  const { listen, ...ingestSettings } = settings.http
  const at = parseListenAddress(listen)
  if (at === undefined) throw new Error(`BUG: "${listen}" passed the check of settings`)
  const temporaryFolder = join(settings.data, 'tmp')
  await rm(temporaryFolder, { recursive: true, force: true })
  await mkdir(temporaryFolder, { recursive: true })
  const metrics = new MetricsRegistry()
  registerHostMetrics(metrics, hosts)
  modules.registerMetrics(metrics)
  const api = createApi({
    model: plant.model,
    live: plant.live,
    history: plant.history,
    inbox: plant.provisioning,
    health: new PlantHealth({ tree: plant.model.tree, live: plant.live, clock: systemClock }),
    events: plant.events,
    documents: plant.registry,
    status: plantStatusOf({ plant, dataDir: settings.data, sources }),
    metrics,
    plugins: [httpIngest({ sink, clock: systemClock, settings: ingestSettings, counters }), maintenanceRoutes(() => ({ plant, dataDir: settings.data, version: VERSION, now: new Date() })), ...plugins],
    settings: settings.api,
    clock: systemClock,
    log: log.child({ part: 'api' }),
    timeZone: settings.timeZone,
    temporaryFolder,
    appFolder: APP_FOLDER,
    version: VERSION,
  })
  let url = ''
  await parts.start({
    name: 'api',
    start: async () => {
      url = await api.listen({ host: at.host, port: at.port })
    },
    stop: () => api.close(),
  })
  return url
}
