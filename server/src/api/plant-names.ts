import type { Asset } from '@millwright/model/asset.ts'
import { lastName, parentPath, pathProblem } from '@millwright/model/path.ts'
import type { Signal } from '@millwright/model/signal.ts'
import type { WireAsset } from '@millwright/model/wire/asset.ts'
import type { WireSignal } from '@millwright/model/wire/signal.ts'
import { didYouMean } from '../config/nearest-name.ts'
import type { AssetModel } from '../plant/asset-model.ts'
import { RequestProblem, parameterProblem } from './problem.ts'

/** Most neighbours that are looked at for a name that was perhaps meant. */
const MAX_NEIGHBOURS = 2_000

/** Refuses a path that can be none. */
export function checkPath(path: string, parameter = 'path'): string {
  const problem = pathProblem(path)
  if (problem !== undefined) throw parameterProblem('NAME_INVALID', parameter, problem)
  return path
}

/** The asset at a path, or NOT_FOUND with the nearest name beside it. */
export function assetAt(model: AssetModel, path: string): Asset {
  const asset = model.asset(checkPath(path))
  if (asset !== undefined) return asset
  const parent = parentPath(path)
  const neighbours = model.listAssets({ ...(parent !== undefined && { under: parent }), direct: true, limit: MAX_NEIGHBOURS }).items
  const near = didYouMean(lastName(path), neighbours.map((asset) => lastName(asset.path)))
  throw new RequestProblem('NOT_FOUND', `there is no asset "${path}"${near}`, [{ parameter: 'path', detail: `there is no such asset${near}` }])
}

/** A signal with its path. */
export interface PlacedSignal {
  readonly path: string
  readonly signal: Signal
}

/** The signal at a path, or SIGNAL_UNKNOWN with the nearest name beside it. */
export function signalAt(model: AssetModel, path: string, where: { readonly parameter: string } | { readonly pointer: string } = { parameter: 'path' }): PlacedSignal {
  const problem = pathProblem(path)
  if (problem !== undefined) throw new RequestProblem('NAME_INVALID', `"${path.slice(0, 200)}": ${problem}`, [{ ...where, detail: problem }])
  const signal = model.signal(path)
  if (signal !== undefined) return { path, signal }
  const near = nearSignal(model, path)
  throw new RequestProblem('SIGNAL_UNKNOWN', `there is no signal "${path}"${near}`, [{ ...where, detail: `there is no such signal${near}` }])
}

function nearSignal(model: AssetModel, path: string): string {
  const asset = model.asset(parentPath(path) ?? '')
  if (asset === undefined) return ''
  const neighbours = model.signalsOf(asset.id).slice(0, MAX_NEIGHBOURS)
  return didYouMean(lastName(path), neighbours.map(({ name }) => name))
}

/** An asset in its wire form. */
export function wireAsset(asset: Asset & { readonly childCount?: number; readonly signalCount?: number }): WireAsset {
  const { id, path, level, type, description, properties, childCount, signalCount } = asset
  return {
    id,
    path,
    name: lastName(path),
    ...(level !== undefined && { level }),
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
    properties: { ...properties },
    ...(childCount !== undefined && { childCount }),
    ...(signalCount !== undefined && { signalCount }),
  }
}

/** A signal in its wire form. */
export function wireSignal({ path, signal }: PlacedSignal): WireSignal {
  const { series, name, kind, unit, low, high, description, deadband, retentionDays } = signal
  return {
    series,
    path,
    name,
    kind,
    ...(unit !== undefined && { unit }),
    ...(low !== undefined && { low }),
    ...(high !== undefined && { high }),
    ...(description !== undefined && { description }),
    ...(deadband !== undefined && { deadband }),
    ...(retentionDays !== undefined && { retentionDays }),
  }
}
