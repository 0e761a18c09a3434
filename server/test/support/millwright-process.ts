import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY_MS = 120_000
const OUTPUT_CHARACTERS = 200_000

/** What a test that ends early leaves behind is ended with it. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Ends, at once, all that a test has started and not stopped: for its last hook. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map((child) => {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    return gone
  }))
}

export interface MillwrightOptions {
  /** A new folder below the one for temporary files unless one is given. */
  readonly dataDir?: string
  readonly flags?: readonly string[]
  /** Options of Node.js itself, such as `--inspect=127.0.0.1:0`. */
  readonly nodeFlags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly readyMs?: number
  /** A command that runs the command behind it, in the same process. */
  readonly launcher?: readonly string[]
}

/** The real program in a process and data folder of its own. */
export class MillwrightProcess {
  readonly dataDir: string
  readonly httpPort: number
  readonly mqttPort: number
  readonly #child: ChildProcess
  #output = ''
  /** From the start of the process until it was ready, milliseconds. */
  readyMs = 0

  private constructor(child: ChildProcess, dataDir: string, httpPort: number, mqttPort: number) {
    this.#child = child
    this.dataDir = dataDir
    this.httpPort = httpPort
    this.mqttPort = mqttPort
    running.add(child)
    child.once('exit', () => running.delete(child))
    child.stderr?.on('data', (data: Buffer) => {
      this.#output = (this.#output + data.toString()).slice(-OUTPUT_CHARACTERS)
    })
    child.stdout?.resume()
  }

  /** Starts it on free ports and waits until it is ready. Rejects with its last words when it ends before. */
  static async start(options: MillwrightOptions = {}): Promise<MillwrightProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'millwright-process-')))
    const [httpPort, mqttPort] = [await freePort(), await freePort()]
    const flags = ['start', '--data', dataDir, '--http', `127.0.0.1:${httpPort}`, '--mqtt', `127.0.0.1:${mqttPort}`, ...(options.flags ?? [])]
    const [command = process.execPath, ...rest] = [...(options.launcher ?? []), process.execPath, ...(options.nodeFlags ?? []), MAIN, ...flags]
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.environment } })
    const started = new MillwrightProcess(child, dataDir, httpPort, mqttPort)
    try {
      await started.#ready(options.readyMs ?? READY_MS)
    } catch (failure) {
      await started.kill('SIGKILL')
      throw failure
    }
    return started
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Whether it runs. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The end of what it wrote to its log. */
  get output(): string {
    return this.#output
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`
  }

  async getJson(path: string): Promise<unknown> {
    const answer = await fetch(this.url + path)
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  /** One number of one row. */
  async sqlNumber(sql: string): Promise<number> {
    const answer = await fetch(`${this.url}/api/v1/sql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sql }) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${sql}: ${answer.status} ${text}`)
    const value: unknown = JSON.parse(text).rows?.[0]?.[0]
    return Number(value)
  }

  /** Value of a metric of `/metrics` without labels, summed over its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    if (lines.length === 0) throw new Error(`there is no metric ${name}`)
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  /** Resident memory, bytes (Linux; 0 elsewhere). */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }

  /** Processor time used so far, seconds (Linux; 0 elsewhere). */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve()
    this.#child.kill(signal)
    return gone
  }

  /** Stops it and, unless told otherwise, removes its data. */
  async stop(options: { readonly keepData?: boolean } = {}): Promise<void> {
    await this.kill('SIGTERM')
    if (options.keepData !== true) await rm(this.dataDir, { recursive: true, force: true })
  }

  async #ready(timeoutMs: number): Promise<void> {
    const started = performance.now()
    while (performance.now() - started < timeoutMs) {
      if (!this.isAlive) throw new Error(`millwright ended with ${this.#child.signalCode ?? `code ${this.#child.exitCode}`}:\n${this.#output}`)
      const isReady = await fetch(`${this.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
      this.readyMs = performance.now() - started
      if (isReady) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`millwright was not ready after ${timeoutMs} ms:\n${this.#output}`)
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
