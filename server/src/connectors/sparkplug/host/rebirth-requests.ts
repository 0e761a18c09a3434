import { DataType } from '@millwright/model/sparkplug/data-type.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import type { Metric } from '@millwright/model/sparkplug/payload.ts'
import type { EdgeNode } from './edge-node.ts'

/** Requests that may go out in one sweep, so that many edge nodes are not born at once after our own start. */
export const MAX_REQUESTS_PER_SWEEP = 20
/** The longest wait between two requests to an edge node that does not answer them. */
export const MAX_INTERVAL_MS = 600_000
/** Without need for a request for this long, an edge node's past ones are forgotten. */
const CALM_MS = 300_000

/** Decides when edge nodes are asked for a rebirth: at once the first time, then ever more rarely while that does not help. */
export class RebirthRequests {
  readonly #intervalMs: number
  readonly #waiting = new Set<EdgeNode>()

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  get waiting(): number {
    return this.#waiting.size
  }

  want(node: EdgeNode, reason: string): void {
    node.rebirthReason ??= reason
    this.#waiting.add(node)
  }

  /** The edge node was born: nothing is wanted of it any more. */
  satisfied(node: EdgeNode): void {
    node.rebirthReason = undefined
    node.rebirthAwaited = undefined
    this.#waiting.delete(node)
  }

  /** Those to be asked now. */
  due(nowMs: number): EdgeNode[] {
    const due: EdgeNode[] = []
    for (const node of this.#waiting) {
      if (due.length === MAX_REQUESTS_PER_SWEEP) break
      const sinceMs = nowMs - node.rebirthAskedMs
      if (sinceMs > CALM_MS + this.#waitMs(node)) node.rebirthAttempts = 0
      if (sinceMs < this.#waitMs(node)) continue
      node.rebirthAskedMs = nowMs
      node.rebirthAttempts++
      node.rebirthRequests++
      node.rebirthAwaited = node.rebirthReason
      due.push(node)
      // A birth may never come; a further message without one makes it wanted again.
      this.#waiting.delete(node)
    }
    return due
  }

  #waitMs({ rebirthAttempts }: EdgeNode): number {
    return rebirthAttempts === 0 ? 0 : Math.min(MAX_INTERVAL_MS, this.#intervalMs * 2 ** Math.min(rebirthAttempts - 1, 20))
  }
}

/** A command payload: no sequence number (Sparkplug 3.0, 6.4.24). */
export function commandPayload(metrics: readonly Metric[], nowMs: number): Uint8Array<ArrayBuffer> {
  return encodePayload({ timestampMs: nowMs, metrics })
}

/** What asks an edge node for a rebirth (Sparkplug 3.0, 5.13). */
export function rebirthPayload(nowMs: number): Uint8Array<ArrayBuffer> {
  return commandPayload([{ name: 'Node Control/Rebirth', timestampMs: nowMs, datatype: DataType.boolean, value: { field: 'boolean', value: true } }], nowMs)
}
