import { MAX_TIME_US } from '@millwright/model/time.ts'

/** The range that is left after a page, as the text that clients hand back: it also freezes what "now" was. */
export function writeCursor(fromUs: number, toUs: number): string {
  return `${fromUs.toString(36)}-${toUs.toString(36)}`
}

/** Reads what {@link writeCursor} wrote; undefined when it is something else. */
export function readCursor(text: string): { readonly fromUs: number; readonly toUs: number } | undefined {
  const match = /^([0-9a-z]{1,12})-([0-9a-z]{1,12})$/.exec(text)
  const fromUs = Number.parseInt(match?.[1] ?? '', 36)
  const toUs = Number.parseInt(match?.[2] ?? '', 36)
  return fromUs >= 0 && fromUs < toUs && toUs <= MAX_TIME_US ? { fromUs, toUs } : undefined
}
