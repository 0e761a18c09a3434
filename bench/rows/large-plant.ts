import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { mustEqual, type BenchRow } from '../report.ts'
import { writeLargeRegistry } from '../large-registry.ts'

const SIGNALS_PER_ASSET = 4

/** 520,000 assets, the average large platform of the national figure (78 million devices on 150 platforms): memory, start, search. */
export const largePlant: BenchRow = {
  name: 'large-plant',
  summary: '520,000 assets: memory, time until ready, listing and search',
  async run(scale) {
    const assets = scale.quick ? 52_000 : 520_000
    const dataDir = await mkdtemp(join(tmpdir(), 'millwright-large-'))
    await mkdir(dataDir, { recursive: true })
    scale.say(`  writing a registry of ${assets.toLocaleString('en')} assets …`)
    const written = await writeLargeRegistry(dataDir, assets, SIGNALS_PER_ASSET)
    const started = performance.now()
    const millwright = await MillwrightProcess.start({ dataDir, flags: ['--log.level', 'warn'] })
    try {
      const readySeconds = (performance.now() - started) / 1000
      const resident = await millwright.residentBytes()
      const searchMs = await timed(() => millwright.getJson('/api/v1/assets?search=press%2042&limit=50'))
      const listMs = await timed(() => millwright.getJson('/api/v1/assets?direct=true&limit=100'))
      mustEqual('assets', { written: written.assets, known: await millwright.metric('millwright_assets') })
      return [
        {
          what: `${written.assets.toLocaleString('en')} assets, ${written.signals.toLocaleString('en')} signals`,
          value: `ready in ${readySeconds.toFixed(1)} s, ${Math.round(resident / 2 ** 20).toLocaleString('en')} MiB; search ${searchMs.toFixed(0)} ms, children ${listMs.toFixed(0)} ms`,
          aim: '≤ 2 GiB, ready ≤ 10 s',
          peer: '',
          proof: `${written.assets.toLocaleString('en')} written and known`,
        },
      ]
    } finally {
      await millwright.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  await call()
  const started = performance.now()
  await call()
  return performance.now() - started
}
