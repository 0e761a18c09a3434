import { join } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { ModuleParts } from '../plant/module.ts'
import { registerForecasts } from './api/forecast-routes.ts'
import { registerSoftSensors } from './api/soft-sensor-routes.ts'
import { ComputedSignals } from './computed/computed-signals.ts'
import { SoftSensors } from './computed/soft-sensors.ts'
import { Forecasts } from './forecasts/forecasts.ts'

/** What tells the future and what cannot be measured: forecasts, remaining lives and health, soft sensors. */
export class Predictions {
  readonly forecasts: Forecasts
  readonly computed: ComputedSignals
  readonly softSensors: SoftSensors
  readonly #parts: ModuleParts

  private constructor(parts: ModuleParts, computed: ComputedSignals, softSensors: SoftSensors) {
    const { plant, clock } = parts
    this.#parts = parts
    this.computed = computed
    this.softSensors = softSensors
    this.forecasts = new Forecasts({ history: plant.history, live: plant.live, clock })
  }

  static async start(parts: ModuleParts): Promise<Predictions> {
    const computed = await ComputedSignals.open(parts.plant, parts.log)
    return new Predictions(parts, computed, await SoftSensors.start(parts, join(parts.folder, 'soft-sensors'), computed))
  }

  /** Its part of the API. */
  get routes(): FastifyPluginAsync {
    return async (app) => {
      const typed = app.withTypeProvider<TypeBoxTypeProvider>()
      const { model } = this.#parts.plant
      registerForecasts(typed, { forecasts: this.forecasts, model })
      registerSoftSensors(typed, { sensors: this.softSensors, model })
    }
  }

  async stop(): Promise<void> {
    this.forecasts.close()
    await this.softSensors.stop()
  }
}
