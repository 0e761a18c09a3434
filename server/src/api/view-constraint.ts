import type { AssetModel } from '../plant/asset-model.ts'

/** What can be asked of a signal below its path. */
export const VIEWS = ['samples', 'last'] as const
export type View = (typeof VIEWS)[number]

const PREFIX = '/api/v1/signals/'

/**
 * Which view of a signal an address asks for: that of its last name, so that `…/signals/<path>/samples` is the samples of `<path>`.
 * `record` is the signal's own record. A signal that is itself called `samples` or `last` is meant where there is one and the path before it is no signal.
 */
export function viewOf(url: string, model: Pick<AssetModel, 'signal'>): View | 'record' {
  if (!url.startsWith(PREFIX)) return 'record'
  const query = url.indexOf('?')
  const path = url.slice(PREFIX.length, query < 0 ? url.length : query)
  const view = VIEWS.find((name) => path.endsWith(`/${name}`))
  if (view === undefined) return 'record'
  const before = decoded(path.slice(0, -view.length - 1))
  const isSignalItself = model.signal(before) === undefined && model.signal(`${before}/${view}`) !== undefined
  return isSignalItself ? 'record' : view
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // The router answers such an address itself.
    return path
  }
}
