import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MillwrightError } from '../kernel/error.ts'
import { silentLog } from '../kernel/log.ts'
import type { Listing, ModelEdit } from './asset-model.ts'
import { loadPlantModel, type PlantModel } from './plant-model.ts'
import { gated, openTestPlant, reloaded } from './test-plant.ts'

const fails = (code: string, index?: number) => (thrown: unknown) =>
  thrown instanceof MillwrightError && thrown.code === code && (index === undefined || thrown.detail['index'] === index)
const asset = (path: string, fields = {}): ModelEdit => ({ op: 'createAsset', path, fields })
const signal = (path: string, kind: 'number' | 'boolean' | 'text' = 'number', fields = {}): ModelEdit => ({ op: 'createSignal', path, fields: { kind, ...fields } })
const everything = (model: PlantModel) => ({ assets: model.listAssets({ limit: 9999 }).items, signals: model.listSignals({ limit: 9999 }).items })
const paths = (model: PlantModel) => [...model.listAssets({ limit: 9999 }).items, ...model.listSignals({ limit: 9999 }).items].map((one) => one.path)

function allPages(list: (cursor: { readonly cursor?: string }) => Listing<{ readonly path: string }>): string[] {
  const seen: string[] = []
  let page = list({})
  for (;;) {
    seen.push(...page.items.map((one) => one.path))
    if (page.next === undefined) return seen
    page = list({ cursor: page.next })
  }
}

describe('plant model', () => {
  it('agrees with a plain map of paths over thousands of random edits, and with itself after loading again', async () => {
    const { model, registry } = await openTestPlant()
    const oracle = new Map<string, { what: 'asset' | 'signal'; id: number; tag: string }>()
    let seed = 42
    const random = (below: number) => (seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) % below
    const randomPath = () => Array.from({ length: 1 + random(4) }, () => 'abcd'[random(4)]).join('/')
    let accepted = 0
    for (let round = 0; round < 3000; round++) {
      const [path, to, tag] = [randomPath(), randomPath(), `t${round}`]
      const edit = ([asset(path, { type: tag }), signal(path, 'number', { description: tag }), { op: 'moveAsset', path, to }, { op: 'moveSignal', path, to }, { op: 'deleteAsset', path, withContents: random(2) === 0 }, { op: 'deleteSignal', path }, { op: 'updateAsset', path, fields: { type: tag } }, { op: 'updateSignal', path, fields: { description: tag } }] as const)[random(8)] as ModelEdit
      const isTaken = await model.edit([edit]).then(() => true, (thrown: unknown) => { assert.ok(thrown instanceof MillwrightError, String(thrown)); return false })
      assert.equal(isTaken, mirror(oracle, edit, model), `${round}: ${JSON.stringify(edit)}`)
      if (isTaken) accepted++
    }
    assert.ok(accepted > 500)
    assert.deepEqual(new Set(paths(model)), new Set(oracle.keys()))
    for (const [path, { what, id, tag }] of oracle) {
      const found = what === 'asset' ? model.asset(path) : model.signal(path)
      assert.equal(what === 'asset' ? model.asset(path)?.id : model.signal(path)?.series, id, path)
      assert.equal(found === undefined ? undefined : 'series' in found ? found.description : (found.type ?? ''), tag, path)
    }
    assert.deepEqual(everything(await reloaded(registry)), everything(model))
    assert.deepEqual(await registry.verify(), [])
  })

  it('makes all edits of a call or none, and names the first that is wrong', async () => {
    const { model, registry } = await openTestPlant()
    await model.edit([asset('a/b', { type: 't', properties: { x: 1 } }), signal('a/b/s')])
    const before = everything(model)
    const good: ModelEdit[] = [asset('new/one'), { op: 'moveAsset', path: 'a', to: 'z/a' }, { op: 'updateSignal', path: 'z/a/b/s', fields: { kind: 'text' } }, { op: 'deleteAsset', path: 'z/a/b', withContents: true }]
    await assert.rejects(model.edit([...good, { op: 'deleteSignal', path: 'nowhere/s' }]), fails('NOT_FOUND', 4))
    assert.deepEqual(everything(model), before)
    assert.deepEqual(everything(await reloaded(registry)), before)
  })

  it('refuses what would make a path ambiguous, a loop, or a path too long', async () => {
    const { model } = await openTestPlant()
    await model.edit([asset('a/b'), signal('a/s')])
    await assert.rejects(model.edit([signal('a/b')]), fails('CONFLICT', 0))
    await assert.rejects(model.edit([asset('a/s')]), fails('CONFLICT'))
    await assert.rejects(model.edit([asset('a/s/below')]), fails('CONFLICT'))
    await assert.rejects(model.edit([signal('a/s/below')]), fails('CONFLICT'))
    await assert.rejects(model.edit([{ op: 'moveAsset', path: 'a', to: 'a/b/c' }]), fails('CONFLICT'))
    await assert.rejects(model.edit([signal('alone')]), fails('NAME_INVALID'))
    await assert.rejects(model.edit([asset('a//b')]), fails('NAME_INVALID'))
    await assert.rejects(model.edit([{ op: 'moveAsset', path: 'a', to: Array.from({ length: 24 }, () => 'x').join('/') }]), fails('NAME_INVALID'))
    await assert.rejects(model.edit([{ op: 'deleteAsset', path: 'a', withContents: false }]), fails('CONFLICT'))
    await assert.rejects(model.edit([signal('a/t', 'number', { low: 2, high: 1 })]), fails('BAD_REQUEST'))
    await assert.rejects(model.edit([{ op: 'updateSignal', path: 'a/s', fields: { high: Number.NaN } }]), fails('BAD_REQUEST'))
  })

  it('begins a new series when a signal changes its kind, remembers the old one, and never gives an id twice', async () => {
    const { model, registry } = await openTestPlant()
    await model.edit([signal('a/s', 'number', { unit: 'Cel' })])
    const generation = model.generation
    const first = model.signal('a/s')?.series ?? 0
    await model.edit([{ op: 'updateSignal', path: 'a/s', fields: { kind: 'boolean' } }])
    const second = model.signal('a/s')
    assert.ok(second !== undefined && second.series !== first && second.unit === 'Cel')
    assert.ok(model.generation > generation)
    assert.equal(model.signalBySeries(first), undefined)
    assert.deepEqual(JSON.parse((await registry.documents('ended-series')).get(String(first)) ?? ''), { series: first, successor: second.series, path: 'a/s', kind: 'number' })
    await model.edit([{ op: 'deleteAsset', path: 'a', withContents: true }])
    const again = await reloaded(registry)
    await again.edit([signal('a/s')])
    assert.ok((again.signal('a/s')?.series ?? 0) > second.series)
  })

  it('keeps the series through renames and moves, of itself and of all above it', async () => {
    const { model } = await openTestPlant()
    await model.edit([signal('a/b/s')])
    const series = model.signal('a/b/s')?.series ?? 0
    await model.edit([{ op: 'moveAsset', path: 'a', to: 'x/y' }, { op: 'moveSignal', path: 'x/y/b/s', to: 'x/t' }])
    assert.equal(model.signalPath(series), 'x/t')
    assert.deepEqual(model.seriesUnder('x', 10), [series])
  })

  it('pages through everything once, by name, whatever the page size, also behind what was deleted meanwhile', async () => {
    const { model } = await openTestPlant()
    await model.edit(['b', 'a/2', 'a/10', 'a-1', 'a/2/x', 'a', 'c/厂'].flatMap((path) => [{ op: 'createAsset' as const, path, fields: {}, orUpdate: true }, signal(`${path}/s2`), signal(`${path}/s1`)]))
    const all = model.listAssets({ limit: 100 }).items.map((one) => one.path)
    assert.deepEqual(all, ['a', 'a/10', 'a/2', 'a/2/x', 'a-1', 'b', 'c', 'c/厂'])
    for (const limit of [1, 2, 3, 7]) {
      assert.deepEqual(allPages((cursor) => model.listAssets({ limit, ...cursor })), all)
      assert.deepEqual(allPages((cursor) => model.listSignals({ limit, ...cursor })), all.flatMap((path) => (path === 'c' ? [] : [`${path}/s1`, `${path}/s2`])))
    }
    assert.deepEqual(model.listAssets({ under: 'a', limit: 9 }).items.map((one) => one.path), ['a', 'a/10', 'a/2', 'a/2/x'])
    assert.deepEqual(model.listAssets({ under: 'a', direct: true, limit: 1 }), { items: [{ ...model.asset('a/10'), childCount: 0, signalCount: 2 }], next: 'a/10', total: 2 })
    assert.deepEqual(model.listSignals({ under: 'a/2', limit: 9, cursor: 'a/2/s1' }).items.map((one) => one.path), ['a/2/s2', 'a/2/x/s1', 'a/2/x/s2'])
    await model.edit([{ op: 'deleteAsset', path: 'a/2', withContents: true }])
    assert.deepEqual(model.listAssets({ limit: 2, cursor: 'a/2' }).items.map((one) => one.path), ['a-1', 'b'])
    assert.throws(() => model.listAssets({ under: 'a', limit: 2, cursor: 'b' }), fails('BAD_REQUEST'))
  })

  it('finds by every word in path, description or type, in any case, and by pinyin initials', async () => {
    const { model } = await openTestPlant()
    await model.edit([asset('Acme/Line1/离心泵7', { type: 'centrifugal_pump', description: 'Cooling WATER' }), asset('acme/line2/重庆机床'), signal('Acme/Line1/离心泵7/轴承温度', 'number', { description: 'drive end' }), signal('acme/line2/重庆机床/speed')])
    const found = async (search: string) => (await model.findAssets({ search, limit: 9 })).items.map((one) => one.path)
    const signals = async (search: string) => (await model.findSignals({ search, limit: 9 })).items.map((one) => one.path)
    assert.deepEqual(await found('water PUMP'), ['Acme/Line1/离心泵7'])
    assert.deepEqual(await found('lxb'), ['Acme/Line1/离心泵7'])
    assert.deepEqual(await found('lxb7 line1'), ['Acme/Line1/离心泵7'])
    assert.deepEqual(await found('cqjc'), ['acme/line2/重庆机床'])
    assert.deepEqual(await found('zqjc'), ['acme/line2/重庆机床'])
    assert.deepEqual(await found('line1/离心'), ['Acme/Line1/离心泵7'])
    assert.deepEqual(await found('line1 line2'), [])
    assert.deepEqual(await signals('ZCWD'), ['Acme/Line1/离心泵7/轴承温度'])
    assert.deepEqual(await signals('line1 drive'), ['Acme/Line1/离心泵7/轴承温度'])
    assert.deepEqual(await signals('cooling'), [])
    assert.deepEqual(await signals('机床/SP'), ['acme/line2/重庆机床/speed'])
    assert.equal((await found('')).length, 6)
  })

  it('takes an edit back when it cannot be stored, and keeps the signals that machines brought meanwhile', async () => {
    const plant = await openTestPlant()
    await plant.model.edit([signal('a/old')])
    const { registry, waiting } = gated(plant.registry)
    const model = await loadPlantModel({ registry, log: silentLog })
    const edit = model.edit([{ op: 'moveAsset', path: 'a', to: 'b/c' }, asset('n')])
    await Promise.resolve()
    const [one, two, three] = [model.provision('b/c', 'new', 'number', {}), model.provision('n/deep', 's', 'text', {}), model.provision('a', 'old', 'text', {})]
    waiting.shift()?.fail(new MillwrightError('DISK_FULL', 'full'))
    await assert.rejects(edit, fails('DISK_FULL'))
    assert.equal(model.signal('a/old')?.kind, 'number')
    assert.deepEqual([model.signalPath(one), model.signalPath(two)], ['b/c/new', 'n/deep/s'])
    assert.equal(model.signalPath(three), `a/old~${three}`)
    const saved = model.saveProvisioned()
    await Promise.resolve()
    waiting.shift()?.fail(new MillwrightError('DISK_FULL', 'still full'))
    await assert.rejects(saved, fails('DISK_FULL'))
    assert.ok(model.hasUnsaved)
    const savedAtLast = model.saveProvisioned()
    await Promise.resolve()
    waiting.shift()?.pass()
    await savedAtLast
    assert.ok(!model.hasUnsaved)
    assert.deepEqual(everything(await reloaded(plant.registry)), everything(model))
  })

  it('who comes while new signals are being saved goes on after who came before', async () => {
    const plant = await openTestPlant()
    const { registry, waiting } = gated(plant.registry)
    const model = await loadPlantModel({ registry, log: silentLog })
    model.provision('a', 's', 'number', {})
    const order: string[] = []
    const first = model.saveProvisioned().then(() => order.push('first'))
    await Promise.resolve()
    const second = model.saveProvisioned().then(() => order.push('second'))
    waiting.shift()?.pass()
    await Promise.all([first, second])
    assert.deepEqual(order, ['first', 'second'])
  })

  it('settles a save only when what was made before it is stored, also while another save is under way', async () => {
    const plant = await openTestPlant()
    const { registry, waiting } = gated(plant.registry)
    const model = await loadPlantModel({ registry, log: silentLog })
    model.provision('a', 's', 'number', {})
    let settled = 0
    const count = () => void settled++
    const first = model.saveProvisioned().then(count)
    await Promise.resolve()
    const same = model.saveProvisioned().then(count)
    model.provision('a', 't', 'number', {})
    const second = model.saveProvisioned().then(count)
    await new Promise(setImmediate)
    assert.deepEqual([waiting.length, settled], [1, 0])
    waiting.shift()?.pass()
    await Promise.all([first, same])
    await new Promise(setImmediate)
    assert.deepEqual([waiting.length, settled], [1, 2])
    waiting.shift()?.pass()
    await second
    assert.equal(paths(await reloaded(plant.registry)).length, 3)
  })
})

/** What an edit does to a map of paths; false when it must be refused. */
function mirror(oracle: Map<string, { what: 'asset' | 'signal'; id: number; tag: string }>, edit: ModelEdit, model: PlantModel): boolean {
  const { path } = edit
  const here = oracle.get(path)
  const above = (of: string) => of.split('/').slice(0, -1).map((_, index, names) => names.slice(0, index + 1).join('/'))
  const isBlocked = (of: string) => oracle.has(of) || above(of).some((one) => oracle.get(one)?.what === 'signal')
  const ensure = (of: string[]) => of.forEach((one) => oracle.has(one) || oracle.set(one, { what: 'asset', id: model.asset(one)?.id ?? -1, tag: '' }))
  const below = (of: string) => [...oracle.keys()].filter((one) => one.startsWith(`${of}/`))
  const wanted = edit.op.endsWith('Asset') ? 'asset' : 'signal'
  const tag = 'fields' in edit ? ('type' in edit.fields ? edit.fields.type : edit.fields.description) ?? '' : ''
  if (edit.op === 'createAsset' || edit.op === 'createSignal') {
    if (isBlocked(path) || (wanted === 'signal' && !path.includes('/'))) return false
    ensure(above(path))
    oracle.set(path, { what: wanted, id: (wanted === 'asset' ? model.asset(path)?.id : model.signal(path)?.series) ?? -1, tag })
    return true
  }
  if (here?.what !== wanted) return false
  if (edit.op === 'updateAsset' || edit.op === 'updateSignal') here.tag = tag
  if (edit.op === 'deleteSignal') oracle.delete(path)
  if (edit.op === 'deleteAsset') {
    if (!edit.withContents && below(path).length > 0) return false
    for (const one of [path, ...below(path)]) oracle.delete(one)
  }
  if (edit.op === 'moveAsset' || edit.op === 'moveSignal') {
    const { to } = edit
    if (to === path) return true
    if ((wanted === 'signal' && !to.includes('/')) || isBlocked(to) || to.startsWith(`${path}/`)) return false
    ensure(above(to))
    for (const one of [path, ...below(path)]) {
      const moved = oracle.get(one)
      oracle.delete(one)
      if (moved !== undefined) oracle.set(to + one.slice(path.length), moved)
    }
  }
  return true
}
