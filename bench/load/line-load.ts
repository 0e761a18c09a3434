import { Agent, request } from 'node:http'
import { parentPort } from 'node:worker_threads'
import { loadResult, type LoadResult } from './load-result.ts'

/** A load of InfluxDB line protocol in the shape of TSBS "cpu-only": one measurement, ten tags, ten integer fields a line. */
export interface LineLoad {
  readonly host: string
  readonly port: number
  /** Path and query, such as `/write?db=bench&precision=ns`. */
  readonly path: string
  readonly writers: number
  readonly hosts: number
  /** Lines in one body. */
  readonly linesPerBody: number
  readonly seconds: number
  readonly startMs: number
  /** Prefix of the host names, so that runs do not meet. */
  readonly root: string
}

const FIELDS = ['usage_user', 'usage_system', 'usage_idle', 'usage_nice', 'usage_iowait', 'usage_irq', 'usage_softirq', 'usage_steal', 'usage_guest', 'usage_guest_nice']
/** TSBS reports every host each ten seconds. */
const STEP_MS = 10_000
const VARIANTS = 4

interface Body {
  readonly bytes: Buffer
  readonly timeAt: Uint32Array
}

/** Runs the load with keep-alive connections, one body on the way per writer. Rejects on any answer but 2xx. */
export async function runLineLoad(load: LineLoad): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.writers })
  const started = performance.now()
  const until = started + load.seconds * 1000
  const latencies: number[] = []
  const bodies = await Promise.all(Array.from({ length: load.writers }, (_, writer) => runWriter(load, agent, writer, until, latencies)))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  const lines = bodies.reduce((sum, count) => sum + count, 0) * load.linesPerBody
  return loadResult(lines, FIELDS.length, seconds, latencies)
}

async function runWriter(load: LineLoad, agent: Agent, writer: number, until: number, latencies: number[]): Promise<number> {
  const variants = Array.from({ length: VARIANTS }, (_, variant) => buildBody(load, writer, variant))
  const hosts = load.hosts / load.writers
  let sent = 0
  while (performance.now() < until) {
    const body = variants[sent % VARIANTS] as Body
    patchTimes(body, load.startMs + sent * (load.linesPerBody / hosts) * STEP_MS, hosts)
    const before = performance.now()
    await post(load, agent, body.bytes)
    latencies.push(performance.now() - before)
    sent++
  }
  return sent
}

function patchTimes(body: Body, startMs: number, hosts: number): void {
  let step = -1
  let text = ''
  for (let line = 0; line < body.timeAt.length; line++) {
    const at = Math.floor(line / hosts)
    if (at !== step) {
      step = at
      text = String(startMs + step * STEP_MS)
    }
    body.bytes.write(text, body.timeAt[line] as number, 'latin1')
  }
}

function buildBody(load: LineLoad, writer: number, variant: number): Body {
  const hosts = load.hosts / load.writers
  const lines: string[] = []
  const timeAt = new Uint32Array(load.linesPerBody)
  let length = 0
  for (let line = 0; line < load.linesPerBody; line++) {
    const host = writer * hosts + (line % hosts)
    const tags = `hostname=${load.root}_${host},region=eu-central-1,datacenter=eu-central-1a,rack=${host % 100},os=Ubuntu15.10,arch=x86,team=SF,service=${host % 20},service_version=1,service_environment=test`
    const fields = FIELDS.map((field, i) => `${field}=${Math.round(50 + 49 * Math.sin(variant + line * 0.37 + i))}i`).join(',')
    const text = `cpu,${tags} ${fields} ${load.startMs}000000\n`
    timeAt[line] = length + text.length - 20
    lines.push(text)
    length += text.length
  }
  return { bytes: Buffer.from(lines.join('')), timeAt }
}

function post(load: LineLoad, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: load.host, port: load.port, path: load.path, method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) < 300) resolve()
        else reject(new Error(`${load.path} was answered ${answer.statusCode}: ${Buffer.concat(chunks).toString().slice(0, 300)}`))
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

parentPort?.on('message', (load: LineLoad) => {
  runLineLoad(load).then(
    (result) => parentPort?.postMessage({ result }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  )
})
