import type { ImportTarget, SendOutcome } from './import-target.ts'
import type { ImportPosition } from './import-position.ts'
import type { Progress } from './progress.ts'
import type { LabelledRange } from './label-rows.ts'
import { RefusedRows } from './refused-rows.ts'
import { RowMapper } from './row-mapper.ts'
import type { Checkpoint } from './row-source.ts'
import type { TablePlan } from './table-plan.ts'

/** Messages that are sent together: some hundred kilobytes. */
const MESSAGES_PER_SEND = 5_000

export interface ImportResult {
  readonly rows: number
  /** Samples that are durable. */
  readonly stored: number
  readonly blank: number
  readonly refused: RefusedRows
  /** Times that a local clock showed twice, or never. */
  readonly repeated: number
  readonly skipped: number
  /** What a column of labels marked. */
  readonly labelled: readonly LabelledRange[]
  /** First and last time of the rows that were read, undefined where there was none. */
  readonly span: { readonly fromUs: number; readonly toUs: number } | undefined
}

export interface ImportRun {
  readonly plan: TablePlan
  readonly target: ImportTarget
  readonly position: ImportPosition
  readonly progress: Progress
  readonly from: Checkpoint | undefined
  readonly signal: AbortSignal
}

/** Brings one table in. While one group is on its way the next is made; a position is saved when all before it is durable. */
export async function importTable({ plan, target, position, progress, from, signal }: ImportRun): Promise<ImportResult> {
  const refused = new RefusedRows()
  const mapper = new RowMapper(plan.mapping, refused)
  let messages: string[] = []
  let lines: number[] = []
  let [rows, stored] = [0, 0]
  let underWay: Promise<void> = Promise.resolve()

  const send = async (checkpoint: Checkpoint | undefined) => {
    const [body, bodyLines] = [messages, lines]
    messages = []
    lines = []
    await underWay
    underWay = (async () => {
      if (body.length > 0) stored += take(await target.send(body.join('\n'), signal), bodyLines, refused)
      if (checkpoint !== undefined) position.save(checkpoint)
    })()
    // Its failure is met at the next await; without this it would count as unhandled before.
    underWay.catch(() => undefined)
  }

  let header = from === undefined ? plan.headerRows : 0
  for await (const batch of plan.source.rows(from ?? { offset: 0, line: 1 })) {
    for (const [index, fields] of batch.rows.entries()) {
      if (header > 0) {
        header--
        continue
      }
      rows++
      mapper.map(fields, batch.lines[index] ?? 0, messages, lines)
      if (messages.length >= MESSAGES_PER_SEND) await send(undefined)
    }
    await send(batch.checkpoint)
    progress.show(batch.at, rows)
  }
  await underWay
  position.clear()
  return { rows, stored, blank: mapper.blank, refused, repeated: plan.mapping.clock?.repeated ?? 0, skipped: plan.mapping.clock?.skipped ?? 0, labelled: mapper.labelled.finished(), span: mapper.lastUs >= mapper.firstUs ? { fromUs: mapper.firstUs, toUs: mapper.lastUs } : undefined }
}

function take(outcome: SendOutcome, lines: readonly number[], refused: RefusedRows): number {
  let listed = 0
  for (const { index, path, code, message, count } of outcome.refused) {
    listed++
    refused.add(lines[index] ?? 0, code, `${path === '' ? '' : `${path}: `}${message}`, count)
  }
  const unlisted = outcome.refusedCount - listed
  if (unlisted > 0) refused.add(lines.at(-1) ?? 0, 'further reasons', 'not listed one by one by the server', unlisted)
  return outcome.stored
}
