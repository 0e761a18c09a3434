import type { Asset } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { MillwrightError } from '../../src/kernel/error.ts'
import type { Registry, RegistryChange } from '../../src/registry/registry.ts'

/** A registry under test: how to open the same store again and again, and how to open a backup of it. */
export interface RegistryBench {
  open(): Promise<Registry>
  /** A place that {@link Registry.backup} can write to. */
  backupFile(): string
  openBackup(file: string): Promise<Registry>
  dispose(): Promise<void>
}

const asset = (id: number, path: string, more: Partial<Asset> = {}): Asset => ({ id, path, properties: {}, ...more })
const signal = (series: number, of: number, name: string, more: Partial<Signal> = {}): Signal => ({ series, asset: of, name, kind: 'number', ...more })
const putAsset = (...args: Parameters<typeof asset>): RegistryChange => ({ op: 'putAsset', asset: asset(...args) })
const putSignal = (...args: Parameters<typeof signal>): RegistryChange => ({ op: 'putSignal', signal: signal(...args) })

async function all<T>(pieces: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const piece of pieces) items.push(...piece)
  return items
}

const withCode = (code: string) => (thrown: unknown) => thrown instanceof MillwrightError && thrown.code === code

/** What every adapter of the registry must do. */
export function describeRegistry(name: string, make: () => Promise<RegistryBench>): void {
  describe(`registry contract: ${name}`, () => {
    let bench: RegistryBench
    let registry: Registry
    beforeEach(async () => {
      bench = await make()
      registry = await bench.open()
    })
    afterEach(async () => {
      await registry.close()
      await bench.dispose()
    })

    it('is empty at first, and sound', async () => {
      assert.deepEqual(await all(registry.assets()), [])
      assert.deepEqual(await all(registry.signals()), [])
      assert.deepEqual(await registry.documents('any'), new Map())
      assert.deepEqual(await registry.highestIds(), { asset: 0, series: 0 })
      assert.deepEqual(await registry.verify(), [])
    })

    it('gives back every field of what was put, after it was closed and opened again', async () => {
      const pump = asset(2, '厂/泵 "A"', { level: 'equipment', type: 'pump', description: 'line 1\nline 2, ⚙', properties: { maker: '凯泉', power: 7.5, spare: false, '': '' } })
      const full = signal(9, 2, '温度', { kind: 'waveform', unit: 'Cel', low: -40.5, high: 1e300, description: "it's; --", deadband: 0, retentionDays: 0.5 })
      const kinds = (['number', 'boolean', 'text'] as const).map((kind, index) => signal(index + 1, 1, kind, { kind }))
      await registry.apply([putAsset(1, '厂'), { op: 'putAsset', asset: pump }, { op: 'putSignal', signal: full }, ...kinds.map((one) => ({ op: 'putSignal' as const, signal: one }))])
      await registry.close()
      registry = await bench.open()
      assert.deepEqual(await all(registry.assets()), [asset(1, '厂'), pump])
      assert.deepEqual(new Set(await all(registry.signals())), new Set([...kinds, full]))
    })

    it('replaces a whole record when it is put again', async () => {
      await registry.apply([putAsset(1, 'a', { type: 't', properties: { x: 1 } }), putSignal(1, 1, 's', { unit: 'Cel', low: 0 })])
      await registry.apply([putAsset(1, 'b'), putSignal(1, 1, 's', { high: 2 })])
      assert.deepEqual(await all(registry.assets()), [asset(1, 'b')])
      assert.deepEqual(await all(registry.signals()), [signal(1, 1, 's', { high: 2 })])
    })

    it('lists parents before children whatever the order of their ids', async () => {
      await registry.apply([putAsset(1, 'a/b/c'), putAsset(2, 'a-1'), putAsset(3, 'a/b'), putAsset(4, 'a'), putAsset(5, 'a/b-')])
      const paths = (await all(registry.assets())).map((one) => one.path)
      for (const path of paths.filter((one) => one.includes('/'))) assert.ok(paths.indexOf(path.slice(0, path.lastIndexOf('/'))) < paths.indexOf(path), path)
    })

    it('lets two assets trade places in one call', async () => {
      await registry.apply([putAsset(1, 'a'), putAsset(2, 'b')])
      await registry.apply([putAsset(1, 'b'), putAsset(2, 'a')])
      assert.deepEqual(await all(registry.assets()), [asset(2, 'a'), asset(1, 'b')])
      assert.deepEqual(await registry.verify(), [])
    })

    it('applies all changes of a call or none', async () => {
      await registry.apply([putAsset(1, 'a')])
      await assert.rejects(registry.apply([putAsset(2, 'b'), { op: 'putDocument', kind: 'k', key: 'x', json: '1' }, putSignal(1, 77, 'of no asset')]), withCode('CONFLICT'))
      assert.deepEqual(await all(registry.assets()), [asset(1, 'a')])
      assert.deepEqual(await registry.documents('k'), new Map())
      assert.equal((await registry.highestIds()).asset, 1)
      await registry.apply([putAsset(2, 'b')])
      assert.equal((await all(registry.assets())).length, 2)
    })

    it('refuses to delete an asset whose signals stay, and deletes both in either order', async () => {
      await registry.apply([putAsset(1, 'a'), putSignal(1, 1, 's')])
      await assert.rejects(registry.apply([{ op: 'deleteAsset', id: 1 }]), withCode('CONFLICT'))
      await registry.apply([{ op: 'deleteAsset', id: 1 }, { op: 'deleteSignal', series: 1 }])
      assert.deepEqual(await all(registry.assets()), [])
    })

    it('remembers the highest ids of what is deleted, so that none is used twice', async () => {
      await registry.apply([putAsset(7, 'a'), putSignal(41, 7, 's')])
      await registry.apply([{ op: 'deleteSignal', series: 41 }, { op: 'deleteAsset', id: 7 }])
      await registry.close()
      registry = await bench.open()
      assert.deepEqual(await registry.highestIds(), { asset: 7, series: 41 })
      await registry.apply([putAsset(3, 'b')])
      assert.deepEqual(await registry.highestIds(), { asset: 7, series: 41 })
    })

    it('keeps documents by kind and key', async () => {
      const put = (kind: string, key: string, json: string): RegistryChange => ({ op: 'putDocument', kind, key, json })
      await registry.apply([put('a', 'y', '{"v":"值"}'), put('a', 'x', '1'), put('b', 'x', '2')])
      await registry.apply([put('a', 'x', '3'), { op: 'deleteDocument', kind: 'b', key: 'x' }, { op: 'deleteDocument', kind: 'b', key: 'never' }])
      assert.deepEqual([...(await registry.documents('a'))], [['x', '3'], ['y', '{"v":"值"}']])
      assert.deepEqual(await registry.documents('b'), new Map())
    })

    it('hands out more than fits one piece, without loss', async () => {
      const count = 25_000
      const changes = [putAsset(1, 'a')]
      for (let id = 2; id <= count; id++) changes.push(putAsset(id, `a/${id}`), putSignal(id, id, 's'))
      await registry.apply(changes)
      assert.equal(new Set((await all(registry.assets())).map((one) => one.id)).size, count)
      assert.equal(new Set((await all(registry.signals())).map((one) => one.series)).size, count - 1)
    })

    it('backs up a state that was whole, while changes go on', async () => {
      await registry.apply([putAsset(1, 'a'), putSignal(1, 1, 's')])
      const file = bench.backupFile()
      const done = registry.backup(file)
      for (let id = 2; id < 50; id++) await registry.apply([putAsset(id, `a${id}`), putSignal(id, id, 's')])
      await done
      const copy = await bench.openBackup(file)
      try {
        assert.deepEqual(await copy.verify(), [])
        const assets = await all(copy.assets())
        assert.ok(assets.length >= 1)
        assert.deepEqual((await all(copy.signals())).map((one) => one.asset).sort(), assets.map((one) => one.id).sort())
      } finally {
        await copy.close()
      }
    })

    it('refuses what is asked after it was closed, and may be closed twice', async () => {
      await registry.close()
      await registry.close()
      await assert.rejects(registry.apply([putAsset(1, 'a')]), withCode('STOPPING'))
      await assert.rejects(registry.highestIds(), withCode('STOPPING'))
    })
  })
}
