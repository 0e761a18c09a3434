import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isUnder } from '@millwright/model/path.ts'
import { US_PER_DAY, US_PER_MS, US_PER_SECOND } from '@millwright/model/time.ts'
import type { FaultRequest } from '../faults/fault-engine.ts'
import { Plant } from '../plant/plant.ts'
import { recordingPlan } from '../plant/recording-plan.ts'
import { MqttPublisher } from '../publishers/mqtt-publisher.ts'
import { SparkplugPublisher } from '../publishers/sparkplug-publisher.ts'
import { uploadModel } from '../publishers/model-upload.ts'
import { createControlServer } from './control-server.ts'
import { eventfulPast, livePast } from './past.ts'
import { checkSpeed, PlantRunner, type PacedSink } from './runner.ts'
import { loadPlant, savePlant } from './state-file.ts'

export interface RunOptions {
  readonly mqttUrl: string
  /** What the gateways speak; MQTT JSON unless said otherwise. */
  readonly protocol?: 'json' | 'sparkplug'
  readonly seed: number
  readonly speed: number
  readonly startUs: number
  /** `undefined`: no control endpoint. */
  readonly control: { readonly host: string; readonly port: number } | undefined
  /** Faults by plan. */
  readonly plan: readonly FaultRequest[]
  /** Days of past that are made and sent before the plant goes on with the clock; 0 for none. */
  readonly pastDays: number
  /** Where the plant's state is kept over restarts; a plant that was stopped makes up for the time since. */
  readonly stateFile: string | undefined
  /** A Millwright's API that is told what the plant consists of. */
  readonly describeTo: string | undefined
  /** Seconds between two recordings of vibration of each pump that turns; 0 for none. */
  readonly recordEveryS: number
  /** A line about a change of state. */
  readonly say: (line: string) => void
}

/** How long a stop waits for the broker. */
const CLOSE_GRACE_MS = 3000
/** Nearer than this to the wall clock the plant is in the present. */
const PRESENT_US = 2 * US_PER_SECOND
/** A plant that stood still for longer begins anew. */
const MAX_MAKE_UP_US = 45 * US_PER_DAY
const SAVE_MS = 60_000

/** Runs a plant into a broker until the signal aborts. */
export async function runPlant(options: RunOptions, signal: AbortSignal): Promise<void> {
  const { say } = options
  checkSpeed(options.speed)
  const recordings = recordingPlan(options.recordEveryS)
  const plant = await readyPlant(options)
  if (options.describeTo !== undefined) await uploadModel(options.describeTo, plant.layout)
  const publisher = publisherOf(plant, options)
  const runner = new PlantRunner({ plant, sink: publisher, speed: options.speed, monotonicMs: () => performance.now(), wait: pause })
  const counts = () => ({ samples: publisher.samples, acknowledged: publisher.acknowledged, refused: publisher.refused, pending: publisher.pending })
  const server = options.control === undefined ? undefined : createControlServer({ plant, runner, sink: publisher, counts })
  const { stateFile } = options
  const saving = stateFile === undefined ? undefined : setInterval(() => void savePlant(stateFile, plant).catch((error: unknown) => say(`state not saved: ${String(error)}`)), SAVE_MS)
  try {
    if (server !== undefined && options.control !== undefined) {
      server.listen(options.control.port, options.control.host)
      await once(server, 'listening')
      const address = server.address()
      say(`control on http://${options.control.host}:${typeof address === 'object' && address !== null ? address.port : options.control.port}`)
    }
    await makePast(plant, publisher, options, signal)
    plant.recordings = recordings
    runner.setSpeed(runner.speed)
    say(`plant of seed ${plant.seed} from ${new Date(plant.nowUs / US_PER_MS).toISOString()} at ${runner.speed}x: ${plant.layout.machines.length} machines, ${plant.signals.length} signals`)
    await runner.run(signal)
  } finally {
    clearInterval(saving)
    server?.close()
    server?.closeAllConnections()
    await publisher.close(CLOSE_GRACE_MS)
    if (options.stateFile !== undefined) await savePlant(options.stateFile, plant)
    say(`stopped: ${JSON.stringify(counts())}`)
  }
}

function publisherOf(plant: Plant, { mqttUrl, protocol, say }: RunOptions): MqttPublisher | SparkplugPublisher {
  const onState = (gateway: string, state: 'up' | 'down', reason: string): void => say(`${gateway} is ${state}: ${reason}`)
  const { gateways } = plant.layout
  if (protocol !== 'sparkplug') return new MqttPublisher({ url: mqttUrl, gateways: gateways.map(({ name }) => name), signals: plant.signals, onState })
  const edges = gateways.map(({ name, machines }) => ({ name, signals: plant.signals.filter(({ asset }) => machines.some(({ path }) => isUnder(asset, path))) }))
  return new SparkplugPublisher({ url: mqttUrl, group: plant.layout.assets[0]?.path ?? 'plant', gateways: edges, onState })
}

/** The plant where an earlier run left it, or a new one at the beginning of its past. */
async function readyPlant(options: RunOptions): Promise<Plant> {
  const pastUs = options.pastDays * US_PER_DAY
  const plant = new Plant({ seed: options.seed, startUs: options.startUs - pastUs })
  if (options.stateFile !== undefined && (await loadPlant(options.stateFile, plant)) && options.startUs - plant.nowUs <= MAX_MAKE_UP_US) return plant
  const fresh = new Plant({ seed: options.seed, startUs: options.startUs - pastUs })
  for (const fault of [...options.plan, ...(pastUs > 0 ? eventfulPast(options.startUs - pastUs, options.startUs) : [])]) {
    const outcome = fresh.inject(fault)
    if (outcome.status === 'refused') throw new RangeError(`plan: ${fault.kind} at ${fault.target}: ${outcome.problem.field}: ${outcome.problem.message}`)
  }
  return fresh
}

/** Brings the plant from where it stands to the present; that takes time, in which the present moves on. */
async function makePast(plant: Plant, sink: PacedSink, { pastDays, stateFile, recordEveryS, say }: RunOptions, signal: AbortSignal): Promise<void> {
  if (pastDays === 0 && stateFile === undefined) return
  let said = -1
  const onProgress = (share: number): void => {
    const tenth = Math.floor(share * 10)
    if (tenth === said) return
    said = tenth
    say(`past: ${tenth * 10} %`)
  }
  const nowUs = (): number => Date.now() * US_PER_MS
  while (nowUs() - plant.nowUs > PRESENT_US && !signal.aborted) await livePast(plant, nowUs(), sink, signal, onProgress, recordingPlan(recordEveryS))
  if (stateFile !== undefined && !signal.aborted) await savePlant(stateFile, plant)
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the wait; the loop looks at the signal itself.
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
