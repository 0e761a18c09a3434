import { Worker } from 'node:worker_threads'
import type { LineLoad } from './line-load.ts'
import type { LoadResult } from './load-result.ts'
import type { MqttLoad } from './mqtt-load.ts'
import type { SparkplugLoad } from './sparkplug-load.ts'

/** Runs a load in a thread of its own, so that the bench can watch meanwhile. */
export function runLoad(kind: 'mqtt-load', load: MqttLoad): Promise<LoadResult>
export function runLoad(kind: 'line-load', load: LineLoad): Promise<LoadResult>
export function runLoad(kind: 'sparkplug-load', load: SparkplugLoad): Promise<LoadResult>
export function runLoad(kind: 'mqtt-load' | 'line-load' | 'sparkplug-load', load: MqttLoad | LineLoad | SparkplugLoad): Promise<LoadResult> {
  const worker = new Worker(new URL(`./${kind}.ts`, import.meta.url))
  return new Promise<LoadResult>((resolve, reject) => {
    worker.once('message', (message: { result: LoadResult } | { error: string }) => {
      if ('result' in message) resolve(message.result)
      else reject(new Error(message.error))
    })
    worker.once('error', reject)
    worker.postMessage(load)
  }).finally(() => worker.terminate())
}
