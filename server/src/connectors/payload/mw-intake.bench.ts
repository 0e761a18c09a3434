import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { createMwIntake } from './mw-intake.ts'

/** Prints what decoding costs for each sample: `node server/src/connectors/payload/mw-intake.bench.ts`. */
const TOPICS = 1_000
const MESSAGES = 1_000_000

const cases: Record<string, (i: number) => string> = {
  '1 bare value': (i) => `${(20 + (i % 1000) / 100).toFixed(2)}`,
  '1 value with ts': (i) => `{"ts":${1_700_000_000_000 + i},"values":{"temperature":${(20 + (i % 1000) / 100).toFixed(2)}}}`,
  '10 values of 2 decimals': (i) => message(i, (k) => ((i * 7 + k * 13) % 10_000) / 100),
  '10 values of 17 digits': (i) => message(i, (k) => Math.sin(i + k) * 100),
  '60 values of 2 decimals': (i) => message(i, (k) => ((i * 7 + k * 13) % 10_000) / 100, 60),
}

function message(i: number, value: (k: number) => number, count = 10): string {
  const values = Array.from({ length: count }, (_, k) => `"signal_${k}":${value(k)}`)
  return `{"ts":${1_700_000_000_000 + i},"values":{${values.join()}}}`
}

for (const [title, payload] of Object.entries(cases)) {
  const sink = new MemorySink()
  sink.open = new BatchBuilder(1 << 20)
  const intake = createMwIntake({ sink, source: 'bench' })
  const topics = Array.from({ length: TOPICS }, (_, i) => intake.open(`mw/v1/plant/area/line/machine${i}/temperature`))
  const payloads = Array.from({ length: 997 }, (_, i) => new TextEncoder().encode(payload(i)))
  let samples = 0
  const count = title.startsWith('60') ? MESSAGES / 10 : MESSAGES
  let start = process.cpuUsage()
  for (let i = -20_000; i < count; i++) {
    if (i === 0) {
      start = process.cpuUsage()
      samples = 0
    }
    const bytes = payloads[(i + 20_000) % 997] as Uint8Array
    topics[(i + 20_000) % TOPICS]?.take(bytes, 0, bytes.length, 1_700_000_000_000_000)
    if (sink.open.length > 500_000) {
      samples += sink.open.length
      sink.open.clear()
    }
  }
  samples += sink.open.length
  const used = process.cpuUsage(start)
  const ns = (used.user + used.system) * 1000
  console.log(`${title}: ${(ns / count).toFixed(0)} ns a message, ${(ns / samples).toFixed(1)} ns a sample, ${sink.letters.length} refused`)
}
