import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { endAll, MillwrightProcess } from './support/millwright-process.ts'

after(endAll)

const ASSET = 'acme/line.1/pump'
/** Where the host puts it: the device's id is the asset's path. */
const AT_HOST = 'G/E/acme.line~.1.pump'

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 1_200; i++) {
    const found = await look().catch(() => undefined)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not within a minute: ${what}`)
}

/** Writes numbered samples, one after the other, and remembers those that were acknowledged. */
class Machine {
  readonly acknowledged = new Map<number, number>()
  #next = 1
  #atMs = Date.now() - 60_000

  async say(count: number, to: MillwrightProcess): Promise<void> {
    for (let i = 0; i < count; i++) {
      const [value, ts] = [this.#next++, (this.#atMs += 10)]
      const body = JSON.stringify({ path: ASSET, ts, values: { speed: value, mode: value % 2 === 0 ? 'even' : 'odd' } })
      const answer = await fetch(`${to.url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined)
      if (answer?.ok === true) this.acknowledged.set(ts, value)
    }
  }
}

interface Answer {
  readonly times: readonly number[]
  readonly values: readonly (number | string | null)[]
}

interface Publisher {
  readonly state: string
  readonly historical: number
  readonly backlogBytes: number
  readonly writesRefused: number
}

async function publisherOf(edge: MillwrightProcess): Promise<Publisher | undefined> {
  const { publishers } = (await edge.getJson('/api/v1/sparkplug/publishers')) as { publishers: Publisher[] }
  return publishers[0]
}

async function samplesAt(host: MillwrightProcess, signal: string): Promise<Map<number, number | string | null>> {
  const { times, values } = (await host.getJson(`/api/v1/signals/${AT_HOST}/${signal}/samples?from=-1h&limit=10000`)) as Answer
  return new Map(times.map((time, at) => [time, values[at] ?? null]))
}

describe('millwright start as a Sparkplug edge node', { timeout: 280_000 }, () => {
  test('what machines were acknowledged for reaches the host of others\' broker, whoever is killed in between', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'millwright-publishing-'))
    const [edgeConfig, hostConfig] = [join(folder, 'edge.yaml'), join(folder, 'host.yaml')]
    const broker = await MillwrightProcess.start()
    const url = `mqtt://127.0.0.1:${broker.mqttPort}`
    await writeFile(hostConfig, `connections:\n  outside:\n    type: sparkplug\n    url: ${url}\n    clientId: hq\n    hostId: hq\n`)
    await writeFile(edgeConfig, `publishing:\n  sparkplug:\n    hq:\n      urls: [${url}]\n      group: G\n      node: E\n      paths: [acme]\n      primaryHost: hq\n      resendSeconds: 5\n      publishMs: 20\n`)
    let edge = await MillwrightProcess.start({ flags: ['--config', edgeConfig] })
    let host: MillwrightProcess | undefined
    try {
      const machine = new Machine()
      // Nobody listens yet: the primary host is awaited.
      await machine.say(20, edge)
      assert.equal((await until('waits', async () => ((await publisherOf(edge))?.state === 'waiting' ? publisherOf(edge) : undefined)))?.state, 'waiting')
      host = await MillwrightProcess.start({ flags: ['--config', hostConfig] })
      const first = host
      await until('the births', async () => ((await samplesAt(first, 'speed')).size > 0 ? true : undefined))
      await machine.say(50, edge)
      await host.kill('SIGKILL')
      await machine.say(50, edge)
      host = await MillwrightProcess.start({ flags: ['--config', hostConfig], dataDir: host.dataDir })
      await machine.say(50, edge)
      await edge.kill('SIGKILL')
      edge = await MillwrightProcess.start({ flags: ['--config', edgeConfig], dataDir: edge.dataDir })
      await machine.say(50, edge)
      const second = host
      assert.ok(machine.acknowledged.size >= 200)
      const kept = await until('all samples', async () => {
        const found = await samplesAt(second, 'speed')
        return [...machine.acknowledged].every(([ts, value]) => found.get(ts) === value) ? found : undefined
      }).catch(async () => {
        const found = await samplesAt(second, 'speed')
        const lost = [...machine.acknowledged].filter(([ts, value]) => found.get(ts) !== value).map(([, value]) => value)
        throw new Error(`${lost.length} of ${machine.acknowledged.size} samples did not arrive: ${lost.join(' ')}\n${JSON.stringify(await publisherOf(edge))}\n${edge.output}`)
      })
      assert.ok(kept.size >= machine.acknowledged.size)
      const modes = await until('all texts', async () => {
        const found = await samplesAt(second, 'mode')
        return [...machine.acknowledged].every(([ts, value]) => found.get(ts) === (value % 2 === 0 ? 'even' : 'odd')) ? found : undefined
      })
      assert.ok(modes.size > 0)
      const status = await until('the backlog is gone', async () => {
        const now = await publisherOf(edge)
        return now?.state === 'online' && now.backlogBytes === 0 ? now : undefined
      })
      assert.ok(status.historical > 0, 'what was said in between came as history')
      assert.equal(await edge.metric('millwright_publishing_up'), 1)
      assert.ok((await second.metric('millwright_sparkplug_samples_historical_total')) > 0)
      const events = (await edge.getJson('/api/v1/events?limit=100')) as { events: { kind: string }[] }
      assert.ok(events.events.some(({ kind }) => kind === 'publishing.online'))
    } finally {
      await host?.stop()
      await edge.stop()
      await broker.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
