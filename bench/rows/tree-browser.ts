import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_BROWSER, framesText, hasBrowser, onPage } from '../browser/bench-page.ts'
import { frameGaps } from '../browser/page-probes.ts'
import { writeLargeRegistry } from '../large-registry.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import type { BenchRow } from '../report.ts'

const SIGNALS_PER_ASSET = 4
const SCROLL_MS = 2_000

/** The plant tree of 520,000 assets in a real browser: open, unfold, search, scroll. */
export const treeBrowser: BenchRow = {
  name: 'tree-browser',
  summary: 'plant tree of 520,000 assets in the browser: open, unfold, search, scroll',
  async run(scale) {
    const wanted = scale.quick ? 52_000 : 520_000
    const what = `tree of ${wanted.toLocaleString('en')} assets in the browser`
    if (!hasBrowser) return [{ what, value: NO_BROWSER, aim: '', peer: '', proof: '' }]
    const dataDir = await mkdtemp(join(tmpdir(), 'millwright-tree-'))
    scale.say(`  writing a registry of ${wanted.toLocaleString('en')} assets …`)
    const written = await writeLargeRegistry(dataDir, wanted, SIGNALS_PER_ASSET)
    const millwright = await MillwrightProcess.start({ dataDir, flags: ['--log.level', 'warn'] })
    try {
      return await onPage(async (page) => {
        const timed = async (work: () => Promise<unknown>): Promise<string> => {
          const started = performance.now()
          await work()
          return `${(performance.now() - started).toFixed(0)} ms`
        }
        const row = (name: string) => page.locator('.mw-tree-row', { has: page.getByText(name, { exact: true }) })
        await page.goto(`${millwright.url}/simulator`)
        await page.locator('.mw-view h2').first().waitFor()
        const opened = await timed(async () => {
          await page.goto(`${millwright.url}/plant`)
          await row('site1').waitFor()
        })
        const unfolded = await timed(async () => {
          await row('site1').locator('.mw-tree-toggle').click()
          await row('line10').waitFor()
        })
        const gaps = await page.evaluate(frameGaps, { ms: SCROLL_MS, scroller: '.mw-tree', stepPx: 60 })
        const searched = await timed(async () => {
          await page.locator('.mw-plant-side input').fill('press8 line49')
          await page.locator('.mw-plant-found a').first().waitFor()
        })
        const overview = await timed(async () => {
          await page.goto(millwright.url)
          await page.locator('.mw-tile').first().waitFor()
        })
        return [
          {
            what: `tree of ${written.assets.toLocaleString('en')} assets, ${written.signals.toLocaleString('en')} signals, in the browser`,
            value: `open ${opened}, unfold ${unfolded}, search ${searched}; scrolling ${framesText(gaps)}; overview ${overview}`,
            aim: '',
            peer: '',
            proof: 'Chromium, page load included, from the key or click until it is there',
          },
        ]
      })
    } finally {
      await millwright.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}
