import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RegistryChange } from '../registry.ts'

/** Writes changes with prepared statements; the caller holds the transaction. */
export class ChangeWriter {
  readonly #putAsset: StatementSync
  readonly #deleteAsset: StatementSync
  readonly #putSignal: StatementSync
  readonly #deleteSignal: StatementSync
  readonly #putDocument: StatementSync
  readonly #deleteDocument: StatementSync
  readonly #raise: StatementSync

  constructor(database: DatabaseSync) {
    this.#putAsset = database.prepare(
      `INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET path = excluded.path, level = excluded.level,
       type = excluded.type, description = excluded.description, properties = excluded.properties`,
    )
    this.#deleteAsset = database.prepare('DELETE FROM assets WHERE id = ?')
    this.#putSignal = database.prepare(
      `INSERT INTO signals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series) DO UPDATE SET asset = excluded.asset, name = excluded.name,
       kind = excluded.kind, unit = excluded.unit, low = excluded.low, high = excluded.high, description = excluded.description,
       deadband = excluded.deadband, retention_days = excluded.retention_days`,
    )
    this.#deleteSignal = database.prepare('DELETE FROM signals WHERE series = ?')
    this.#putDocument = database.prepare('INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json')
    this.#deleteDocument = database.prepare('DELETE FROM documents WHERE kind = ? AND key = ?')
    this.#raise = database.prepare('UPDATE highest SET id = max(id, ?) WHERE what = ?')
  }

  /** Writes the changes in order, and the highest ids among them. */
  write(changes: readonly RegistryChange[]): void {
    let highestAsset = 0
    let highestSeries = 0
    for (const change of changes) {
      this.#writeOne(change)
      if (change.op === 'putAsset' && change.asset.id > highestAsset) highestAsset = change.asset.id
      if (change.op === 'putSignal' && change.signal.series > highestSeries) highestSeries = change.signal.series
    }
    if (highestAsset > 0) this.#raise.run(highestAsset, 'asset')
    if (highestSeries > 0) this.#raise.run(highestSeries, 'series')
  }

  #writeOne(change: RegistryChange): void {
    switch (change.op) {
      case 'putAsset': {
        const { id, path, level, type, description, properties } = change.asset
        this.#putAsset.run(id, path, level ?? null, type ?? null, description ?? null, JSON.stringify(properties))
        return
      }
      case 'deleteAsset':
        this.#deleteAsset.run(change.id)
        return
      case 'putSignal': {
        const { series, asset, name, kind, unit, low, high, description, deadband, retentionDays } = change.signal
        this.#putSignal.run(series, asset, name, kind, unit ?? null, low ?? null, high ?? null, description ?? null, deadband ?? null, retentionDays ?? null)
        return
      }
      case 'deleteSignal':
        this.#deleteSignal.run(change.series)
        return
      case 'putDocument':
        this.#putDocument.run(change.kind, change.key, change.json)
        return
      case 'deleteDocument':
        this.#deleteDocument.run(change.kind, change.key)
    }
  }
}
