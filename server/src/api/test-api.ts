import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Registry } from 'prom-client'
import { Value } from 'typebox/value'
import { Status } from '@millwright/model/quality.ts'
import { historianSettings } from '../historian/settings.ts'
import { journalSettings } from '../journal/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import { silentLog } from '../kernel/log.ts'
import { openPlant } from '../plant/open-plant.ts'
import { PlantHealth } from '../plant/plant-health.ts'
import type { Plant } from '../plant/plant.ts'
import { plantSettings } from '../plant/plant-settings.ts'
import { provisioningSettings } from '../plant/provisioning-settings.ts'
import type { ApiParts } from './api-parts.ts'
import { createApi } from './create-api.ts'
import { plantStatusOf } from './plant-status-of.ts'
import { apiSettings, type ApiSettings } from './settings.ts'

/** 2026-01-01T00:00:00Z, when the tests' plant lives. */
export const NOW_US = Date.UTC(2026, 0, 1) * 1_000

export type TestValue = number | boolean | string | null | Float32Array

/** An API on a real plant in a folder of its own, with a clock that stands still. For tests. */
export interface TestApi {
  readonly app: FastifyInstance
  readonly plant: Plant
  /** Its data folder. */
  readonly folder: string
  /** Sends samples in as a connector would; times in seconds before {@link NOW_US}. */
  write(assetPath: string, signal: string, samples: readonly (readonly [secondsAgo: number, value: TestValue, status?: number])[]): Promise<void>
  close(): Promise<void>
}

export interface TestOptions {
  readonly settings?: Partial<ApiSettings>
  readonly plugins?: readonly FastifyPluginAsync[]
  /** Starts applications on the plant; answers their routes. Who starts them stops them. */
  readonly modules?: (plant: Plant, folder: string) => Promise<readonly FastifyPluginAsync[]>
  readonly policy?: 'auto' | 'review'
  readonly timeZone?: string
  readonly appFolder?: string
  readonly parts?: Partial<ApiParts>
  /** Hears of every route. */
  readonly watchRoutes?: (route: { readonly method: string; readonly url: string; readonly hide: boolean; readonly view: string | undefined }) => void
}

/** Rate of the waveforms that a test writes. */
export const WAVEFORM_RATE_HZ = 25_600

/** Opens plant and API; close it in the end. */
export async function openTestApi(options: TestOptions = {}): Promise<TestApi> {
  const dataDir = await mkdtemp(join(tmpdir(), 'millwright-api-'))
  const clock: Clock = { nowUs: () => NOW_US, monotonicMs: () => performance.now() }
  const provisioning = { ...Value.Create(provisioningSettings), policy: options.policy ?? 'auto' }
  const plant = await openPlant({
    dataDir,
    settings: { plant: Value.Create(plantSettings), provisioning, journal: Value.Create(journalSettings), historian: Value.Create(historianSettings), log: { level: 'silent' } },
    clock,
    log: silentLog,
    random: () => 0.5,
  })
  const app = createApi({
    model: plant.model,
    live: plant.live,
    history: plant.history,
    inbox: plant.provisioning,
    health: new PlantHealth({ tree: plant.model.tree, live: plant.live, clock }),
    events: plant.events,
    documents: plant.registry,
    status: plantStatusOf({ plant, dataDir, sources: () => [] }),
    metrics: new Registry(),
    plugins: [...(options.plugins ?? []), ...((await options.modules?.(plant, dataDir)) ?? [])],
    settings: { ...Value.Create(apiSettings), ...options.settings },
    clock,
    log: silentLog,
    timeZone: options.timeZone ?? 'Asia/Shanghai',
    temporaryFolder: dataDir,
    appFolder: options.appFolder ?? join(dataDir, 'no-app'),
    version: '0.0.0-test',
    ...options.parts,
  })
  const { watchRoutes } = options
  if (watchRoutes !== undefined) {
    app.addHook('onRoute', ({ method, url, schema, constraints }) => {
      const view = constraints !== undefined && 'view' in constraints ? String(constraints.view) : undefined
      for (const name of [method].flat()) watchRoutes({ method: name, url, hide: schema?.hide === true, view })
    })
  }
  await app.ready()
  return {
    app,
    plant,
    folder: dataDir,
    write: (assetPath, signal, samples) => write(plant, assetPath, signal, samples),
    async close() {
      await app.close()
      await plant.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function write(plant: Plant, assetPath: string, signal: string, samples: Parameters<TestApi['write']>[2]): Promise<void> {
  const first = samples.find(([, value]) => value !== null)?.[1] ?? 0
  const kind = first instanceof Float32Array ? 'waveform' : typeof first === 'boolean' ? 'boolean' : typeof first === 'string' ? 'text' : 'number'
  const resolved = plant.ingest.resolve(assetPath, signal, kind)
  if ('refusal' in resolved) throw new Error(resolved.refusal.message)
  for (const [secondsAgo, value, status = Status.good] of samples) {
    const timeUs = NOW_US - secondsAgo * 1_000_000
    if (value instanceof Float32Array) plant.ingest.open.addWaveform(resolved.series, timeUs, WAVEFORM_RATE_HZ, value, status)
    else if (kind === 'text') plant.ingest.open.addText(resolved.series, timeUs, value === null ? null : String(value), status)
    else plant.ingest.open.addNumber(resolved.series, timeUs, value === null ? Number.NaN : Number(value), status)
  }
  const outcome = await plant.ingest.commit()
  if (outcome.status !== 'stored') throw new Error(outcome.reason)
}
