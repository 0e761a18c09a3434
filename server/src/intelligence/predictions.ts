import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { MillwrightError } from '../kernel/error.ts'
import type { ModuleParts } from '../plant/module.ts'
import { registerForecasts } from './api/forecast-routes.ts'
import { registerHealth } from './api/health-routes.ts'
import { registerSoftSensors } from './api/soft-sensor-routes.ts'
import { ComputedSignals } from './computed/computed-signals.ts'
import { SoftSensors } from './computed/soft-sensors.ts'
import type { LabelStore } from './feedback/label-store.ts'
import { Forecasts } from './forecasts/forecasts.ts'
import { Health } from './health/health.ts'
import { LifeModels } from './health/life-models.ts'
import type { StreamStatus } from './runtime/stream-messages.ts'

/** What tells the future and what cannot be measured: forecasts, remaining lives and health, soft sensors. */
export class Predictions {
  readonly forecasts: Forecasts
  readonly computed: ComputedSignals
  readonly softSensors: SoftSensors
  readonly lives: LifeModels
  readonly health: Health
  readonly #parts: ModuleParts
  /** What the stream makes of the assets; until it is told, nothing is known. */
  #status: () => Promise<StreamStatus> = () => Promise.reject(new MillwrightError('STOPPING', 'the stream is not watched yet'))

  private constructor(parts: ModuleParts, { computed, softSensors, lives, healthSignals }: { readonly healthSignals: boolean; readonly computed: ComputedSignals; readonly softSensors: SoftSensors; readonly lives: LifeModels }) {
    const { plant, clock } = parts
    this.lives = lives
    this.health = new Health({ ...parts, computed, lives, healthSignals, status: () => this.#status() })
    this.#parts = parts
    this.computed = computed
    this.softSensors = softSensors
    this.forecasts = new Forecasts({ history: plant.history, live: plant.live, clock })
  }

  static async start(parts: ModuleParts, { labels, healthSignals }: { readonly labels: LabelStore; readonly healthSignals: boolean }): Promise<Predictions> {
    const computed = await ComputedSignals.open(parts.plant, parts.log)
    const softSensors = await SoftSensors.start(parts, join(parts.folder, 'soft-sensors'), computed)
    return new Predictions(parts, { healthSignals, computed, softSensors, lives: await LifeModels.start({ ...parts, labels }, join(parts.folder, 'life-models')) })
  }

  /** From now on health follows the stream. */
  follow(status: () => Promise<StreamStatus>): void {
    this.#status = status
    this.health.start()
  }

  /** Its part of the API. */
  get routes(): FastifyPluginAsync {
    return async (app) => {
      const typed = app.withTypeProvider<TypeBoxTypeProvider>()
      const { model } = this.#parts.plant
      registerForecasts(typed, { forecasts: this.forecasts, model })
      registerHealth(typed, { health: this.health, lives: this.lives, plant: this.#parts.plant, clock: this.#parts.clock })
      registerSoftSensors(typed, { sensors: this.softSensors, model })
    }
  }

  async stop(): Promise<void> {
    this.forecasts.close()
    await this.health.stop()
    await this.lives.stop()
    await this.softSensors.stop()
  }
}
