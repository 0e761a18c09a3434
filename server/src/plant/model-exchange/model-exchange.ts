import { MillwrightError } from '../../kernel/error.ts'
import type { AssetModel } from '../asset-model.ts'
import { readCsv, writeCsv } from './csv.ts'
import { planImport, type ImportMode, type ImportPlan } from './import-plan.ts'
import { MAX_FILE_BYTES, MAX_ROWS, rowsOf, type ReadRows } from './model-row.ts'
import { readTable, tableOf, type TableRow } from './table.ts'
import { readXlsx, writeXlsx } from './xlsx.ts'
import { readYaml, writeYaml } from './yaml-file.ts'

export const EXCHANGE_FORMATS = ['csv', 'xlsx', 'yaml'] as const
export type ExchangeFormat = (typeof EXCHANGE_FORMATS)[number]

/** Content types of the formats. */
export const EXCHANGE_CONTENT_TYPES: Readonly<Record<ExchangeFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  yaml: 'application/yaml',
}

/** The whole model as one file. The same model gives the same bytes, and an import of them into an empty plant the same model. */
export async function exportModel(model: AssetModel, format: ExchangeFormat): Promise<Uint8Array> {
  switch (format) {
    case 'csv':
      return writeCsv(tableOf(() => rowsOf(model)))
    case 'xlsx':
      return await writeXlsx(tableOf(() => rowsOf(model)))
    case 'yaml':
      return writeYaml(rowsOf(model))
  }
}

/**
 * The dry run of an import: what it would create, change and delete, and what is wrong row by row. Nothing is changed. Rejects with
 * IMPORT_FAILED for a file that cannot be read at all, LIMIT_REACHED for one that is too large.
 */
export async function dryRunImport(model: AssetModel, file: Uint8Array, options: { readonly format: ExchangeFormat; readonly mode: ImportMode }): Promise<ImportPlan> {
  if (file.length > MAX_FILE_BYTES) throw new MillwrightError('LIMIT_REACHED', `a model file may have ${MAX_FILE_BYTES} bytes, not ${file.length}`)
  return planImport(model, await readRows(file, options.format), options.mode)
}

/** Does what a dry run has shown: all of it or nothing. Rejects with IMPORT_FAILED when the plan has errors or the plant has changed since. */
export async function applyImport(model: AssetModel, plan: ImportPlan): Promise<void> {
  if (plan.errors.length > 0) {
    throw new MillwrightError('IMPORT_FAILED', `the file has ${plan.errors.length} errors; nothing was imported`, { detail: { errors: plan.errors } })
  }
  await model.edit(plan.edits)
}

async function readRows(file: Uint8Array, format: ExchangeFormat): Promise<ReadRows> {
  switch (format) {
    case 'csv':
      return readTable(bounded(readCsv(file)))
    case 'xlsx':
      return readTable(bounded(await readXlsx(file)))
    case 'yaml':
      return readYaml(file)
  }
}

function* bounded(rows: Iterable<TableRow>): Generator<TableRow> {
  let count = 0
  for (const row of rows) {
    if (++count > MAX_ROWS) throw new MillwrightError('LIMIT_REACHED', `a model file may have ${MAX_ROWS} rows`)
    yield row
  }
}
