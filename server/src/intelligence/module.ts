import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FastifyPluginAsync } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { ModuleParts, PlantModule, RunningModule } from '../plant/module.ts'
import { registerAnomalies } from './api/anomaly-routes.ts'
import { registerArena } from './api/arena-routes.ts'
import { registerDataSets } from './api/data-set-routes.ts'
import { registerDrift } from './api/drift-routes.ts'
import { registerExpected } from './api/expected-routes.ts'
import { registerExaminations } from './api/examination-routes.ts'
import { registerLabels } from './api/label-routes.ts'
import { registerLineage } from './api/lineage-routes.ts'
import { registerModels } from './api/model-routes.ts'
import { registerOnnx } from './api/onnx-routes.ts'
import { registerRetraining } from './api/retraining-routes.ts'
import { registerStatus } from './api/status-routes.ts'
import { registerVibration } from './api/vibration-routes.ts'
import { ArenaRuns } from './arena/arena-runs.ts'
import { contests } from './arena/arena.ts'
import { PlantContests } from './arena/plant-contest.ts'
import { RECORDED_DATA } from './arena/recorded-data.ts'
import { Examinations } from './examinations/examinations.ts'
import { Intelligence } from './intelligence.ts'
import { intelligenceSettings, type IntelligenceSettings } from './settings.ts'
import { VIBRATION_CONSUMER } from './vibration/vibration.ts'

/** Intelligence: sees trouble first, says why, and gets better because people use it. `plants` is the script that brings the simulated plant to the arena: the command line knows it. */
export const intelligenceModule = {
  name: 'intelligence',
  settings: intelligenceSettings,
  async start(parts: ModuleParts, settings: IntelligenceSettings, { plants }: { readonly plants?: string } = {}): Promise<RunningModule> {
    if (!settings.enabled) {
      parts.plant.follow('intelligence').forget()
      parts.plant.follow('models').forget()
      parts.plant.follow(VIBRATION_CONSUMER).forget()
      return { routes: [], stop: async () => undefined }
    }
    await mkdir(parts.folder, { recursive: true })
    const intelligence = await Intelligence.start(parts, settings)
    const { dataSets, models, brought } = intelligence
    const { alarmsPerWeek, trainMegabytes, onnxMegabytes, onnxProviders, arenaFolder } = settings
    const { labels, feedback } = intelligence
    const examinations = await Examinations.open({ documents: parts.plant.registry, history: parts.plant.history, plant: parts.plant.model, labels, feedback, clock: parts.clock, log: parts.log })
    const arena = await ArenaRuns.open({
      folder: join(parts.folder, 'arena'), recorded: arenaFolder === '' ? RECORDED_DATA : resolve(arenaFolder), contests, clock: parts.clock, log: parts.log, ...(plants !== undefined && { plants }),
      plant: new PlantContests({ dataSets, history: parts.plant.history, plant: parts.plant.model, alarmsPerWeek, trainMegabytes, onnxMegabytes, onnxProviders }),
      shelf: { files: brought.files, models }, onnx: { maxMegabytes: onnxMegabytes, providers: onnxProviders },
    })
    return {
      routes: [intelligenceRoutes(intelligence), arenaRoutes(arena), examinationRoutes(intelligence, examinations)],
      stop: async () => {
        await Promise.all([arena.stop(), examinations.stop()])
        await intelligence.stop()
      },
    }
  },
} satisfies PlantModule<IntelligenceSettings>

/** Its part of the API. */
export function intelligenceRoutes(intelligence: Intelligence): FastifyPluginAsync {
  return async (app) => {
    const typed = app.withTypeProvider<TypeBoxTypeProvider>()
    registerAnomalies(typed, intelligence)
    registerLabels(typed, intelligence)
    registerModels(typed, intelligence)
    registerStatus(typed, intelligence)
    registerOnnx(typed, intelligence)
    registerDrift(typed, intelligence)
    registerLineage(typed, intelligence)
    registerRetraining(typed, intelligence)
    registerExpected(typed, { bands: intelligence.expected, assetAt: (path) => intelligence.assetAt(path) })
    registerDataSets(typed, intelligence)
    registerVibration(typed, { vibration: intelligence.vibration, plant: intelligence.parts.plant })
    await app.register(intelligence.predictions.routes)
  }
}

/** The part of the API that examines recordings. */
export function examinationRoutes(intelligence: Intelligence, examinations: Examinations): FastifyPluginAsync {
  return async (app) => registerExaminations(app.withTypeProvider<TypeBoxTypeProvider>(), intelligence, examinations)
}

/** The arena's part of the API. */
export function arenaRoutes(arena: ArenaRuns): FastifyPluginAsync {
  return async (app) => registerArena(app.withTypeProvider<TypeBoxTypeProvider>(), arena)
}
