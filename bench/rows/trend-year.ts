import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_BROWSER, hasBrowser, onPage } from '../browser/bench-page.ts'
import { untilAnswered, untilDrawn } from '../browser/page-probes.ts'
import { writeSensorRegistry } from '../large-registry.ts'
import { settingsFrom } from '../../server/src/cli/run.ts'
import { generateHistory } from '../../server/src/historian/embedded/generate-history.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import { silentLog } from '../../server/src/kernel/log.ts'
import { DATA } from '../../server/src/plant/open-plant.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { mustEqual, type BenchRow } from '../report.ts'

const DAY_MS = 86_400_000
const SIGNAL = 'sensors/sensor1/value'

/** A year of one signal at 1 Hz, never looked at since the start: from the click on "1 y" until it is drawn. */
export const trendYear: BenchRow = {
  name: 'trend-year',
  summary: 'trend of a year at 1 Hz, cold, from click to drawn',
  async run(scale) {
    const [days, button] = scale.quick ? [30, '30 d'] : [365, '1 y']
    if (!hasBrowser) return [{ what: `trend of ${days} days`, value: NO_BROWSER, aim: '', peer: '', proof: '' }]
    const dataDir = await mkdtemp(join(tmpdir(), 'millwright-trend-'))
    try {
      scale.say(`  generating ${(days * 86_400).toLocaleString('en')} samples …`)
      await mkdir(join(dataDir, DATA.history), { recursive: true })
      await writeSensorRegistry(dataDir, 1)
      const firstDay = Math.floor(Date.now() / DAY_MS) - days
      const rows = await generateHistory({ dir: join(dataDir, DATA.history), settings: settingsFrom([]).settings.historian, clock: systemClock, log: silentLog, series: 1, days, firstDay, periodMs: 1_000, rollups: true })
      const millwright = await MillwrightProcess.start({ dataDir, flags: ['--log.level', 'warn'] })
      try {
        const { drawnMs, questions } = await onPage(async (page) => {
          const asked: number[] = []
          page.on('requestfinished', (request) => {
            if (!request.url().endsWith('/api/v1/query')) return
            const { requestStart, responseStart } = request.timing()
            asked.push(responseStart - requestStart)
          })
          await page.goto(`${millwright.url}/trend?signals=${encodeURIComponent(SIGNAL)}&last=10m`)
          await page.locator('.mw-trend-legend tbody tr').waitFor()
          await page.evaluate(untilAnswered)
          asked.length = 0
          const started = performance.now()
          await page.getByText(button, { exact: true }).click()
          await page.evaluate(untilDrawn)
          return { drawnMs: performance.now() - started, questions: asked }
        })
        const count = await millwright.sqlNumber(`SELECT count(*) FROM samples WHERE signal = '${SIGNAL}'`)
        mustEqual('samples', { generated: rows, 'read back': count })
        return [
          {
            what: `trend of ${days} days at 1 Hz, cold, from click to drawn`,
            value: `${drawnMs.toFixed(0)} ms; of it the server at most ${Math.max(...questions).toFixed(0)} ms for one of ${questions.length} questions, ${questions.reduce((sum, ms) => sum + ms, 0).toFixed(0)} ms in all`,
            aim: '',
            peer: '',
            proof: `${rows.toLocaleString('en')} samples generated and read back; before the click only ten minutes were asked for, and the ends of the signal`,
          },
        ]
      } finally {
        await millwright.stop()
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  },
}
