import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { StoredEvent } from '../historian/historian.ts'

const eventJson = Type.Object({
  timeUs: Type.Number(),
  kind: Type.String(),
  path: Type.Union([Type.String(), Type.Null()]),
  data: Type.Record(Type.String(), Type.Unknown()),
})

/** Reads a journalled event for the historian; undefined when it is not one (the journal's CRC makes that a newer format, not damage). */
export function parseEventJson(json: string): StoredEvent | undefined {
  const parsed: unknown = JSON.parse(json)
  if (!Value.Check(eventJson, parsed)) return undefined
  return { timeUs: parsed.timeUs, kind: parsed.kind, path: parsed.path, data: JSON.stringify(parsed.data) }
}
