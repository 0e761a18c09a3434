import { join } from 'node:path'
import type { RegistryChange } from '../server/src/registry/registry.ts'
import { openSqliteRegistry } from '../server/src/registry/sqlite/sqlite-registry.ts'
import { systemClock } from '../server/src/kernel/clock.ts'
import { silentLog } from '../server/src/kernel/log.ts'

const CHANGES_A_TIME = 50_000
const MACHINES_PER_LINE = 20
const LINES_PER_SITE = 50
const SIGNALS = ['temperature', 'pressure', 'speed', 'current', 'torque', 'flow', 'level', 'vibration']

/** Fills the registry of a new data folder: sites, lines and machines with signals, `assets` in all. */
export async function writeLargeRegistry(dataDir: string, assets: number, signalsPerAsset: number): Promise<{ assets: number; signals: number }> {
  const registry = await openSqliteRegistry({ file: join(dataDir, 'registry.db'), clock: systemClock, log: silentLog })
  let id = 0
  let series = 0
  let changes: RegistryChange[] = []
  const add = async (change: RegistryChange): Promise<void> => {
    changes.push(change)
    if (changes.length < CHANGES_A_TIME) return
    await registry.apply(changes)
    changes = []
  }
  const asset = async (path: string, level: 'enterprise' | 'site' | 'line' | 'equipment', type?: string): Promise<number> => {
    id++
    await add({ op: 'putAsset', asset: { id, path, level, ...(type === undefined ? {} : { type }), properties: {} } })
    return id
  }
  await asset('acme', 'enterprise')
  for (let site = 0; id < assets; site++) {
    await asset(`acme/site${site}`, 'site')
    for (let line = 0; line < LINES_PER_SITE && id < assets; line++) {
      await asset(`acme/site${site}/line${line}`, 'line')
      for (let machine = 0; machine < MACHINES_PER_LINE && id < assets; machine++) {
        const type = machine % 2 === 0 ? 'press' : 'pump'
        const of = await asset(`acme/site${site}/line${line}/${type}${machine}`, 'equipment', type)
        for (let i = 0; i < signalsPerAsset; i++) {
          series++
          await add({ op: 'putSignal', signal: { series, asset: of, name: SIGNALS[i % SIGNALS.length] ?? `signal${i}`, kind: 'number', unit: 'Cel', low: 0, high: 100 } })
        }
      }
    }
  }
  await registry.apply(changes)
  await registry.close()
  return { assets: id, signals: series }
}

/** Fills the registry with the assets `sensors/sensor1` … and their signal `value`, whose series are 1 … `count`: what `generateHistory` writes for. */
export async function writeSensorRegistry(dataDir: string, count: number): Promise<void> {
  const registry = await openSqliteRegistry({ file: join(dataDir, 'registry.db'), clock: systemClock, log: silentLog })
  const changes: RegistryChange[] = [{ op: 'putAsset', asset: { id: 1, path: 'sensors', properties: {} } }]
  for (let series = 1; series <= count; series++) {
    changes.push({ op: 'putAsset', asset: { id: series + 1, path: `sensors/sensor${series}`, properties: {} } })
    changes.push({ op: 'putSignal', signal: { series, asset: series + 1, name: 'value', kind: 'number', unit: 'Cel' } })
  }
  await registry.apply(changes)
  await registry.close()
}
