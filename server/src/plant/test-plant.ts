import { silentLog } from '../kernel/log.ts'
import type { Registry, RegistryChange } from '../registry/registry.ts'
import { openSqliteRegistry } from '../registry/sqlite/sqlite-registry.ts'
import { loadPlantModel, type PlantModel } from './plant-model.ts'

/** A clock whose hands the test turns. */
export class TestClock {
  timeMs = 0

  nowUs(): number {
    return 1_700_000_000_000_000 + this.timeMs * 1000
  }

  monotonicMs(): number {
    return this.timeMs
  }
}

/** An empty plant on a real registry in memory, for tests. */
export async function openTestPlant(): Promise<{ readonly model: PlantModel; readonly registry: Registry; readonly clock: TestClock }> {
  const clock = new TestClock()
  const registry = await openSqliteRegistry({ file: ':memory:', clock, log: silentLog })
  return { model: await loadPlantModel({ registry, log: silentLog }), registry, clock }
}

/** The same plant, loaded again from what was stored. */
export function reloaded(registry: Registry): Promise<PlantModel> {
  return loadPlantModel({ registry, log: silentLog })
}

/** A registry whose writes wait for the test to let them through or fail them. */
export function gated(registry: Registry): { readonly registry: Registry; readonly waiting: { pass(): void; fail(thrown: Error): void }[] } {
  const waiting: { pass(): void; fail(thrown: Error): void }[] = []
  const apply = (changes: readonly RegistryChange[]) =>
    new Promise<void>((resolve, reject) => waiting.push({ pass: () => resolve(registry.apply(changes)), fail: reject }))
  const others = {
    assets: () => registry.assets(),
    signals: () => registry.signals(),
    assetColumns: () => registry.assetColumns(),
    signalColumns: () => registry.signalColumns(),
    documents: (kind: string) => registry.documents(kind),
    highestIds: () => registry.highestIds(),
    verify: () => registry.verify(),
    backup: (file: string) => registry.backup(file),
    close: () => registry.close(),
  }
  return { registry: { ...others, apply }, waiting }
}
