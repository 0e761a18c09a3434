/** Writes to a registry without end and prints each call that has settled; `damage.test.ts` kills it. */
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { RegistryChange } from '../registry.ts'
import { openSqliteRegistry } from './sqlite-registry.ts'

const ASSETS_A_CALL = 40

const registry = await openSqliteRegistry({ file: process.argv[2] ?? '', clock: systemClock, log: silentLog })
for (let call = 0; ; call++) {
  const changes: RegistryChange[] = []
  for (let i = 0; i < ASSETS_A_CALL; i++) changes.push({ op: 'putAsset', asset: { id: i * 1_000 + call + 1, path: `a${i * 1_000 + call}`, type: String(call), properties: {} } })
  await registry.apply(changes)
  process.stdout.write(`${call}\n`)
}
