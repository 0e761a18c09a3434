import type { Uint64 } from '@millwright/model/sparkplug/payload.ts'
import { PayloadFlaw, type Metric, type Payload } from '@millwright/model/sparkplug/payload.ts'
import type { Refusals } from '../../payload/refusals.ts'
import { isCompound, kindOfLeaf, leavesOf, type Leaf } from './leaves.ts'
import { metricPlace, type MetricPlace, type PlaceRules } from './metric-place.ts'
import { hintsOf } from './metric-properties.ts'
import { MetricTable, NO_ROW, type TableRow } from './metric-table.ts'

/** What a birth declares, with the leaf of each row that has a value. */
export interface Birth {
  readonly table: MetricTable
  /** Element `i` belongs to row `i`; undefined for a compound metric itself. */
  readonly leaves: readonly (Leaf | undefined)[]
}

export interface BirthParts {
  readonly refusals: Refusals
  readonly rules: PlaceRules
  readonly maxMetrics: number
}

/** Metrics that are no signals: the session's number, and what hosts write to. */
export function isControlName(name: string): boolean {
  return name === 'bdSeq' || name.startsWith('Node Control/') || name.startsWith('Device Control/')
}

/** The birth and death number of a payload; undefined when it has none that can be one. */
export function bdSeqOf(payload: Payload): number | undefined {
  const value = payload.metrics.find(({ name }) => name === 'bdSeq')?.value
  return (value?.field === 'long' || value?.field === 'int') && Number(value.value) < 256 ? Number(value.value) : undefined
}

/** Makes the table of a birth. What cannot be a signal is told and left out. Throws `PayloadFlaw` for a birth that is too large. */
export function readBirth(payload: Payload, assetPath: string, { refusals, rules, maxMetrics }: BirthParts): Birth {
  const found = payload.metrics.flatMap((metric) => leavesOfMetric(metric, refusals))
  if (found.length > maxMetrics) throw new PayloadFlaw(`the birth has ${found.length} metrics; at most ${maxMetrics} are taken (sparkplug.maxMetricsPerBirth)`)
  const places = found.map(({ leaf }) => (leaf === undefined ? undefined : metricPlace(assetPath, leaf.names, rules)))
  const folders = foldersOf(places)
  const used = new Set<string>()
  const rows: TableRow[] = []
  const leaves: (Leaf | undefined)[] = []
  for (const [index, { metric, isTop, leaf }] of found.entries()) {
    const where = `${assetPath}/${(metric.name ?? '').slice(0, 200)}`
    const place = movedPlace(places[index], folders)
    const kind = leaf === undefined ? { kind: 'text' as const } : kindOfLeaf(leaf)
    const problem = typeof place === 'string' ? place : 'problem' in kind ? kind.problem : isUsed(place, used) ? 'another metric of this birth has the same place' : undefined
    if (problem !== undefined || typeof place === 'string' || 'problem' in kind) {
      refusals.add({ where, refusal: { code: typeof place === 'string' ? 'NAME_INVALID' : 'PAYLOAD_INVALID', message: `metric "${(metric.name ?? '').slice(0, 100)}": ${problem}` }, count: 1 })
      continue
    }
    const key: { name?: string; alias?: Uint64 } = isTop ? { ...(metric.name === undefined ? {} : { name: metric.name }), ...(metric.alias === undefined ? {} : { alias: metric.alias }) } : {}
    rows.push({ ...key, datatype: leaf?.datatype ?? metric.datatype ?? 0, place, kind: kind.kind, hints: isTop ? hintsOf(metric) : {}, ...('rateHz' in kind && kind.rateHz !== undefined ? { rateHz: kind.rateHz } : {}) })
    leaves.push(leaf)
  }
  return { table: new MetricTable(rows), leaves }
}

interface Found {
  readonly metric: Metric
  /** Whether the row is the metric itself, known by its name and alias. */
  readonly isTop: boolean
  readonly leaf: Leaf | undefined
}

function leavesOfMetric(metric: Metric, refusals: Refusals): Found[] {
  const { name, datatype = 0, value } = metric
  if (name === undefined || name === '') {
    refusals.add({ where: '', refusal: { code: 'PAYLOAD_INVALID', message: 'a metric of a birth has no name' }, count: 1 })
    return []
  }
  if (isControlName(name)) return []
  if (!isCompound(datatype) && value?.field !== 'template' && value?.field !== 'dataSet') {
    const [leaf] = leavesOf(metric, name)
    return [{ metric, isTop: true, leaf }]
  }
  try {
    return [{ metric, isTop: true, leaf: undefined }, ...leavesOf(metric, name).map((leaf): Found => ({ metric, isTop: false, leaf }))]
  } catch (thrown) {
    if (!(thrown instanceof PayloadFlaw)) throw thrown
    refusals.add({ where: name.slice(0, 200), refusal: { code: 'PAYLOAD_INVALID', message: thrown.message }, count: 1 })
    return []
  }
}

/** All paths that are assets because metrics lie in them. */
function foldersOf(places: readonly (MetricPlace | string | undefined)[]): Set<string> {
  const folders = new Set<string>()
  for (const place of places) {
    if (place === undefined || typeof place === 'string') continue
    for (let path = place.assetPath; path !== '' && !folders.has(path); path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) folders.add(path)
  }
  return folders
}

/** A metric that is a folder too (`Motor` beside `Motor/Speed`) goes into its folder: no path is both asset and signal. */
function movedPlace(place: MetricPlace | string | undefined, folders: ReadonlySet<string>): MetricPlace | string | undefined {
  if (place === undefined || typeof place === 'string') return place
  const path = `${place.assetPath}/${place.signal}`
  return folders.has(path) ? { assetPath: path, signal: place.signal } : place
}

function isUsed(place: MetricPlace | undefined, used: Set<string>): boolean {
  if (place === undefined) return false
  const path = `${place.assetPath}/${place.signal}`
  if (used.has(path)) return true
  used.add(path)
  return false
}

/** The row of a leaf by its place, moved into its folder or not. */
export function rowOfLeaf(table: MetricTable, assetPath: string, leaf: Leaf, rules: PlaceRules): number {
  const place = metricPlace(assetPath, leaf.names, rules)
  if (typeof place === 'string') return NO_ROW
  const row = table.byPlace(place)
  return row === NO_ROW ? table.byPlace({ assetPath: `${place.assetPath}/${place.signal}`, signal: place.signal }) : row
}
