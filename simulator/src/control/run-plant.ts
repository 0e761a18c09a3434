import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { US_PER_MS } from '@millwright/model/time.ts'
import type { FaultRequest } from '../faults/fault-engine.ts'
import { Plant } from '../plant/plant.ts'
import { MqttPublisher } from '../publishers/mqtt-publisher.ts'
import { createControlServer } from './control-server.ts'
import { checkSpeed, PlantRunner } from './runner.ts'

export interface RunOptions {
  readonly mqttUrl: string
  readonly seed: number
  readonly speed: number
  readonly startUs: number
  /** `undefined`: no control endpoint. */
  readonly control: { readonly host: string; readonly port: number } | undefined
  /** Faults by plan. */
  readonly plan: readonly FaultRequest[]
  /** A line about a change of state. */
  readonly say: (line: string) => void
}

/** How long a stop waits for the broker. */
const CLOSE_GRACE_MS = 3000

/** Runs a plant into a broker until the signal aborts. */
export async function runPlant(options: RunOptions, signal: AbortSignal): Promise<void> {
  const { say } = options
  checkSpeed(options.speed)
  const plant = new Plant({ seed: options.seed, startUs: options.startUs })
  for (const fault of options.plan) {
    const outcome = plant.inject(fault)
    if (outcome.status === 'refused') throw new RangeError(`plan: ${fault.kind} at ${fault.target}: ${outcome.problem.field}: ${outcome.problem.message}`)
  }
  const gateways = plant.layout.gateways.map(({ name }) => name)
  const publisher = new MqttPublisher({ url: options.mqttUrl, gateways, signals: plant.signals, onState: (gateway, state, reason) => say(`${gateway} is ${state}: ${reason}`) })
  const runner = new PlantRunner({ plant, sink: publisher, speed: options.speed, monotonicMs: () => performance.now(), wait: pause })
  const counts = () => ({ samples: publisher.samples, acknowledged: publisher.acknowledged, refused: publisher.refused, pending: publisher.pending })
  const server = options.control === undefined ? undefined : createControlServer({ plant, runner, counts })
  try {
    if (server !== undefined && options.control !== undefined) {
      server.listen(options.control.port, options.control.host)
      await once(server, 'listening')
      const address = server.address()
      say(`control on http://${options.control.host}:${typeof address === 'object' && address !== null ? address.port : options.control.port}`)
    }
    say(`plant of seed ${plant.seed} from ${new Date(plant.nowUs / US_PER_MS).toISOString()} at ${runner.speed}x: ${plant.layout.machines.length} machines, ${plant.signals.length} signals`)
    await runner.run(signal)
  } finally {
    server?.close()
    server?.closeAllConnections()
    await publisher.close(CLOSE_GRACE_MS)
    say(`stopped: ${JSON.stringify(counts())}`)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the wait; the loop looks at the signal itself.
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
