import { Type } from 'typebox'
import type { AssetId } from '@millwright/model/asset.ts'
import { lastName } from '@millwright/model/path.ts'
import { SIGNAL_STATES, STALE_AFTER_SECONDS, type SignalState } from '@millwright/model/signal-state.ts'
import { usToMs } from '@millwright/model/time.ts'
import { summarySchema, type WireSummary, type WireSummaryNode } from '@millwright/model/wire/summary.ts'
import type { HealthTable, Remarkable } from '../plant/plant-health.ts'
import type { ApiServer, RouteParts } from './api-parts.ts'
import { assetAt } from './plant-names.ts'
import { answers } from './route-schema.ts'
import { wireValue } from './samples/sample-json.ts'

/** Children, and children of each child, that one answer shows. */
const MAX_CHILDREN = 200
const MAX_GRANDCHILDREN = 48
/** Of more children than this the answer says how each is, not what lies below: nobody takes in more tiles at a glance. */
const MAX_UNFOLDED = 25
/** With so many grandchildren a page says enough. */
const ENOUGH_TILES = 6
/** Children that are looked at for the worst; beyond it the first ones by name. */
const MAX_RANKED = 20_000

const parameters = Type.Object(
  { under: Type.Optional(Type.String({ maxLength: 1_000, description: 'The asset; without it the whole plant, or its only root', examples: ['acme/tianjin'] })) },
  { additionalProperties: false },
)

type States = WireSummaryNode['signals']
interface Child {
  readonly id: AssetId
  readonly path: string
  readonly childCount: number
  readonly signalCount: number
}

/** How the plant is at a glance: what is abnormal, stale or silent, asset by asset. */
export function registerSummary(app: ApiServer, parts: RouteParts): void {
  const { model, health } = parts
  app.get(
    '/api/v1/summary',
    {
      schema: {
        tags: ['status'],
        operationId: 'getSummary',
        summary: 'How an asset and all below it are, at a glance',
        description: `Counts signals and assets by state. A signal is stale when nothing of its asset came for ${STALE_AFTER_SECONDS} seconds. The count is at most a second old; more in very large plants. Of more than ${MAX_UNFOLDED} children, theirs are left out.`,
        querystring: parameters,
        response: answers({ 200: summarySchema }, ['NAME_INVALID', 'NOT_FOUND']),
      },
    },
    async ({ query: { under } }): Promise<WireSummary> => {
      if (under !== undefined) assetAt(model, under)
      const table = await health.read()
      const path = under ?? onlyRoot(parts)
      const { shown, more } = unfold(parts, chooseChildren(parts, table, path, MAX_CHILDREN), table)
      return {
        time: usToMs(table.timeUs),
        staleAfterSeconds: STALE_AFTER_SECONDS,
        node: nodeOf(parts, table, path),
        children: shown.map((child) => {
          if (shown.length > MAX_UNFOLDED) return { ...nodeOf(parts, table, child.path, child), children: [], more: child.childCount }
          const below = chooseChildren(parts, table, child.path, MAX_GRANDCHILDREN)
          return { ...nodeOf(parts, table, child.path, child), children: below.shown.map((one) => nodeOf(parts, table, one.path, one)), more: below.more }
        }),
        more,
      }
    },
  )
}

/** A plant of one enterprise begins at it: a page with a single tile says nothing. */
function onlyRoot({ model }: RouteParts): string {
  const roots = model.listAssets({ direct: true, limit: 2 }).items
  const [root] = roots
  return roots.length === 1 && root !== undefined && root.childCount > 0 ? root.path : ''
}

interface Choice {
  readonly shown: readonly Child[]
  readonly more: number
}

/** Where the children have few children, and all of those have some, their floor is left out: a page of two tiles says too little. */
function unfold(parts: RouteParts, choice: Choice, table: HealthTable): Choice {
  if (choice.more > 0 || choice.shown.length === 0 || choice.shown.some(({ childCount }) => childCount === 0)) return choice
  if (choice.shown.reduce((sum, { childCount }) => sum + childCount, 0) >= ENOUGH_TILES) return choice
  const below = choice.shown.flatMap(({ path }) => chooseChildren(parts, table, path, MAX_CHILDREN).shown)
  return below.every(({ childCount }) => childCount > 0) ? unfold(parts, { shown: below, more: 0 }, table) : choice
}

/** The children by name; of too many, those in the worst state. */
function chooseChildren({ model }: RouteParts, table: HealthTable, path: string, limit: number): Choice {
  const under = path === '' ? {} : { under: path }
  const first = model.listAssets({ ...under, direct: true, limit: limit + 1 }).items
  if (first.length <= limit) return { shown: first, more: 0 }
  const all = model.listAssets({ ...under, direct: true, limit: MAX_RANKED }).items
  const ranked = all.map((child, place) => ({ child, place, rank: worstPlace(table.signals(child.id)) })).sort((a, b) => a.rank - b.rank || a.place - b.place)
  const shown = ranked.slice(0, limit).sort((a, b) => a.place - b.place).map(({ child }) => child)
  const total = path === '' ? all.length : (childrenOf(model.asset(path)?.path, model) ?? all.length)
  return { shown, more: Math.max(all.length, total) - shown.length }
}

function childrenOf(path: string | undefined, model: RouteParts['model']): number | undefined {
  if (path === undefined) return undefined
  return model.listAssets({ under: path, direct: true, limit: 1 }).total
}

function worstPlace(counts: readonly number[]): number {
  const place = counts.findIndex((count) => count > 0)
  return place < 0 ? SIGNAL_STATES.length : place
}

function nodeOf(parts: RouteParts, table: HealthTable, path: string, counts?: Child): WireSummaryNode {
  const { model } = parts
  const asset = path === '' ? undefined : model.asset(path)
  const id = asset?.id ?? 0
  const newestUs = table.newestUs(id)
  return {
    path,
    name: path === '' ? '' : lastName(path),
    ...(asset?.level !== undefined && { level: asset.level }),
    ...(asset?.type !== undefined && { type: asset.type }),
    ...(asset?.description !== undefined && { description: asset.description }),
    childCount: counts?.childCount ?? model.listAssets({ ...(path !== '' && { under: path }), direct: true, limit: 1 }).total ?? 0,
    signalCount: counts?.signalCount ?? (path === '' ? 0 : model.signalsOf(id).length),
    signals: statesOf(table.signals(id)),
    assets: statesOf(table.assets(id)),
    newest: newestUs < 0 ? null : usToMs(newestUs),
    worst: table.worst(id).flatMap((one) => abnormalSignal(parts, one)),
  }
}

function statesOf(counts: readonly number[]): States {
  const [bad = 0, outside = 0, uncertain = 0, stale = 0, silent = 0, normal = 0] = counts
  return { bad, outside, uncertain, stale, silent, normal }
}

function abnormalSignal({ model, live }: RouteParts, { series, state }: Remarkable): WireSummaryNode['worst'] {
  const signal = model.signalBySeries(series)
  const path = model.signalPath(series)
  const last = live.get(series)
  const name: SignalState | undefined = SIGNAL_STATES[state]
  if (signal === undefined || path === undefined || last === undefined || name === undefined) return []
  const { kind, unit, low, high } = signal
  return [
    {
      path,
      state: name,
      value: wireValue(kind, last.value),
      ...(unit !== undefined && { unit }),
      ...(low !== undefined && { low }),
      ...(high !== undefined && { high }),
      time: usToMs(last.timeUs),
    },
  ]
}
