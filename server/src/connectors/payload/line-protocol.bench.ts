import { BatchBuilder } from '@millwright/model/sample-batch.ts'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { LineMapping } from './line-mapping.ts'
import { LineProtocolReader } from './line-protocol.ts'
import { LineSeriesTable } from './line-series.ts'

/** Prints what decoding line protocol like TSBS cpu-only costs: `node server/src/connectors/payload/line-protocol.bench.ts`. */
const HOSTS = 1_000
const LINES = 10_000
const ROUNDS = 60
const FIELDS = ['user', 'system', 'idle', 'nice', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice']

function body(isShuffled: boolean): Uint8Array {
  const lines = Array.from({ length: LINES }, (_, i) => {
    const host = isShuffled ? (i * 7919) % (HOSTS - (i % 3)) : i % HOSTS
    const tags = `hostname=host_${host},region=eu-west-1,datacenter=eu-west-1b,rack=${host % 100},os=Ubuntu16.10,arch=x86,team=NYC,service=${host % 20},service_version=0,service_environment=production`
    const fields = FIELDS.map((field, k) => `usage_${field}=${(i * 7 + k * 31) % 101}i`).join()
    return `cpu,${tags} ${fields} ${1_451_606_400 + Math.floor(i / HOSTS)}000000000`
  })
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

for (const isShuffled of [false, true]) {
  const bytes = body(isShuffled)
  const sink = new MemorySink()
  sink.open = new BatchBuilder(1 << 18)
  const table = new LineSeriesTable(new LineMapping())
  let start = process.cpuUsage()
  let taken = 0
  for (let round = -5; round < ROUNDS; round++) {
    if (round === 0) {
      start = process.cpuUsage()
      taken = 0
    }
    const reader = new LineProtocolReader({ sink, table, precision: 'ns', database: 'benchmark', receivedUs: 0, sender: 'bench', onRefused: () => undefined })
    for (let at = 0; at < bytes.length; ) at = reader.take(bytes, at, Math.min(bytes.length, at + 65_536), at + 65_536 >= bytes.length)
    taken += reader.taken
    sink.open.clear()
  }
  const used = process.cpuUsage(start)
  const ns = (used.user + used.system) * 1000
  console.log(`${isShuffled ? 'hosts in changing order' : 'hosts in one order'}: ${(ns / taken).toFixed(1)} ns a sample, ${((bytes.length * ROUNDS) / ns * 1000).toFixed(0)} MB/s`)
}
