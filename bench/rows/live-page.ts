import { NO_BROWSER, framesText, hasBrowser, onPage } from '../browser/bench-page.ts'
import { frameGaps } from '../browser/page-probes.ts'
import { pause, until } from '../load/pause.ts'
import { PlantSource } from '../load/plant-source.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import type { BenchRow } from '../report.ts'

const MACHINES = 100
const SIGNALS = 20

/** A page that watches 2,000 values which all change once a second: whether it stays smooth, at rest and while it is scrolled. */
export const livePage: BenchRow = {
  name: 'live-page',
  summary: '2,000 live values at 1 Hz on one page: frames dropped',
  async run(scale) {
    const what = `${(MACHINES * SIGNALS).toLocaleString('en')} live values at 1 Hz on one page`
    if (!hasBrowser) return [{ what, value: NO_BROWSER, aim: '0 frames dropped', peer: '', proof: '' }]
    const ms = scale.quick ? 4_000 : 20_000
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    const source = await PlantSource.open({ host: '127.0.0.1', port: millwright.mqttPort, root: 'load/hall', machines: MACHINES, signalsPerMachine: SIGNALS })
    try {
      await until('the plant is known', async () => (await millwright.metric('millwright_samples_stored_total')) >= MACHINES * SIGNALS)
      source.start()
      return await onPage(async (page) => {
        await page.goto(`${millwright.url}/plant/load/hall`)
        await page.locator('.mw-signal-row b', { hasText: /\d/ }).first().waitFor()
        await pause(2_000)
        const still = await page.evaluate(frameGaps, { ms })
        const scrolling = await page.evaluate(frameGaps, { ms, scroller: 'html', stepPx: 12 })
        const text = async () => await page.locator('.mw-signal-row b').first().textContent()
        const before = await text()
        await until('values go on changing', async () => (await text()) !== before)
        return [{ what, value: `${framesText(still)}; while it is scrolled ${framesText(scrolling)}`, aim: '0 frames dropped', peer: '', proof: `${(ms / 1_000).toFixed(0)} s each, at 1440×900; values went on changing` }]
      })
    } finally {
      source.close()
      await millwright.stop()
    }
  },
}
