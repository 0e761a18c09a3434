import { Type } from 'typebox'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError, messageOf } from '../../kernel/error.ts'
import { createLog } from '../../kernel/log.ts'
import { openPlant } from '../../plant/open-plant.ts'
import { pathProblem } from '@millwright/model/path.ts'
import { defineCommand, EXIT, type Invocation } from '../command.ts'
import { holderOf, openDataFolder } from '../data-folder.ts'
import type { Settings } from '../settings.ts'
import { type Imported, examinePage } from './examine-link.ts'
import { importTable } from './import-file.ts'
import { ImportPosition } from './import-position.ts'
import { httpTarget, sinkTarget, type ImportTarget } from './import-target.ts'
import { sendLabels } from './label-rows.ts'
import { Progress } from './progress.ts'
import { planTable, type TableOptions } from './table-plan.ts'

const flags = Type.Object({
  into: Type.Optional(Type.String({ description: 'Asset that the signals belong to; for a wide table the name of the file if not said', examples: ['acme/site1/pump1'] })),
  columns: Type.Array(Type.String(), { default: [], description: 'Columns to take, by name or number; NAME=SIGNAL names the signal. All if not said', examples: ['COLUMN[=SIGNAL],…'] }),
  timeColumn: Type.Optional(Type.String({ description: 'Column of the times, by name or number', examples: ['COLUMN'] })),
  timeFormat: Type.Optional(Type.String({ description: 'Form of the times: epoch-s, epoch-ms, epoch-us, epoch-ns, or a pattern', examples: ['"dd.MM.yyyy HH:mm:ss"'] })),
  delimiter: Type.Optional(Type.String({ description: 'Between the fields; tab for a tab', minLength: 1, maxLength: 3, examples: [';'] })),
  encoding: Type.Optional(Type.Union([Type.Literal('utf-8'), Type.Literal('gb18030')], { description: 'Of a text file' })),
  header: Type.Optional(Type.Boolean({ description: 'The first row holds names (--no-header: it does not)' })),
  wide: Type.Boolean({ default: false, description: 'One column for each signal' }),
  long: Type.Boolean({ default: false, description: 'Columns signal, time, value and perhaps quality' }),
  labels: Type.Optional(Type.String({ description: 'Column that marks rows which were not normal (1 or true): its stretches become labels of the asset; needs --author and a running server', examples: ['COLUMN'] })),
  skip: Type.Array(Type.String(), { default: [], description: 'Columns to leave out, by name or number', examples: ['COLUMN,…'] }),
  author: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Whose word the labels are', examples: ['"Li Na"'] })),
  again: Type.Boolean({ default: false, description: 'From the beginning, even if an earlier import of this file was broken off' }),
})

/** `millwright import`: tables of samples into the history. */
export const importCommand = defineCommand({
  name: 'import',
  summary: 'Brings samples in from CSV or Parquet files',
  details: `
Whatever is not said is detected and printed. Times that carry no zone need --time-zone. Goes to the server that runs on the data folder,
or into the folder itself when none runs. A broken import goes on where it was; importing twice does no harm, as the later write of a time wins.

  millwright import pump.csv --into acme/tianjin/pump1 --time-zone Asia/Shanghai
  millwright import history.parquet --long
  millwright import run*.csv --into rig/pump --labels anomaly --skip changepoint --author "Li Na" --time-zone UTC

Recordings of a test bench or of an incident can be examined afterwards: the last line says where.`,
  positionals: { label: 'FILE…', minimum: 1, maximum: 10_000 },
  flags,
  run: async (invocation) => {
    const { positionals: files, settings, terminal, signal } = invocation
    const options = tableOptions(invocation)
    const target = await openTarget(settings)
    if (options.labels !== undefined && target.url === undefined) {
      await target.close()
      throw new MillwrightError('IMPORT_FAILED', '--labels needs a running server: start it on this data folder, then import')
    }
    let failed = 0
    const spans: Imported[] = []
    try {
      for (const file of files) {
        try {
          spans.push(...(await importFile(file, options, invocation, target)))
        } catch (thrown) {
          failed++
          const cause = thrown instanceof Error && thrown.cause !== undefined ? `\n  because: ${messageOf(thrown.cause)}` : ''
          terminal.stderr.write(`${file}: ${messageOf(thrown)}${cause}\n`)
          if (signal.aborted) break
        }
      }
    } finally {
      await target.close()
    }
    const page = examinePage(target.url, spans)
    if (page !== undefined) terminal.stdout.write(`Was anything not normal in it? Examine it: ${page}\n`)
    return failed === 0 ? EXIT.ok : EXIT.failure
  },
})

type ImportInvocation = Invocation<Type.Static<typeof flags>>

function tableOptions({ flags: said, loaded }: ImportInvocation): TableOptions {
  if (said.wide && said.long) throw new MillwrightError('CONFIG_INVALID', '--wide and --long exclude each other')
  // --time-zone is the plant's setting, too: said in a file or variable it holds for the tables as well.
  const timeZone = loaded.origins.get('timeZone')?.source === 'default' ? undefined : loaded.settings.timeZone
  const problem = said.into === undefined ? undefined : pathProblem(said.into)
  if (problem !== undefined) throw new MillwrightError('CONFIG_INVALID', `--into: ${problem}`)
  if (said.labels !== undefined && (said.author ?? '').trim() === '') throw new MillwrightError('CONFIG_INVALID', '--labels needs --author: a label is somebody\'s word')
  const layout = said.wide ? 'wide' : said.long ? 'long' : undefined
  return { into: said.into, columns: said.columns, timeColumn: said.timeColumn, timeZone, timeFormat: said.timeFormat, delimiter: said.delimiter, encoding: said.encoding, header: said.header, layout, ...(said.labels !== undefined && { labels: said.labels }), ...(said.skip.length > 0 && { skip: said.skip }) }
}

async function importFile(file: string, options: TableOptions, { flags: said, settings, terminal, signal }: ImportInvocation, target: ImportTarget): Promise<Imported[]> {
  const say = (text: string) => terminal.stdout.write(`${text}\n`)
  const plan = await planTable(file, options)
  try {
    const position = await ImportPosition.of(settings.data, file, options)
    // Labels are made of the whole file: rows before a broken-off place mark stretches, too.
    const from = said.again || options.labels !== undefined ? undefined : position.load()
    say(`${file}: ${plan.description}${from === undefined ? '' : `; goes on at line ${from.line}`}`)
    const nowMs = () => systemClock.monotonicMs()
    const startMs = nowMs()
    const progress = new Progress({ stream: terminal.stderr, nowMs, size: plan.source.size, startAt: from?.offset ?? 0 })
    const result = await importTable({ plan, target, position, progress, from, signal }).finally(() => progress.end())
    const seconds = (nowMs() - startMs) / 1000
    say(`  ${result.rows.toLocaleString('en')} rows, ${result.stored.toLocaleString('en')} samples stored in ${seconds.toFixed(1)} s, ${result.blank} empty, ${result.refused.count} refused`)
    if (result.repeated > 0) say(`  ${result.repeated} times stood in an hour that the clock showed twice: told apart by their order`)
    if (result.skipped > 0) say(`  ${result.skipped} times stood in an hour that the clock skipped: read by the clock before the change`)
    for (const line of result.refused.report()) say(`  ${line}`)
    const { into } = plan.mapping
    if (options.labels !== undefined && into !== undefined && target.url !== undefined) {
      const added = await sendLabels(target.url, { asset: into, author: (said.author ?? '').trim(), ranges: result.labelled, signal })
      say(`  ${result.labelled.length} stretches marked by "${options.labels}", ${added} of them new labels of ${into}`)
    }
    return into === undefined || result.span === undefined ? [] : [{ asset: into, ...result.span }]
  } finally {
    plan.close()
  }
}

/** The server that runs on the data folder, or else the plant in it, opened here. */
async function openTarget(settings: Settings): Promise<ImportTarget> {
  const holder = holderOf(settings.data)
  if (holder?.url !== undefined) return httpTarget(holder.url, Math.random)
  const folder = openDataFolder(settings.data, 'import', new Date())
  try {
    const log = createLog(settings.log.level === 'info' ? 'warn' : settings.log.level)
    const plant = await openPlant({ dataDir: settings.data, settings, clock: systemClock, log, random: Math.random })
    return sinkTarget(plant.ingest, systemClock, async () => {
      await plant.close()
      folder.release()
    })
  } catch (thrown) {
    folder.release()
    throw thrown
  }
}
