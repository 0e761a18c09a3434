import { ASSET_LEVELS, type Asset } from '@millwright/model/asset.ts'
import type { Signal } from '@millwright/model/signal.ts'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { RegistryChange } from '../registry.ts'
import { assetsOf, assetColumnsOf, encodeAssetPage } from './asset-page.ts'
import { signalColumnsOf, signalsOf, encodeSignalPage } from './signal-page.ts'
import { openSqliteRegistry } from './sqlite-registry.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value))
// Any text, lone surrogates too: whoever stands above may be less strict than today.
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((text) => text.replaceAll('/', '-'))
const property = fc.oneof(fc.string({ unit: 'binary' }), finite, fc.boolean())
const asset: fc.Arbitrary<Asset> = fc.record(
  { id: fc.integer({ min: 1, max: 700 }), path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')), level: fc.constantFrom(...ASSET_LEVELS), type: name, description: fc.string({ unit: 'binary' }), properties: fc.dictionary(name, property, { maxKeys: 3, noNullPrototype: true }) },
  { requiredKeys: ['id', 'path', 'properties'], noNullPrototype: true },
)
const signal: fc.Arbitrary<Signal> = fc.record(
  { series: fc.integer({ min: 1, max: 700 }), asset: fc.integer({ min: 1, max: 42 }), name, kind: fc.constantFrom('number', 'boolean', 'text', 'waveform'), unit: name, low: finite, high: finite, description: fc.string(), deadband: finite, retentionDays: finite },
  { requiredKeys: ['series', 'asset', 'name', 'kind'], noNullPrototype: true },
)
const change: fc.Arbitrary<RegistryChange> = fc.oneof(
  asset.map((one): RegistryChange => ({ op: 'putAsset', asset: one })),
  signal.map((one): RegistryChange => ({ op: 'putSignal', signal: one })),
  fc.integer({ min: 1, max: 700 }).map((series): RegistryChange => ({ op: 'deleteSignal', series })),
  fc.record({ kind: fc.constantFrom('a', 'b'), key: name, json: fc.json() }, { noNullPrototype: true }).map((document): RegistryChange => ({ op: 'putDocument', ...document })),
)

describe('registry pages', () => {
  it('hold any assets and signals as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(asset, { selector: (one) => one.id, maxLength: 30 }), fc.uniqueArray(signal, { selector: (one) => one.series, maxLength: 30 }), (assets, signals) => {
        const page = new Map(assets.map((one) => [one.id, { asset: one, signals: 2 }]))
        assert.deepEqual(assetsOf(assetColumnsOf(encodeAssetPage(page), 0)), assets.toSorted((a, b) => a.id - b.id))
        const signalPage = new Map(signals.map((one) => [one.series, one]))
        assert.deepEqual(signalsOf(signalColumnsOf(encodeSignalPage(signalPage), 0)), signals.toSorted((a, b) => a.series - b.series))
      }),
      { numRuns: 200, seed: 1 },
    )
  })
})

describe('registry', () => {
  it('agrees with plain maps over random calls, refused ones among them, and stays sound', async () => {
    const registry = await openSqliteRegistry({ file: ':memory:', clock: systemClock, log: silentLog })
    const [assets, signals] = [new Map<number, Asset>(), new Map<number, Signal>()]
    // All but two of those that signals may belong to.
    for (let id = 1; id <= 40; id++) assets.set(id, { id, path: `a${id}`, properties: {} })
    await registry.apply([...assets.values()].map((one) => ({ op: 'putAsset', asset: one })))
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
        const [nextAssets, nextSignals] = [new Map(assets), new Map(signals)]
        for (const one of changes) {
          if (one.op === 'putAsset') nextAssets.set(one.asset.id, one.asset)
          if (one.op === 'putSignal') nextSignals.set(one.signal.series, one.signal)
          if (one.op === 'deleteSignal') nextSignals.delete(one.series)
        }
        const isWhole = [...nextSignals.values()].every((one) => nextAssets.has(one.asset))
        if (!isWhole) refused++
        if (!isWhole) return assert.rejects(registry.apply(changes), /nothing of this change was kept/)
        await registry.apply(changes)
        for (const [id, one] of nextAssets) assets.set(id, one)
        signals.clear()
        for (const [series, one] of nextSignals) signals.set(series, one)
      }),
      { numRuns: 150, seed: 2 },
    )
    const [keptAssets, keptSignals] = [new Map<number, Asset>(), new Map<number, Signal>()]
    for await (const piece of registry.assets()) for (const one of piece) keptAssets.set(one.id, one)
    for await (const piece of registry.signals()) for (const one of piece) keptSignals.set(one.series, one)
    assert.ok(assets.size > 100 && signals.size > 100 && refused > 3, `${assets.size} ${signals.size} ${refused}`)
    assert.deepEqual(keptAssets, assets)
    assert.deepEqual(keptSignals, signals)
    const wrong = (await registry.verify()).filter((problem) => !/names two assets|is used twice/.test(problem))
    assert.deepEqual(wrong, [])
    await registry.close()
  })
})
