import { decodePayload } from '@millwright/model/sparkplug/decode-payload.ts'
import { encodePayload } from '@millwright/model/sparkplug/encode-payload.ts'
import { parseTopic } from '@millwright/model/sparkplug/topic.ts'

/**
 * The payload of a will with the time of its delivery, where it is the death of an edge node; undefined for others
 * (Sparkplug 3.0, conformance-mqtt-aware-ndeath-timestamp).
 */
export function deathWithTime(topic: string, payload: Uint8Array, nowMs: number): Uint8Array | undefined {
  if (parseTopic(topic)?.verb !== 'NDEATH') return undefined
  try {
    return encodePayload({ ...decodePayload(payload), timestampMs: nowMs })
  } catch {
    // What cannot be read is delivered as it was given.
    return undefined
  }
}
