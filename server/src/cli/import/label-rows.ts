import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { MillwrightError } from '../../kernel/error.ts'

/** A stretch of rows that a column says were not normal. */
export interface LabelledRange {
  readonly fromUs: number
  toUs: number
}

/** Stretches of one file at most: a column with more is no column of labels. */
const MAX_RANGES = 5_000
/** Values that say "nothing". */
const NORMAL: ReadonlySet<string> = new Set(['', '0', '0.0', 'false', 'normal', 'null', 'nan', 'none', '-'])
/** Fetch answers as many labels at once. */
const PAGE = 1_000

/** Turns a column of marks (0 and 1, false and true) into the stretches that it marks. Rows come in the order of time. */
export class LabelRows {
  readonly ranges: LabelledRange[] = []
  #isOpen = false
  #stepUs = Number.POSITIVE_INFINITY
  #lastUs = Number.NaN

  /** Throws IMPORT_FAILED for more than {@link MAX_RANGES} stretches. */
  add(timeUs: number, text: string): void {
    if (timeUs > this.#lastUs) this.#stepUs = Math.min(this.#stepUs, timeUs - this.#lastUs)
    this.#lastUs = timeUs
    const isMarked = !NORMAL.has(text.trim().toLowerCase())
    const open = this.ranges.at(-1)
    if (this.#isOpen && open !== undefined) open.toUs = Math.max(open.toUs, timeUs)
    else if (isMarked) {
      if (this.ranges.length >= MAX_RANGES) throw new MillwrightError('IMPORT_FAILED', `the column of labels marks more than ${MAX_RANGES} stretches; is it one of samples?`)
      this.ranges.push({ fromUs: timeUs, toUs: timeUs })
    }
    this.#isOpen = isMarked
  }

  /** The stretches; a mark in the last row lasts for the shortest step of the file. */
  finished(): readonly LabelledRange[] {
    const last = this.ranges.at(-1)
    if (this.#isOpen && last !== undefined) last.toUs += Number.isFinite(this.#stepUs) ? this.#stepUs : 1_000_000
    this.#isOpen = false
    return this.ranges
  }
}

const known = Type.Object({ items: Type.Array(Type.Object({ from: Type.Number(), to: Type.Number(), author: Type.String(), kind: Type.String() })), next: Type.Union([Type.String(), Type.Null()]) })

/** Gives labels to a server; those that it has already are left. Answers how many are new. Rejects with IMPORT_FAILED. */
export async function sendLabels(url: string, { asset, author, ranges, signal }: { readonly asset: string; readonly author: string; readonly ranges: readonly LabelledRange[]; readonly signal: AbortSignal }): Promise<number> {
  const have = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await fetch(`${url}/api/v1/labels?${new URLSearchParams({ asset, limit: String(PAGE), ...(cursor !== '' && { cursor }) }).toString()}`, { signal })
    const page: unknown = await answer.json().catch(() => undefined)
    if (!answer.ok || !Check(known, page)) throw new MillwrightError('IMPORT_FAILED', `the labels of ${asset} cannot be read (${answer.status}); is intelligence switched on there?`)
    for (const { from, to, kind, author: by } of page.items) have.add(`${from} ${to} ${kind} ${by}`)
    cursor = page.next
  }
  let added = 0
  for (const { fromUs, toUs } of ranges) {
    const [from, to] = [fromUs / 1_000, toUs / 1_000]
    if (have.has(`${from} ${to} fault ${author}`)) continue
    const answer = await fetch(`${url}/api/v1/labels`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ asset, kind: 'fault', from, to, author, note: 'imported' }), signal })
    if (!answer.ok) throw new MillwrightError('IMPORT_FAILED', `a label was refused (${answer.status}): ${(await answer.text()).slice(0, 300)}`)
    added++
  }
  return added
}
