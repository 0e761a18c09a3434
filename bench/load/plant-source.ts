import type { Socket } from 'node:net'
import { openConnection, publishPacket } from './mqtt-packets.ts'

export interface PlantSourceOptions {
  readonly host: string
  readonly port: number
  /** First levels of the machines' paths. */
  readonly root: string
  readonly machines: number
  readonly signalsPerMachine: number
}

const SECOND_MS = 1_000

/** Machines that each send all of their signals once a second over MQTT, QoS 1, spread over the second as real ones are. */
export class PlantSource {
  readonly #options: PlantSourceOptions
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined
  #sent = 0
  #dueMs = 0

  private constructor(options: PlantSourceOptions, socket: Socket) {
    this.#options = options
    this.#socket = socket
    socket.resume()
  }

  /** Connects and sends the first sample of every signal, so that all are known. */
  static async open(options: PlantSourceOptions): Promise<PlantSource> {
    const source = new PlantSource(options, await openConnection(options, `source-${options.root.replaceAll('/', '-')}`))
    for (let machine = 0; machine < options.machines; machine++) source.#send()
    return source
  }

  /** Samples sent so far. */
  get samples(): number {
    return this.#sent * this.#options.signalsPerMachine
  }

  start(): void {
    const periodMs = SECOND_MS / this.#options.machines
    this.#dueMs = performance.now() + periodMs
    this.#timer = setInterval(() => {
      for (; this.#dueMs <= performance.now(); this.#dueMs += periodMs) this.#send()
    }, Math.max(1, Math.min(20, periodMs)))
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  close(): void {
    this.stop()
    this.#socket.end()
  }

  /** One message of the next machine in turn, with the time of now. */
  #send(): void {
    const { root, machines, signalsPerMachine } = this.#options
    const machine = this.#sent % machines
    const round = Math.floor(this.#sent / machines)
    this.#sent++
    const values = Array.from({ length: signalsPerMachine }, (_, i) => `"signal${i}":${(20 + 5 * Math.sin(round / 30 + i * 1.3 + machine * 2.1)).toFixed(2)}`)
    this.#socket.write(publishPacket(`mw/v1/${root}/machine${machine}`, `{"ts":${Date.now()},"values":{${values.join(',')}}}`, (this.#sent % 65_000) + 1))
  }
}
