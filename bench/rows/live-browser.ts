import type { Page } from 'playwright-core'
import { hasBrowser, onPage } from '../browser/bench-page.ts'
import { watchRows, type Shown } from '../browser/page-probes.ts'
import { LiveClientsThread } from '../load/live-clients.ts'
import { openConnection, publishPacket } from '../load/mqtt-packets.ts'
import { pause, until } from '../load/pause.ts'
import { PlantSource } from '../load/plant-source.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import type { BenchRow, Measurement } from '../report.ts'

const MACHINES = 50
const SIGNALS = 20
const PROBE = 'probe/cell/machine'
const PROBE_SIGNALS = 10
/** Between two changes of the probe, ms: at random, so that they meet every moment of a cycle. */
const CHANGE_MS = [20, 80] as const

/** From the socket of a machine to the painted pixel, on the machine page, while the typical plant sends. Without a browser: to an SSE client. */
export const liveBrowser: BenchRow = {
  name: 'live-browser',
  summary: 'change at the source to the browser, while 50 machines send 1,000 signals at 1 Hz',
  async run(scale) {
    const seconds = scale.quick ? 10 : 60
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    const source = await PlantSource.open({ host: '127.0.0.1', port: millwright.mqttPort, root: 'typical/hall', machines: MACHINES, signalsPerMachine: SIGNALS })
    try {
      source.start()
      return [hasBrowser ? await inBrowser(millwright, seconds) : await inClient(millwright, seconds)]
    } finally {
      source.close()
      await millwright.stop()
    }
  },
}

async function inBrowser(millwright: MillwrightProcess, seconds: number): Promise<Measurement> {
  const probe = await Probe.open(millwright.mqttPort)
  for (let signal = 0; signal < PROBE_SIGNALS; signal++) probe.change(signal)
  await until('the probe is known', async () => ((await millwright.getJson(`/api/v1/signals?under=${PROBE}`)) as { items: unknown[] }).items.length === PROBE_SIGNALS)
  const shown = await onPage(async (page) => {
    await page.goto(`${millwright.url}/plant/${PROBE}`)
    await page.locator('.mw-signal-row b', { hasText: /\d/ }).nth(PROBE_SIGNALS - 1).waitFor()
    await pause(1_000)
    await page.evaluate(watchRows)
    probe.begin()
    const end = performance.now() + seconds * 1_000
    for (let turn = 0; performance.now() < end; turn++) {
      probe.change(turn % PROBE_SIGNALS)
      await pause(CHANGE_MS[0] + Math.random() * (CHANGE_MS[1] - CHANGE_MS[0]))
    }
    await until('the page shows the last values', async () => {
      const newest = new Map((await shownOn(page)).map(([name, value]) => [name, value]))
      return probe.last.every((value, signal) => newest.get(`signal${signal}`) === value)
    })
    return await shownOn(page)
  })
  const agesMs = probe.ages(shown).toSorted((a, b) => a - b)
  probe.close()
  return report('change at the source to the pixel (Chromium)', agesMs, `${agesMs.length.toLocaleString('en')} changes in ${seconds} s, every one or a newer one shown, the last of each signal exactly`)
}

async function inClient(millwright: MillwrightProcess, seconds: number): Promise<Measurement> {
  await until('the plant is known', async () => (await millwright.metric('millwright_samples_stored_total')) >= MACHINES * SIGNALS)
  const clients = await LiveClientsThread.open({ host: '127.0.0.1', port: millwright.httpPort, target: '/api/v1/live?under=typical', clients: 1 })
  await pause(2_000)
  await clients.result()
  await pause(seconds * 1_000)
  const { p50Ms, p99Ms, longestMs, values } = await clients.result()
  await clients.close()
  return { what: 'change at the source to an SSE client (no Chromium here)', value: `p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${longestMs} ms`, aim: 'p99 ≤ 250 ms', peer: '', proof: `${values.toLocaleString('en')} values in ${seconds} s` }
}

function report(what: string, inOrder: readonly number[], proof: string): Measurement {
  const at = (share: number): string => `${(inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * share))] ?? Number.NaN).toFixed(0)} ms`
  return { what, value: `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`, aim: 'p99 ≤ 250 ms', peer: '', proof }
}

async function shownOn(page: Page): Promise<Shown[]> {
  return await page.evaluate<Shown[]>('shownValues')
}

/** A machine whose signals count, and who knows when it sent each count. */
class Probe {
  readonly last = Array.from({ length: PROBE_SIGNALS }, () => 0)
  readonly #socket: Awaited<ReturnType<typeof openConnection>>
  /** By signal: value and when it was sent. */
  #sent: [value: number, sentMs: number][][] = []
  #packets = 0

  private constructor(socket: Awaited<ReturnType<typeof openConnection>>) {
    this.#socket = socket
    socket.resume()
  }

  static async open(port: number): Promise<Probe> {
    return new Probe(await openConnection({ host: '127.0.0.1', port }, 'probe'))
  }

  /** Forgets what was sent so far: it is shown already. */
  begin(): void {
    this.#sent = this.last.map(() => [])
  }

  change(signal: number): void {
    const value = (this.last[signal] ?? 0) + 1
    this.last[signal] = value
    const nowMs = Date.now()
    this.#sent[signal]?.push([value, nowMs])
    this.#socket.write(publishPacket(`mw/v1/${PROBE}`, `{"ts":${nowMs},"values":{"signal${signal}":${value}}}`, (++this.#packets % 65_000) + 1))
  }

  /** For each change: milliseconds until it, or one that came after it, was seen. */
  ages(shown: readonly Shown[]): number[] {
    return this.#sent.flatMap((changes, signal) => {
      const seen = shown.filter(([name]) => name === `signal${signal}`)
      return changes.map(([value, sentMs]) => (seen.find(([, showed]) => showed >= value)?.[2] ?? Number.POSITIVE_INFINITY) - sentMs)
    })
  }

  close(): void {
    this.#socket.end()
  }
}
