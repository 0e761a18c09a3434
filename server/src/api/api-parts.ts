import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Registry as MetricsRegistry } from 'prom-client'
import type { Historian } from '../historian/historian.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { AssetModel } from '../plant/asset-model.ts'
import type { EventLog } from '../plant/event-log.ts'
import type { LiveValues } from '../plant/live-values.ts'
import type { PlantHealth } from '../plant/plant-health.ts'
import type { Provisioning } from '../plant/provisioning.ts'
import type { Registry } from '../registry/registry.ts'
import type { Gate } from './gate.ts'
import type { AppFiles } from './pages/app-files.ts'
import type { PlantStatus } from './plant-status.ts'
import type { ApiSettings } from './settings.ts'

/** What the API reads of the history. */
export type ApiHistory = Pick<Historian, 'readSamples' | 'readMany' | 'readWaveforms' | 'readPlot' | 'readAggregates' | 'readLast' | 'sql' | 'exportParquet' | 'status'>

/** Signals that machines named and nobody has decided on yet. */
export type ApiInbox = Pick<Provisioning, 'inbox' | 'accept' | 'reject' | 'forget'>

/** All that the API stands on. */
export interface ApiParts {
  readonly model: AssetModel
  readonly live: LiveValues
  readonly history: ApiHistory
  readonly status: PlantStatus
  readonly metrics: MetricsRegistry
  /** Routes of other parts, such as the ways in over HTTP. They share the border, the errors and the OpenAPI document. */
  readonly plugins: readonly FastifyPluginAsync[]
  readonly settings: ApiSettings
  readonly clock: Clock
  readonly log: Log
  /** IANA name of the plant's time zone. */
  readonly timeZone: string
  /** Folder for files that live as long as one answer. */
  readonly temporaryFolder: string
  /** Folder of the built browser app; a plain start page is served where it does not exist. */
  readonly appFolder: string
  readonly inbox: ApiInbox
  readonly health: Pick<PlantHealth, 'read'>
  readonly events: Pick<EventLog, 'latest'>
  /** Where small documents of the API itself are kept, such as annotations. */
  readonly documents: Pick<Registry, 'documents' | 'apply'>
  readonly version: string
}

/** What routes are given besides the parts. */
export interface RouteParts extends ApiParts {
  readonly appFiles: AppFiles
  /** Turns for questions to the history. */
  readonly queries: Gate
  /** Turns for writing big answers. */
  readonly answers: Gate
  /** Turns for SQL and exports. */
  readonly expensive: Gate
}

/** The server that routes register on: its schemas type its handlers. */
export type ApiServer = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>
