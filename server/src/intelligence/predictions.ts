import type { FastifyPluginAsync } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { ModuleParts } from '../plant/module.ts'
import { registerForecasts } from './api/forecast-routes.ts'
import { Forecasts } from './forecasts/forecasts.ts'

/** What tells the future and what cannot be measured: forecasts, remaining lives and health, soft sensors. */
export class Predictions {
  readonly forecasts: Forecasts
  readonly #parts: ModuleParts

  private constructor(parts: ModuleParts) {
    const { plant, clock } = parts
    this.#parts = parts
    this.forecasts = new Forecasts({ history: plant.history, live: plant.live, clock })
  }

  static async start(parts: ModuleParts): Promise<Predictions> {
    return new Predictions(parts)
  }

  /** Its part of the API. */
  get routes(): FastifyPluginAsync {
    return async (app) => {
      const typed = app.withTypeProvider<TypeBoxTypeProvider>()
      const { model } = this.#parts.plant
      registerForecasts(typed, { forecasts: this.forecasts, model })
    }
  }

  async stop(): Promise<void> {
    this.forecasts.close()
  }
}
