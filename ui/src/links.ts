import { encodePath } from './api/client.ts'

/** Lists of models by what becomes of them. */
export const MODEL_LISTS = ['inService', 'candidates', 'all', 'past', 'retraining', 'experiment'] as const
export type ModelList = (typeof MODEL_LISTS)[number]

const isoTime = (timeMs: number) => new Date(Math.round(timeMs)).toISOString()

/** Where things are in the app. Names of paths are encoded. */
export const links = {
  overview: (path = '') => (path === '' ? '/' : `/overview/${encodePath(path)}`),
  plant: (path = '') => (path === '' ? '/plant' : `/plant/${encodePath(path)}`),
  /** The trend of signals; the Trend room reads `signals`, one parameter each, and a range with a mark in it, ms since the epoch. */
  trend: (signals: readonly string[], range?: { readonly fromMs: number; readonly toMs: number; readonly markMs: number }, expected?: 'apart' | 'level') => {
    const band = expected === undefined ? [] : [['expected', expected]]
    const times = range === undefined ? [] : [['from', isoTime(range.fromMs)], ['to', isoTime(range.toMs)], ['a', isoTime(range.markMs)]]
    return `/trend?${new URLSearchParams([...signals.map((path) => ['signals', path]), ...times, ...band]).toString()}`
  },
  attention: (tab: 'attention' | 'all' | 'quieted' | 'watched' = 'attention') => (tab === 'attention' ? '/attention' : `/attention/${tab}`),
  /** What watches a machine, and why. */
  watched: (path: string) => `/attention/watched/${encodePath(path)}`,
  /** AI models: the list, those of one asset, one model, or the bench where candidates are made. */
  models: (stage: ModelList = 'inService') => (stage === 'inService' ? '/models' : `/models/${stage}`),
  modelsOf: (path: string) => `/models/asset/${encodePath(path)}`,
  aiModel: (id: string) => `/models/one/${encodeURIComponent(id)}`,
  experiment: (path = '') => `/models/experiment${path === '' ? '' : `?${new URLSearchParams({ asset: path }).toString()}`}`,
  /** Not `/health`: that address is InfluxDB's, which its clients ask. */
  health: () => '/machine-health',
  healthOf: (path: string) => `/machine-health/asset/${encodePath(path)}`,
  lifeModels: () => '/machine-health/life-models',
  newLifeModel: () => '/machine-health/life-models/new',
  softSensors: () => '/soft-sensors',
  newSoftSensor: (target = '') => `/soft-sensors/new${target === '' ? '' : `?${new URLSearchParams({ target }).toString()}`}`,
  softSensor: (id: string) => `/soft-sensors/one/${encodeURIComponent(id)}`,
  arena: () => '/arena',
  simulator: () => '/simulator',
  /** The examination of recordings: the form, filled with a machine and a time where they are known, or one that was made. */
  examine: (of?: { readonly asset: string; readonly fromMs?: number; readonly toMs?: number }) => {
    if (of === undefined) return '/examine'
    const times = of.fromMs === undefined || of.toMs === undefined ? {} : { from: String(Math.round(of.fromMs)), to: String(Math.round(of.toMs)) }
    return `/examine?${new URLSearchParams({ asset: of.asset, ...times }).toString()}`
  },
  examination: (id: string) => `/examine/one/${encodeURIComponent(id)}`,
  anomaly: (id: string) => `/attention/anomaly/${encodeURIComponent(id)}`,
  model: (tab: 'assets' | 'signals' | 'exchange' | 'inbox' = 'assets', under = '') => `/model/${tab}${under === '' ? '' : `?${new URLSearchParams({ under }).toString()}`}`,
} as const
