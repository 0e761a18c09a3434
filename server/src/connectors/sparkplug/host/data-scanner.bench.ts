import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { EdgeSession } from '@millwright/model/sparkplug/edge-session.ts'
import { DataScanner } from './data-scanner.ts'
import { MetricTable } from './metric-table.ts'

// Decode of DDATA with 100 metrics (alias, time, double) into columns: processor time, ns per metric. Run: node server/src/connectors/sparkplug/host/data-scanner.bench.ts
const METRICS = 100
const ROUNDS = 20_000

const session = new EdgeSession({ group: 'G', node: 'E' })
session.connect(0)
session.nodeBirth([], 0)
const names = Array.from({ length: METRICS }, (_, at) => `m${at}`)
session.deviceBirth('D', names.map((name) => ({ name, datatype: DataType.double, value: 0, timestampMs: 1_700_000_000_000 })), 0)
const { payload } = session.data('D', names.map((name, at) => ({ name, value: 20 + Math.sin(at), timestampMs: 1_700_000_000_001 })), 1_700_000_000_001)
const table = new MetricTable(names.map((name, at) => ({ name, alias: at + 1, datatype: DataType.double, place: { assetPath: 'G/E/D', signal: name }, kind: 'number', hints: {} })))
table.series.forEach((_, row) => (table.series[row] = row + 1))
const open = new BatchBuilder(METRICS * 100)
const scanner = new DataScanner(() => {
  throw new Error('BUG: all metrics are for the fast path')
})
for (const round of ['warm', 'measured', 'measured', 'measured']) {
  const started = process.cpuUsage()
  for (let i = 0; i < ROUNDS; i++) {
    if (i % 100 === 0) open.clear()
    scanner.scan(payload, 0, payload.length, table, 0, open)
  }
  const ns = (process.cpuUsage(started).user * 1000) / (ROUNDS * METRICS)
  if (round === 'measured') process.stdout.write(`decode: ${ns.toFixed(1)} ns per metric\n`)
}
