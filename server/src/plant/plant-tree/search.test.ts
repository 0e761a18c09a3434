import fc from 'fast-check'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ModelEdit, SearchQuery } from '../asset-model.ts'
import type { PlantModel } from '../plant-model.ts'
import { openTestPlant } from '../test-plant.ts'
import { MAX_LISTED } from './search.ts'
import { MAX_WAITING_SEARCHES, SearchTurns } from './search-turns.ts'

const NAMES = ['line1', 'Line12', 'press', 'Press7', 'a-1', '2', '泵', 'ine', 'ss']
const WORDS = ['line1', 'LINE', 'press', 'ss/', '/press', 'line1/press', 'e1/pr', '2', 'zz', 'cool', 'end', 'line1/press/press7', '/', 'b']

const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
const search = fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }).map((words) => words.join(' '))

/** What the words mean, said plainly. */
function hasAll(words: string, at: string, others: readonly (string | undefined)[]): boolean {
  const texts = [...at.split('/').map((name) => name), at, ...others].map((text) => text?.toLowerCase() ?? '')
  const initials = at.includes('泵') ? ['b'] : []
  return words.toLowerCase().split(/\s+/).filter((word) => word !== '').every((word) => texts.some((text) => text.includes(word)) || initials.includes(word))
}

async function allPages(limit: number, page: (query: Pick<SearchQuery, 'limit' | 'cursor'>) => Promise<{ items: readonly { path: string }[]; next: string | undefined; total: number | undefined }>): Promise<string[]> {
  const paths: string[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { items, next, total } = await page({ limit, ...(cursor !== undefined && { cursor }) })
    paths.push(...items.map((item) => item.path))
    cursor = next
    if (next === undefined) assert.equal(total, paths.length)
  }
  return paths
}

async function compare(model: PlantModel, query: Pick<SearchQuery, 'under' | 'direct'> & { readonly search: string }, limit: number): Promise<void> {
  const { search: words, ...scope } = query
  const assets = model.listAssets({ ...scope, limit: 10_000 }).items.filter((one) => hasAll(words, one.path, [one.type, one.description]))
  const signals = model.listSignals({ ...scope, limit: 10_000 }).items.filter((one) => hasAll(words, one.path, [one.description]))
  assert.deepEqual(await allPages(limit, (page) => model.findAssets({ ...query, ...page })), assets.map((one) => one.path), `assets with "${words}"`)
  assert.deepEqual(await allPages(limit, (page) => model.findSignals({ ...query, ...page })), signals.map((one) => one.path), `signals with "${words}"`)
}

describe('search', () => {
  it('finds what a look at every path, type and description finds, page by page, also after edits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), fc.array(fc.tuple(search, fc.boolean(), fc.integer({ min: 1, max: 9 })), { minLength: 3, maxLength: 6 }), async (paths, searches) => {
        const { model, registry } = await openTestPlant()
        const edits = paths.flatMap((at, index): ModelEdit[] => [
          { op: 'createAsset', path: at, orUpdate: true, fields: index % 3 === 0 ? { type: 'Cooler', description: 'at the end' } : {} },
          { op: 'createSignal', path: `${at}/s${index % 4}`, fields: { kind: 'number', ...(index % 2 === 0 && { description: 'drive END' }) }, orUpdate: true },
        ])
        await model.edit(edits)
        for (const [words, direct, limit] of searches) {
          await compare(model, { search: words }, limit)
          const under = paths[limit % paths.length]
          if (under !== undefined && model.asset(under) !== undefined) await compare(model, { search: words, under, direct }, limit)
          const gone = paths.find((one) => model.asset(one) !== undefined)
          if (gone !== undefined && limit === 9) await model.edit([{ op: 'moveAsset', path: gone, to: `moved-${words.length}-${model.revision}` }])
        }
        await registry.close()
      }),
      { numRuns: 15, seed: 5 },
    )
  })

  it('pages through more matches than it lists, while the plant changes between two pages', async () => {
    const { model, registry } = await openTestPlant()
    const count = MAX_LISTED + 1_500
    const edits: ModelEdit[] = []
    for (let i = 0; i < count; i++) edits.push({ op: 'createSignal', path: `plant/line${i % 40}/press${i}/speed`, fields: { kind: 'number' } })
    await model.edit(edits)
    await compare(model, { search: 'press' }, 700)
    await compare(model, { search: 'speed', under: 'plant/line7' }, 5)
    const first = await model.findAssets({ search: 'press', limit: 1_000 })
    await model.edit([{ op: 'deleteAsset', path: first.next ?? '', withContents: true }])
    const second = await model.findAssets({ search: 'press', limit: 10_000, cursor: first.next ?? '' })
    assert.equal(first.items.length + second.items.length, count)
    await registry.close()
  })

  it('refuses a search when too many wait', async () => {
    const turns = new SearchTurns()
    const { promise, resolve } = Promise.withResolvers<void>()
    const running = Array.from({ length: MAX_WAITING_SEARCHES }, () => turns.run(() => promise))
    await assert.rejects(turns.run(async () => undefined), /wait already/)
    resolve()
    await Promise.all(running)
    assert.equal(await turns.run(async () => 7), 7)
  })
})
