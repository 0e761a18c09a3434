import type { WireAnomalies, WireAnomaly } from '../../../model/src/wire/anomaly.ts'
import { MACHINE_SIGNALS, machine } from '../../../server/src/intelligence/runtime/test-machine.ts'
import { MillwrightProcess } from '../../../server/test/support/millwright-process.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440
/** Days of history: enough to learn each operating state, and to judge by. */
const DAYS = 9
const FAULT_MINUTES = 120
const STATION = '宏远集团/天津工厂/公用工程/泵站'
/** Its bearing was warm for two hours on three days, and is now. */
export const SICK_PUMP = `${STATION}/pump1`
/** Its bearing was warm once. */
export const WELL_PUMP = `${STATION}/pump2`
const PAGE = 4_000
const PATIENCE_MS = 240_000

const FIELDS: Readonly<Record<string, object>> = {
  load: { kind: 'number', unit: '%', low: 0, high: 100, description: '负载 · Load' },
  power: { kind: 'number', unit: 'kW', description: '功率 · Power' },
  bearing_temperature: { kind: 'number', unit: 'Cel', low: 0, high: 80, description: '轴承温度 · Bearing temperature' },
  flow: { kind: 'number', unit: 'm3/h', description: '流量 · Flow' },
  hours: { kind: 'number', unit: 'h', description: '运行小时 · Running hours' },
  state: { kind: 'text', description: '运行状态 · Operating state' },
}

/** The real server with nine days of two pumps behind it, whose faults it has found itself. */
export class JudgedPlant {
  readonly server: MillwrightProcess
  /** When the history ends, ms. */
  readonly endMs: number

  private constructor(server: MillwrightProcess, endMs: number) {
    this.server = server
    this.endMs = endMs
  }

  static async start(): Promise<JudgedPlant> {
    const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
    const plant = new JudgedPlant(await MillwrightProcess.start({ flags: ['--time-zone', 'Asia/Shanghai', '--intelligence.save-seconds', '1'] }), endMs)
    try {
      await plant.#describe()
      await plant.#past(SICK_PUMP, 31, [4, 5, 6], 60)
      await plant.#past(WELL_PUMP, 47, [5], 0)
      await plant.#untilFound()
    } catch (failure) {
      await plant.stop()
      throw failure
    }
    return plant
  }

  get url(): string {
    return this.server.url
  }

  /** When a day of the history began, ms; the first one is day 0. */
  dayMs(day: number): number {
    return this.endMs - (DAYS - day) * DAY_MINUTES * MINUTE_MS
  }

  async stop(): Promise<void> {
    await this.server.stop()
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(this.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  async get<T>(path: string): Promise<T> {
    return (await this.server.getJson(path)) as T
  }

  /** Anomalies of a pump, newest first. */
  async anomaliesOf(asset: string): Promise<readonly WireAnomaly[]> {
    return (await this.get<WireAnomalies>(`/api/v1/anomalies?show=all&limit=1000&under=${encodeURIComponent(asset)}`)).items
  }

  async #describe(): Promise<void> {
    const edits = [SICK_PUMP, WELL_PUMP].flatMap((path) => [
      { op: 'createAsset', path, fields: { level: 'equipment', type: 'pump', description: '冷却水泵 · Cooling water pump', properties: { maker: 'Wilo' } } },
      ...Object.entries(FIELDS).map(([name, fields]) => ({ op: 'createSignal', path: `${path}/${name}`, fields })),
    ])
    await this.post('/api/v1/model/edits', { edits })
  }

  /** Warm for two hours on some days, and in the last minutes. */
  async #past(path: string, seed: number, days: readonly number[], lastMinutes: number): Promise<void> {
    const minutes = DAYS * DAY_MINUTES
    const isWarm = (minute: number) => (days.includes(Math.floor(minute / DAY_MINUTES)) && minute % DAY_MINUTES < FAULT_MINUTES) || minute >= minutes - lastMinutes
    const rows: { readonly path: string; readonly ts: number; readonly values: Record<string, number | string> }[] = []
    for (const { signal, timeUs, value } of machine({ seed, fromUs: this.dayMs(0) * 1_000, minutes, fault: (minute) => (isWarm(minute) ? 6 : 0) })) {
      const ts = timeUs / 1_000
      const last = rows.at(-1)
      const row = last !== undefined && last.ts === ts ? last : { path, ts, values: {} }
      if (row !== last) rows.push(row)
      row.values[signal === 'state' ? 'state' : (MACHINE_SIGNALS[signal] ?? '')] = value
    }
    for (let from = 0; from < rows.length; from += PAGE) await this.post('/api/v1/samples', rows.slice(from, from + PAGE))
  }

  /** The server has seen all of it, and the bearings are told. */
  async #untilFound(): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS
    for (;;) {
      const found = await this.anomaliesOf(STATION)
      const isWarm = (path: string, goesOn: boolean) => found.some(({ asset, state, signals }) => asset === path && (state === 'open') === goesOn && signals[0]?.signal.endsWith('bearing_temperature') === true)
      if (isWarm(SICK_PUMP, true) && isWarm(WELL_PUMP, false)) return
      if (performance.now() > untilMs) throw new Error(`the warm bearings were not found; found: ${JSON.stringify(found.map(({ state, summary }) => [state, summary.en]))}\n${JSON.stringify(await this.get('/api/v1/intelligence/status'))}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
