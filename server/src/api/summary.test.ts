import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import { Status } from '@millwright/model/quality.ts'
import { summarySchema, type WireSummary } from '@millwright/model/wire/summary.ts'
import { NOW_US, openTestApi, type TestApi } from './test-api.ts'

async function summaryOf(api: TestApi, query = ''): Promise<WireSummary> {
  const reply = await api.app.inject(`/api/v1/summary${query}`)
  assert.equal(reply.statusCode, 200, reply.body)
  const summary: unknown = reply.json()
  assert.ok(Value.Check(summarySchema, summary), reply.body)
  return summary
}

test('an empty plant has nothing to tell', async () => {
  const api = await openTestApi()
  try {
    const { node, children } = await summaryOf(api)
    assert.deepEqual([node.path, node.newest, node.worst, children], ['', null, [], []])
  } finally {
    await api.close()
  }
})

test('each signal counts in its worst state, each machine in that of its worst signal, on every floor above', async () => {
  const api = await openTestApi()
  try {
    await api.write('acme/north/line1/pump', 'flow', [[1, 5]])
    await api.write('acme/north/line1/pump', 'pressure', [[1, 5, Status.badNoCommunication]])
    await api.write('acme/north/line1/press', 'force', [[1, 99]])
    await api.write('acme/south/line2/robot', 'mode', [[1, 'auto']])
    await api.write('acme/south/line2/robot', 'speed', [[1, 3, Status.uncertainLastUsable]])
    await api.plant.model.edit([
      { op: 'updateSignal', path: 'acme/north/line1/press/force', fields: { low: 0, high: 50 } },
      { op: 'createSignal', path: 'acme/south/line2/oven/heat', fields: { kind: 'number' } },
    ])
    const { node, children } = await summaryOf(api)
    assert.equal(node.path, 'acme', 'a plant of one enterprise begins at it')
    assert.deepEqual(node.signals, { bad: 1, outside: 1, uncertain: 1, stale: 0, silent: 1, normal: 2 })
    assert.deepEqual(node.assets, { bad: 1, outside: 1, uncertain: 1, stale: 0, silent: 1, normal: 0 })
    assert.deepEqual(node.worst.map(({ path, state }) => [path, state]), [
      ['acme/north/line1/pump/pressure', 'bad'],
      ['acme/north/line1/press/force', 'outside'],
      ['acme/south/line2/robot/speed', 'uncertain'],
    ])
    assert.deepEqual(children.map(({ name, assets }) => [name, assets.bad, assets.outside]), [['line1', 1, 1], ['line2', 0, 0]], 'a floor of two tiles is left out')
    assert.deepEqual(children[0]?.children.map(({ path }) => path), ['acme/north/line1/press', 'acme/north/line1/pump'])
    assert.equal(children[0]?.newest, NOW_US / 1_000)
    const line = await summaryOf(api, '?under=acme/north/line1')
    assert.deepEqual(line.children.map(({ name, signalCount }) => [name, signalCount]), [['press', 1], ['pump', 2]])
  } finally {
    await api.close()
  }
})

test('an asset of which nothing came for five minutes is stale, one that reports something is not', async () => {
  const api = await openTestApi()
  try {
    await api.write('line/quiet', 'a', [[1, 1]])
    await api.write('line/busy', 'a', [[1, 1]])
    const health = (await import('../plant/plant-health.ts')).PlantHealth
    const later = new health({ tree: api.plant.model.tree, live: api.plant.live, clock: { nowUs: () => NOW_US + 301e6, monotonicMs: () => 0 } })
    const quiet = api.plant.model.asset('line/quiet')?.id ?? 0
    assert.deepEqual((await later.read()).signals(quiet), [0, 0, 0, 1, 0, 0])
  } finally {
    await api.close()
  }
})

test('of too many children the worst are shown, and the others counted', async () => {
  const api = await openTestApi()
  try {
    await api.plant.model.edit(Array.from({ length: 300 }, (_, index) => ({ op: 'createSignal' as const, path: `line/machine${String(index).padStart(3, '0')}/x`, fields: { kind: 'number' as const } })))
    await api.write('line/machine299', 'x', [[1, 1, Status.bad]])
    const { children, more } = await summaryOf(api, '?under=line')
    assert.deepEqual([children.length, more], [200, 100])
    assert.equal(children.at(-1)?.name, 'machine299')
  } finally {
    await api.close()
  }
})

test('of many children only they are told, not what lies below them', async () => {
  const api = await openTestApi()
  try {
    const signalsOf = (sites: number) => Array.from({ length: sites }, (_, index) => ({ op: 'createSignal' as const, path: `acme/site${index}/line/press/x`, fields: { kind: 'number' as const } }))
    await api.plant.model.edit(signalsOf(26))
    const { children } = await summaryOf(api)
    assert.deepEqual([children.length, children[0]?.childCount, children[0]?.children, children[0]?.more], [26, 1, [], 1])
    assert.equal((await summaryOf(api, '?under=acme/site3')).children.length, 1)
  } finally {
    await api.close()
  }
})

test('events are told newest first, and those of an asset with what lies below it', async () => {
  const api = await openTestApi()
  try {
    await api.plant.events.record({ kind: 'test.first', path: 'line/press', data: { a: 1 } })
    await api.plant.events.record({ kind: 'test.second', path: 'line2', data: {} })
    const all = (await api.app.inject('/api/v1/events')).json() as { events: { kind: string; time: number }[] }
    assert.deepEqual(all.events.map(({ kind }) => kind), ['test.second', 'test.first'])
    const some = (await api.app.inject('/api/v1/events?under=line')).json() as { events: { kind: string; time: number }[] }
    assert.deepEqual(some.events.map(({ kind, time }) => [kind, time]), [['test.first', NOW_US / 1_000]])
  } finally {
    await api.close()
  }
})
