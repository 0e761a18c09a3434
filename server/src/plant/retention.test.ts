import assert from 'node:assert/strict'
import { test } from 'node:test'
import { US_PER_DAY } from '@millwright/model/time.ts'
import { silentLog } from '../kernel/log.ts'
import type { Registry, RegistryChange } from '../registry/registry.ts'
import { Retention, type RetentionParts } from './retention.ts'

test('a clock that is set ten years ahead between the start and the first pass deletes nothing', async () => {
  const documents = new Map<string, string>()
  const deletedBefore: number[] = []
  const start = Date.UTC(2026, 0, 1) * 1_000
  let [nowUs, monotonicMs] = [start, 0]
  const registry: Pick<Registry, 'documents' | 'apply'> = {
    documents: async () => documents,
    apply: async (changes: readonly RegistryChange[]) => {
      for (const change of changes) if (change.op === 'putDocument') documents.set(change.key, change.json)
    },
  }
  const parts = {
    history: { applyRetention: async ({ defaultBeforeUs }: { readonly defaultBeforeUs: number }) => (deletedBefore.push(defaultBeforeUs), { rows: 0, bytes: 0 }) },
    model: { retentions: () => new Map() },
    registry,
    events: { record: async () => true },
    defaultDays: 30,
    clock: { nowUs: () => nowUs, monotonicMs: () => monotonicMs },
    log: silentLog,
  } as unknown as RetentionParts
  const retention = await Retention.open(parts)
  nowUs += 3_650 * US_PER_DAY
  monotonicMs += 60_000
  await retention.pass()
  assert.deepEqual(deletedBefore, [start + 60_000_000 - 30 * US_PER_DAY])
  // Neither does a start anew with that clock.
  monotonicMs = 0
  await (await Retention.open(parts)).pass()
  assert.ok((deletedBefore[1] ?? Infinity) < start)
})
