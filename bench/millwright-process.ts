import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../server/src/main.ts', import.meta.url))
const READY_MS = 60_000

/** The real program in a process and data folder of its own. */
export class MillwrightProcess {
  readonly dataDir: string
  readonly httpPort: number
  readonly mqttPort: number
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, dataDir: string, httpPort: number, mqttPort: number) {
    this.#child = child
    this.dataDir = dataDir
    this.httpPort = httpPort
    this.mqttPort = mqttPort
    child.stderr?.on('data', (data: Buffer) => {
      this.#output = (this.#output + data.toString()).slice(-20_000)
    })
    child.stdout?.resume()
  }

  /** Starts it on free ports and waits until it is ready. A new data folder unless one is given. */
  static async start(options: { readonly dataDir?: string; readonly flags?: readonly string[] } = {}): Promise<MillwrightProcess> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'millwright-bench-')))
    const [httpPort, mqttPort] = [await freePort(), await freePort()]
    const flags = ['start', '--data', dataDir, '--http', `127.0.0.1:${httpPort}`, '--mqtt', `127.0.0.1:${mqttPort}`, ...(options.flags ?? [])]
    const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
    const started = new MillwrightProcess(child, dataDir, httpPort, mqttPort)
    await started.#ready()
    return started
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

  async #ready(): Promise<void> {
    const until = performance.now() + READY_MS
    while (performance.now() < until) {
      if (this.#child.exitCode !== null) throw new Error(`millwright ended with code ${this.#child.exitCode}:\n${this.#output}`)
      const isReady = await fetch(`${this.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
      if (isReady) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error(`millwright was not ready after ${READY_MS} ms:\n${this.#output}`)
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
