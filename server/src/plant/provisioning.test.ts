import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Value } from 'typebox/value'
import type { Resolution } from '../connectors/sink.ts'
import { MillwrightError } from '../kernel/error.ts'
import { silentLog } from '../kernel/log.ts'
import { openProvisioning } from './provisioning.ts'
import { provisioningSettings, type ProvisioningSettings } from './provisioning-settings.ts'
import { openTestPlant, reloaded } from './test-plant.ts'

async function open(settings: Partial<ProvisioningSettings> = {}) {
  const plant = await openTestPlant()
  const parts = { ...plant, settings: { ...Value.Create(provisioningSettings), ...settings }, log: silentLog }
  return { ...plant, parts, provisioning: await openProvisioning(parts) }
}
const codeOf = (resolution: Resolution) => ('refusal' in resolution ? resolution.refusal.code : 'ok')
const seriesOf = (resolution: Resolution) => ('series' in resolution ? resolution.series : 0)

describe('provisioning', () => {
  it('creates an unknown signal with its assets and hints at once, and makes it durable with flush', async () => {
    const { provisioning, model, registry } = await open()
    const made = provisioning.resolve('a/b', 't', 'number', { unit: 'Cel', low: 0, high: 9, description: 'd', example: '1' }, 'me')
    assert.deepEqual(provisioning.resolve('a/b', 't', 'number'), made)
    assert.deepEqual(provisioning.find('a/b', 't'), made)
    assert.equal((await reloaded(registry)).signal('a/b/t'), undefined)
    await provisioning.flush()
    assert.deepEqual((await reloaded(registry)).signal('a/b/t'), { series: seriesOf(made), asset: model.asset('a/b')?.id, name: 't', kind: 'number', unit: 'Cel', low: 0, high: 9, description: 'd' })
    assert.equal(provisioning.find('a/b', 'u'), undefined)
  })

  it('does not grow the generation when a machine brings a signal, but when somebody edits', async () => {
    const { provisioning, model } = await open()
    const { generation } = provisioning
    provisioning.resolve('a', 's', 'number')
    assert.equal(provisioning.generation, generation)
    await model.edit([{ op: 'createAsset', path: 'b', fields: {} }])
    assert.ok(provisioning.generation > generation)
  })

  it('refuses another kind of value, also 0 and 1 for a boolean signal, and leaves out hints that cannot be kept', async () => {
    const { provisioning, model } = await open()
    provisioning.resolve('a', 'on', 'boolean', { low: 5, high: 1, unit: 'x'.repeat(900), description: 'kept' })
    const refused = provisioning.resolve('a', 'on', 'number')
    assert.equal(codeOf(refused), 'TYPE_MISMATCH')
    assert.match('refusal' in refused ? refused.refusal.message : '', /true or false/)
    assert.deepEqual(Object.keys(model.signal('a/on') ?? {}).sort(), ['asset', 'description', 'kind', 'name', 'series'])
  })

  it('refuses bad names and ambiguous paths with what is wrong', async () => {
    const { provisioning, model } = await open()
    provisioning.resolve('a/b', 's', 'number')
    for (const [asset, signal] of [['', 's'], ['a//b', 's'], ['a', ''], ['a', '..'], ['a', 'x/y'], ['a', 'n\u0000'], ['a/#', 's'], ['a', 'x'.repeat(1_000_000)]] as const) {
      assert.equal(codeOf(provisioning.resolve(asset, signal, 'number')), 'NAME_INVALID', `${asset} ${signal.slice(0, 9)}`)
    }
    assert.equal(codeOf(provisioning.resolve('a', 'b', 'number')), 'CONFLICT')
    assert.equal(codeOf(provisioning.resolve('a/b/s', 'x', 'number')), 'CONFLICT')
    assert.equal(codeOf(provisioning.resolve('a/b/s/deep', 'x', 'number')), 'CONFLICT')
    assert.deepEqual(model.counts, { assets: 2, signals: 1 })
  })

  it('stops one source that invents names without end, while the others and its known signals go on, and lets it on later', async () => {
    const { provisioning, clock, model } = await open({ newSignalsPerSource: 10, newSignalsPerSourcePerHour: 60 })
    const codes = Array.from({ length: 1000 }, (_, index) => codeOf(provisioning.resolve('bomb', `s${index}`, 'number', {}, 'bad')))
    assert.deepEqual(codes, codes.map((_, index) => (index < 10 ? 'ok' : 'QUOTA_REACHED')))
    assert.equal(codeOf(provisioning.resolve('bomb', 's3', 'number', {}, 'bad')), 'ok')
    assert.equal(codeOf(provisioning.resolve('good', 's', 'number', {}, 'good')), 'ok')
    assert.deepEqual(provisioning.status().exhaustedSources, ['bad'])
    clock.timeMs += 120_000
    assert.deepEqual(['x', 'y', 'z'].map((name) => codeOf(provisioning.resolve('bomb', name, 'number', {}, 'bad'))), ['ok', 'ok', 'QUOTA_REACHED'])
    assert.equal(model.counts.signals, 13)
    assert.equal(provisioning.status().refused['QUOTA_REACHED'], 991)
  })

  it('keeps to the most assets and signals of the plant', async () => {
    const { provisioning, model } = await open({ maxAssets: 3, maxSignals: 2 })
    assert.equal(codeOf(provisioning.resolve('a/b/c/d', 's', 'number')), 'QUOTA_REACHED')
    assert.deepEqual(['a/b/c', 'a/x', 'a', 'a'].map((asset, index) => codeOf(provisioning.resolve(asset, `s${index}`, 'number'))), ['ok', 'QUOTA_REACHED', 'ok', 'QUOTA_REACHED'])
    assert.deepEqual(model.counts, { assets: 3, signals: 2 })
  })

  it('refuses the unknown when it is off, and creates nothing', async () => {
    const { provisioning, model } = await open({ policy: 'off' })
    assert.equal(codeOf(provisioning.resolve('a', 's', 'number')), 'SIGNAL_UNKNOWN')
    assert.deepEqual(model.counts, { assets: 0, signals: 0 })
  })

  it('puts the unknown in the inbox, from which it is accepted under its own or another path, or rejected for good', async () => {
    const { provisioning, model, clock, parts } = await open({ policy: 'review' })
    const send = (name: string) => codeOf(provisioning.resolve('a', name, 'number', { unit: 'K', example: '42.5' }, 'plc1'))
    assert.deepEqual(['s', 't', 'u', 's'].map(send), Array(4).fill('SIGNAL_UNDER_REVIEW'))
    clock.timeMs += 1000
    send('s')
    const entry = provisioning.inbox().find(({ name }) => name === 's')
    assert.deepEqual([entry?.count, entry?.example, entry?.source, (entry?.lastSeenUs ?? 0) - (entry?.firstSeenUs ?? 0)], [3, '42.5', 'plc1', 1_000_000])
    await assert.rejects(provisioning.accept([{ path: 'a/s' }, { path: 'a/s', to: 'b//x' }]), (thrown) => thrown instanceof MillwrightError && thrown.code === 'NAME_INVALID' && thrown.detail['index'] === 1)
    assert.equal(provisioning.inbox().length, 3)
    await provisioning.accept([{ path: 'a/s' }, { path: 'a/t', to: 'b/c/temperature' }])
    await provisioning.reject(['a/u'])
    assert.equal(model.signal('a/s')?.unit, 'K')
    assert.equal(model.signal('b/c/temperature')?.kind, 'number')
    assert.equal(send('s'), 'ok')
    assert.equal(send('u'), 'SIGNAL_UNKNOWN')
    const again = await openProvisioning({ ...parts, model: await reloaded(parts.registry) })
    assert.deepEqual(again.inbox().map(({ path, state }) => [path, state]), [['a/u', 'rejected']])
    await again.forget(['a/u'])
    assert.deepEqual([...(await parts.registry.documents('inbox'))], [])
  })

  it('keeps the inbox within its bound, and stores it every few seconds while samples come', async () => {
    const { provisioning, clock, registry } = await open({ policy: 'review', maxInbox: 2 })
    assert.deepEqual(['s', 't', 'u', 's'].map((name) => codeOf(provisioning.resolve('a', name, 'number'))), ['SIGNAL_UNDER_REVIEW', 'SIGNAL_UNDER_REVIEW', 'QUOTA_REACHED', 'SIGNAL_UNDER_REVIEW'])
    assert.equal((await registry.documents('inbox')).size, 0)
    clock.timeMs += 6_000
    provisioning.resolve('a', 's', 'number')
    await new Promise(setImmediate)
    assert.equal((await registry.documents('inbox')).size, 2)
    await provisioning.close()
  })

  it('remembers over a restart what each source has used up, and refills it by the time that has passed', async () => {
    const { provisioning, parts, clock, registry } = await open({ newSignalsPerSource: 3, newSignalsPerSourcePerHour: 2 })
    const create = (of: typeof provisioning, name: string, source: string) => codeOf(of.resolve('a', name, 'number', {}, source))
    assert.deepEqual(['1', '2', '3', '4'].map((name) => create(provisioning, name, 'bomb')), ['ok', 'ok', 'ok', 'QUOTA_REACHED'])
    assert.equal(create(provisioning, 'x', 'other'), 'ok')
    await provisioning.close()
    clock.timeMs += 1_800_000
    const again = await openProvisioning({ ...parts, model: await reloaded(registry) })
    assert.deepEqual(['5', '6'].map((name) => create(again, name, 'bomb')), ['ok', 'QUOTA_REACHED'])
    assert.equal(create(again, 'y', 'other'), 'ok')
    await again.close()
    clock.timeMs += 100 * 3_600_000
    const later = await openProvisioning({ ...parts, model: await reloaded(registry) })
    assert.equal(create(later, 'z', 'third'), 'ok')
    await later.close()
    assert.deepEqual([...(await registry.documents('source-quota')).keys()], ['third'], 'who has all of it again is forgotten')
  })
})
