import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian keeps the broker, which is not always in the path. */
const COMMANDS = ['mosquitto', '/usr/sbin/mosquitto']

/** The command of an installed Mosquitto; undefined when there is none. */
export const mosquittoCommand = COMMANDS.find((command) => spawnSync(command, ['-h']).error === undefined)

/** A Mosquitto of its own: the outside broker that people really have. */
export class Mosquitto {
  readonly #folder: string
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.port = port
  }

  static async start(): Promise<Mosquitto> {
    const broker = new Mosquitto(await mkdtemp(join(tmpdir(), 'millwright-mosquitto-')), await freePort())
    // By itself it drops what a subscriber is more than 1,000 messages behind with: a test that is slow for a moment would lose some.
    const lines = [`listener ${broker.port} 127.0.0.1`, 'allow_anonymous true', 'persistence true', `persistence_location ${broker.#folder}/`, 'autosave_interval 1', 'max_queued_messages 0', 'log_dest none']
    await writeFile(join(broker.#folder, 'mosquitto.conf'), lines.join('\n'))
    await broker.run()
    return broker
  }

  /** Starts the process again after {@link end}, with its sessions. */
  async run(): Promise<void> {
    // Started by root, Mosquitto would become another user who may not write to the folder.
    const child = spawn(mosquittoCommand ?? 'mosquitto', ['-c', join(this.#folder, 'mosquitto.conf')], { stdio: 'ignore', env: process.env })
    this.#process = child
    for (let tries = 0; !(await answers(this.port)); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error('mosquitto does not start')
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  async end(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }

  async stop(): Promise<void> {
    await this.end()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
