import type { FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'
import type { TObject } from 'typebox'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Plant } from './plant.ts'

/** What a module stands on. */
export interface ModuleParts {
  readonly plant: Plant
  /** A folder of the module's own below the data folder; it makes it. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
}

/** A module at work. */
export interface RunningModule {
  /** Its part of the API; registered while the API is made. */
  readonly routes: readonly FastifyPluginAsync[]
  /** Adds its numbers to those of `/metrics`. */
  registerMetrics?(register: Registry): void
  /** Stops before the plant does, and within three seconds. */
  stop(): Promise<void>
}

/**
 * An application on the plant: one folder that exports one value, and one line in `cli/server/modules.ts`. It subscribes to the journal
 * ({@link Plant.follow}), to events and to the model by itself; it keeps documents in the registry and files in its folder.
 */
export interface PlantModule<S = never> {
  readonly name: string
  /** Its section of the settings. */
  readonly settings: TObject
  start(parts: ModuleParts, settings: S): Promise<RunningModule>
}
