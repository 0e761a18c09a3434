import { MillwrightProcess } from '../../../server/test/support/millwright-process.ts'

/** A pump whose bearing is too hot, one that is well, and a press of which nothing came. */
const MACHINES = [
  ['宏远集团/天津工厂/公用工程/泵站/pump1', 54],
  ['宏远集团/天津工厂/公用工程/泵站/pump2', 91],
  ['宏远集团/天津工厂/机加工/一号线/主轴箱', 47],
  ['宏远集团/苏州工厂/包装/包装线/packer1', 38],
] as const

/** The real server with a small plant on it that goes on sending. Signals that were not declared go to the inbox. */
export class RealPlant {
  readonly server: MillwrightProcess
  #timer: NodeJS.Timeout | undefined
  #round = 0

  private constructor(server: MillwrightProcess) {
    this.server = server
  }

  static async start(): Promise<RealPlant> {
    const server = await MillwrightProcess.start({ flags: ['--provisioning.policy', 'review', '--time-zone', 'Asia/Shanghai'] })
    const plant = new RealPlant(server)
    await plant.#describe()
    await plant.#past()
    plant.#timer = setInterval(() => void plant.send().catch(() => undefined), 500)
    return plant
  }

  get url(): string {
    return this.server.url
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.server.stop()
  }

  async post(path: string, body: unknown): Promise<Response> {
    return await fetch(this.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  }

  /** One sample of each signal, now. */
  async send(): Promise<void> {
    this.#round++
    await this.post('/api/v1/samples', MACHINES.map(([path, heat]) => ({ path, values: valuesOf(heat, this.#round) })))
  }

  async #describe(): Promise<void> {
    const signals = MACHINES.flatMap(([path]) => [
      { op: 'createAsset', path, fields: { level: 'equipment', type: 'pump', description: '设备 machine', properties: { maker: 'Wilo', commissioned: 2011 } }, orUpdate: true },
      { op: 'createSignal', path: `${path}/temperature`, fields: { kind: 'number', unit: 'Cel', low: 0, high: 80, description: '轴承温度 bearing' } },
      { op: 'createSignal', path: `${path}/speed`, fields: { kind: 'number', unit: '/min' } },
      { op: 'createSignal', path: `${path}/running`, fields: { kind: 'boolean' } },
      { op: 'createSignal', path: `${path}/mode`, fields: { kind: 'text' } },
    ])
    const silent = { op: 'createSignal', path: '宏远集团/天津工厂/机加工/一号线/press/force', fields: { kind: 'number' } }
    const answer = await this.post('/api/v1/model/edits', { edits: [...signals, silent] })
    if (!answer.ok) throw new Error(await answer.text())
  }

  async #past(): Promise<void> {
    const now = Date.now()
    const lines = Array.from({ length: 720 }, (_, index) => MACHINES.map(([path, heat]) => ({ path, ts: now - (720 - index) * 5_000, values: valuesOf(heat, index) }))).flat()
    const stored = await this.post('/api/v1/samples', lines)
    if (!stored.ok) throw new Error(await stored.text())
    // Something for the inbox, and something that nobody can take.
    await this.post('/api/v1/samples', [{ path: '宏远集团/天津工厂/公用工程/泵站/pump1', values: { newcomer: 12.5 } }])
    await this.post('/api/v1/samples', [{ path: 'a//b', values: { x: 1 } }])
    await this.post('/write', 'pump flow=oops')
  }
}

function valuesOf(heat: number, round: number): Record<string, number | boolean | string> {
  return { temperature: Math.round((heat + 2 * Math.sin(round / 20)) * 100) / 100, speed: 1_450 + (round % 7), running: true, mode: round % 50 < 40 ? 'AUTO' : 'MANUAL' }
}
