import type { CatalogueAsset, CatalogueSignal } from '../../historian/historian.ts'
import type { AssetModel } from '../asset-model.ts'
import type { History } from './history-client.ts'

const PAGE = 50_000

/**
 * History that knows the plant's names: before a call that shows names (SQL, export) it hands the historian the current catalogue, if that has
 * changed since the last time.
 */
export function catalogued(history: History, model: AssetModel): History {
  let sentRevision = -1
  let sending: Promise<void> | undefined

  async function send(): Promise<void> {
    const revision = model.revision
    await history.setCatalogue(await allAssets(model), await allSignals(model))
    sentRevision = revision
  }

  /** Callers at the same time share one sending. */
  async function ensureCurrent(): Promise<void> {
    if (sentRevision === model.revision) return
    sending ??= send().finally(() => {
      sending = undefined
    })
    await sending
  }

  return {
    ...history,
    async sql(text, limits) {
      await ensureCurrent()
      return history.sql(text, limits)
    },
    async exportParquet(ranges, file) {
      await ensureCurrent()
      return history.exportParquet(ranges, file)
    },
  }
}

async function allAssets(model: AssetModel): Promise<CatalogueAsset[]> {
  const all: CatalogueAsset[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = model.listAssets({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { path, level, type, description, properties } of page.items) {
      all.push({ path, level: level ?? null, type: type ?? null, description: description ?? null, properties: JSON.stringify(properties) })
    }
    cursor = page.next
    await breathe()
  }
  return all
}

async function allSignals(model: AssetModel): Promise<CatalogueSignal[]> {
  const all: CatalogueSignal[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = model.listSignals({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { series, path, name, kind, unit, description } of page.items) {
      const assetPath = path.slice(0, -name.length - 1)
      all.push({ series, path, assetPath, name, kind, unit: unit ?? null, description: description ?? null })
    }
    cursor = page.next
    await breathe()
  }
  return all
}

/** Lets the sockets be read between two pages. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
