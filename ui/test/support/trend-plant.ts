import { MillwrightProcess } from '../../../server/test/support/millwright-process.ts'

const HOUR = 3_600_000
/** Hours of history, one sample in five seconds. */
const HOURS = 30
const EVERY_MS = 5_000
export const PUMP = 'acme/tianjin/泵站/pump1'
/** Nothing came from four to three hours ago. */
const SILENCE_HOURS = [4, 3] as const

/** The real server with thirty hours of one pump behind it. */
export class TrendPlant {
  readonly server: MillwrightProcess
  /** When the history ends, ms. */
  readonly endMs: number

  private constructor(server: MillwrightProcess, endMs: number) {
    this.server = server
    this.endMs = endMs
  }

  static async start(): Promise<TrendPlant> {
    const plant = new TrendPlant(await MillwrightProcess.start({ flags: ['--time-zone', 'Asia/Shanghai'] }), Math.floor(Date.now() / 1_000) * 1_000)
    await plant.#history()
    return plant
  }

  get url(): string {
    return this.server.url
  }

  /** Signals of the pump as the address of the Trend room has them. */
  address(names: readonly string[], more = ''): string {
    return `${this.url}/trend?${new URLSearchParams(names.map((name) => ['signals', `${PUMP}/${name}`])).toString()}${more}`
  }

  async post(path: string, body: unknown, accept = 'application/json'): Promise<Response> {
    const answer = await fetch(this.url + path, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async #history(): Promise<void> {
    const rows: object[] = []
    for (let ts = this.endMs - HOURS * HOUR; ts <= this.endMs; ts += EVERY_MS) {
      const agoHours = (this.endMs - ts) / HOUR
      if (agoHours <= SILENCE_HOURS[0] && agoHours >= SILENCE_HOURS[1]) continue
      rows.push({ path: PUMP, ts, values: valuesAt(ts) })
    }
    for (let i = 0; i < rows.length; i += 5_000) await this.post('/api/v1/samples', rows.slice(i, i + 5_000))
    const patch = (name: string, fields: object) =>
      fetch(`${this.url}/api/v1/signals/${encodeURI(`${PUMP}/${name}`)}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) })
    await patch('flow', { unit: 'm3/h', low: 20, high: 60 })
    await patch('power', { unit: 'kW' })
    await patch('temperature', { unit: 'Cel', low: 10, high: 75, description: '轴承温度' })
  }
}

/** What the pump says at a moment: a smooth day with a little roughness that repeats. */
export function valuesAt(ts: number): Record<string, number | boolean | string> {
  const rough = ((ts / EVERY_MS) * 7919) % 13
  return {
    flow: Math.round((42 + 6 * Math.sin(ts / 3_000_000) + rough / 10) * 100) / 100,
    power: Math.round((7.5 + Math.sin(ts / 3_000_000) + rough / 40) * 1_000) / 1_000,
    temperature: Math.round((58 + 9 * Math.sin(ts / 14_000_000) + rough / 20) * 100) / 100,
    running: Math.sin(ts / 4_000_000) > -0.8,
    recipe: ['A7', 'B2', '清洗', 'A9'][Math.floor(ts / 5_400_000) % 4] ?? 'A7',
  }
}
