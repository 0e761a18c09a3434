import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { CACHE, prepared, run } from './others.ts'

const HERE = fileURLToPath(new URL('./tahu/', import.meta.url))
const WAIT_MS = 60_000

after(endAll)

const skipped = await prepared('tahu/lib', async (cache) => {
  await run('mvn', ['-q', '-B', '-f', join(HERE, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${join(cache, 'tahu/lib')}`], { seconds: 300 })
})

/** Eclipse Tahu in a process of its own; what it tells stands in lines that begin with `@`. */
class Tahu {
  readonly #child
  #output = ''

  constructor(...parameters: string[]) {
    this.#child = spawn('java', [`-Dlogback.configurationFile=file:${join(HERE, 'logback.xml')}`, '-cp', join(CACHE, 'tahu/lib/*'), join(HERE, 'Peer.java'), ...parameters], { stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (data: Buffer) => (this.#output += data.toString()))
  }

  get told(): string[][] {
    return this.#output.split('\n').filter((line) => line.startsWith('@')).map((line) => line.slice(1).split('\t'))
  }

  /** Waits until it has told what is looked for. */
  async until(what: string, holds: (told: string[][]) => boolean): Promise<void> {
    const end = Date.now() + WAIT_MS
    while (!holds(this.told)) {
      if (Date.now() > end) assert.fail(`not within a minute: ${what}; Tahu said: ${this.#output.slice(-3_000)}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  kill(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#child.once('close', () => resolve()))
    this.#child.kill('SIGKILL')
    return gone
  }
}

interface Samples {
  readonly values: readonly unknown[]
  readonly qualities: readonly string[]
}

describe('Eclipse Tahu, the reference implementation of Sparkplug', { skip: skipped ?? false, timeout: 240_000 }, () => {
  test('as an edge node: its births, data and death arrive at our host as they were meant', async (t) => {
    const millwright = await MillwrightProcess.start()
    t.after(() => millwright.stop())
    const edge = new Tahu('edge', String(millwright.mqttPort), '100')
    await edge.until('it said all', (told) => told.some(([word]) => word === 'said all'))
    const read = async (signal: string) => (await millwright.getJson(`/api/v1/signals/tahu/edge1/press1/${signal}/samples?from=-1h`)) as Samples
    const force = await read('force')
    assert.deepEqual(force.values, Array.from({ length: 101 }, (_, i) => i / 4))
    assert.deepEqual((await read('strokes')).values, [4_294_967_295])
    assert.deepEqual([(await read('mode')).values, (await read('running')).values], [['auto'], [true]])
    await edge.kill()
    const end = Date.now() + WAIT_MS
    while ((await read('force')).qualities.at(-1) === 'good') {
      assert.ok(Date.now() < end, 'its death did not make its signals stale')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })

  test('as a host: we publish nothing before it is online, then births, what it missed as historical, and what changes', async (t) => {
    const broker = await MillwrightProcess.start()
    t.after(() => broker.stop())
    const folder = await mkdtemp(join(tmpdir(), 'millwright-tahu-'))
    const settings = { publishing: { sparkplug: { up: { urls: [`mqtt://127.0.0.1:${broker.mqttPort}`], group: 'G', node: 'E', paths: ['acme'], primaryHost: 'tahu-host' } } } }
    await writeFile(join(folder, 'edge.yaml'), JSON.stringify(settings))
    const edge = await MillwrightProcess.start({ flags: ['--config', join(folder, 'edge.yaml')] })
    t.after(() => edge.stop())
    const say = (speed: number) => fetch(`${edge.url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ path: 'acme/pump', values: { speed } }) })
    for (let speed = 1; speed <= 5; speed++) assert.ok((await say(speed)).ok)
    const host = new Tahu('host', String(broker.mqttPort), 'spBv1.0/G/#')
    t.after(() => host.kill())
    const values = (told: string[][], isHistorical: boolean) => told.filter(([word, , name, , , historical]) => word === 'onDataMetric' && name === 'speed' && historical === String(isHistorical)).map((words) => Number(words[6]))
    await host.until('the past', (told) => values(told, true).length >= 5)
    for (let speed = 6; speed <= 9; speed++) {
      assert.ok((await say(speed)).ok)
      // Further apart than changes are gathered, so that each is told.
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    await host.until('the present', (told) => values(told, false).length >= 4)
    const born = host.told.filter(([word]) => word === 'onNodeBirthComplete' || word === 'onDeviceBirthComplete').map(([, what]) => what)
    assert.deepEqual(born, ['G/E', 'G/E/acme.pump'])
    assert.deepEqual([values(host.told, true), values(host.told, false)], [[1, 2, 3, 4, 5], [6, 7, 8, 9]])
  })
})
