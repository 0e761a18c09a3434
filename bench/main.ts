import { parseArgs } from 'node:util'
import { markdownTable, type BenchRow, type Measurement } from './report.ts'
import { billion } from './rows/billion.ts'
import { ingestLine } from './rows/ingest-line.ts'
import { ingestMqtt } from './rows/ingest-mqtt.ts'
import { ingestSparkplug } from './rows/ingest-sparkplug.ts'
import { largePlant } from './rows/large-plant.ts'
import { liveBrowser } from './rows/live-browser.ts'
import { liveClients } from './rows/live-clients.ts'
import { livePage } from './rows/live-page.ts'
import { treeBrowser } from './rows/tree-browser.ts'
import { trendYear } from './rows/trend-year.ts'
import { typicalPlant } from './rows/typical-plant.ts'
import { watches } from './rows/watches.ts'

/** All rows of the bench, in the order of the design's table. Adding one is one line here. */
export const ROWS: readonly BenchRow[] = [ingestSparkplug, ingestMqtt, ingestLine, billion, largePlant, typicalPlant, liveBrowser, liveClients, livePage, treeBrowser, trendYear, watches]

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, list: { type: 'boolean', default: false } } })
const say = (text: string): void => void process.stderr.write(`${text}\n`)

if (values.list) {
  for (const { name, summary } of ROWS) process.stdout.write(`${name.padEnd(16)} ${summary}\n`)
} else {
  const chosen = ROWS.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))
  const measurements: Measurement[] = []
  for (const row of chosen) {
    say(`${row.name}: ${row.summary}`)
    try {
      measurements.push(...(await row.run({ quick: values.quick, say })))
    } catch (thrown) {
      say(`  failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      process.exitCode = 1
    }
  }
  process.stdout.write(`${markdownTable(measurements)}\n`)
}
