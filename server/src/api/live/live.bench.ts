/**
 * What it costs to show 2,000 values, all changing once a second, to 500 browsers that watch the same asset.
 * Prints the main thread's load, bytes per second, and the time from a write to its arrival at the last client.
 * Run: `node server/src/api/live/live.bench.ts [clients] [signals] [seconds]`
 */
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { openTestApi } from '../test-api.ts'

const [clients = 500, signals = 2_000, seconds = 10] = process.argv.slice(2).map(Number)

interface Arrival {
  readonly sent: number
  readonly arrivedMs: number
}

/** All clients live in this thread; each frame's first value is the round in which it was sent. */
function readAll(port: number, count: number): void {
  for (let client = 0; client < count; client++) {
    request({ port, host: '127.0.0.1', path: '/api/v1/live?under=bench', agent: false }, (response) => {
      response.on('data', (piece: Buffer) => {
        const at = piece.indexOf('"values":[')
        if (at < 0) return
        const sent = Number.parseInt(piece.toString('latin1', at + 10, at + 24), 10)
        const arrival: Arrival = { sent, arrivedMs: performance.timeOrigin + performance.now() }
        parentPort?.postMessage(arrival)
      })
    }).end()
  }
}

async function measure(): Promise<void> {
  const api = await openTestApi({ settings: { maxLiveClients: clients } })
  const writeRound = async (round: number) => {
    for (let index = 0; index < signals; index++) {
      const resolved = api.plant.ingest.resolve('bench', `signal${index}`, 'number')
      if ('series' in resolved) api.plant.ingest.open.addNumber(resolved.series, 1_767_000_000_000_000 + round * 1_000_000, round, 0)
    }
    await api.plant.ingest.commit()
  }
  await writeRound(0)
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const arrivals = new Map<number, number[]>()
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: (api.app.server.address() as AddressInfo).port, clients }, argv: process.argv.slice(2) })
  worker.on('message', ({ sent, arrivedMs }: Arrival) => arrivals.set(sent, [...(arrivals.get(sent) ?? []), arrivedMs]))
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const begun = performance.eventLoopUtilization()
  const delays: number[] = []
  let missing = 0
  for (let round = 1; round <= seconds; round++) {
    const writtenMs = performance.timeOrigin + performance.now()
    await writeRound(round)
    await new Promise((resolve) => setTimeout(resolve, 1_000 - (performance.timeOrigin + performance.now() - writtenMs)))
    const arrived = arrivals.get(round) ?? []
    missing += clients - arrived.length
    delays.push(...arrived.map((atMs) => atMs - writtenMs))
    arrivals.delete(round)
  }
  const load = performance.eventLoopUtilization(begun).utilization
  delays.sort((a, b) => a - b)
  const at = (share: number) => delays[Math.floor(delays.length * share)]?.toFixed(0)
  const metrics = (await api.app.inject('/metrics')).body
  const bytes = Number(/^millwright_live_bytes_sent_total (\d+)/m.exec(metrics)?.[1])
  console.log(`${clients} clients, ${signals} values at 1 Hz: main thread ${(load * 100).toFixed(0)} % of a core (${(bytes / seconds / 1e6).toFixed(1)} MB/s sent)`)
  console.log(`write to arrival: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, last ${delays.at(-1)?.toFixed(0)} ms; frames not arrived within their second: ${missing}`)
  await worker.terminate()
  await api.close()
}

if (isMainThread) await measure()
else readAll(workerData.port, workerData.clients)
