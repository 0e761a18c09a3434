import { Status, type StatusCode } from '@millwright/model/quality.ts'
import { JsonObject, isJsonArray, type JsonValue } from './json-value.ts'

const WORDS: ReadonlyMap<string, StatusCode> = new Map([
  ['good', Status.good],
  ['uncertain', Status.uncertain],
  ['bad', Status.bad],
])

/** What a quality may be, for messages. */
export const QUALITY_FORM = 'a quality is "good", "uncertain", "bad" or an OPC UA status code from 0 to 4294967295'

/** The status code of one `quality`; undefined when it is none. A missing one, or null, is good. */
export function qualityStatus(quality: JsonValue | undefined): StatusCode | undefined {
  if (quality === undefined || quality === null) return Status.good
  if (typeof quality === 'string') return WORDS.get(quality.toLowerCase())
  if (typeof quality === 'number' && Number.isInteger(quality) && quality >= 0 && quality <= 0xffff_ffff) return quality
  return undefined
}

/** The part of a message's `quality` that concerns the value of `name`: its own, or the one given for all. */
export function qualityOf(quality: JsonValue | undefined, name: string): JsonValue | undefined {
  return quality instanceof JsonObject ? quality.get(name) : quality
}

/** The part of a column's quality that concerns row `index`. */
export function qualityAt(quality: JsonValue | undefined, index: number): JsonValue | undefined {
  return quality !== undefined && isJsonArray(quality) ? quality[index] : quality
}

/** The status of "no value": what the sender said of it, unless that was "good". */
export function statusOfNothing(status: StatusCode): StatusCode {
  return status >>> 30 === 0 ? Status.badNoData : status
}
