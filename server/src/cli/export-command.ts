import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Type, type Static } from 'typebox'
import { MillwrightError, messageOf } from '../kernel/error.ts'
import { createLog } from '../kernel/log.ts'
import { defineCommand, EXIT, type Terminal } from './command.ts'
import { holderOf, openDataFolder } from './data-folder.ts'
import { startServer } from './server/running-server.ts'
import type { Settings } from './settings.ts'

const FORMATS = ['csv', 'parquet', 'xlsx', 'yaml'] as const
const flags = Type.Object(
  {
    under: Type.Optional(Type.String({ description: 'All signals of this asset and below it', examples: ['acme/line1'] })),
    signals: Type.Array(Type.String(), { default: [], description: 'These signals', examples: ['acme/line1/press3/temperature,…'] }),
    model: Type.Boolean({ default: false, description: 'The plant model (assets and signals) instead of samples' }),
    from: Type.String({ default: '1970-01-01T00:00:00Z', description: 'First time: ISO 8601, milliseconds, or relative such as -7d' }),
    to: Type.String({ default: '2254-12-31T00:00:00Z', description: 'Time before which the export ends' }),
    format: Type.Optional(
      Type.Union(
        FORMATS.map((format) => Type.Literal(format)),
        { description: 'Of samples csv or parquet, of the model csv, xlsx or yaml; by the name of the file if not said' },
      ),
    ),
    output: Type.String({ default: '-', description: 'File to write; - is the standard output', examples: ['FILE'] }),
  },
  { additionalProperties: false },
)

/** `millwright export`: samples or the plant model as files that other programs read. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Writes samples as CSV or Parquet, or the plant model as CSV, XLSX or YAML',
  details: `
Asks the server that runs on the data folder; where none runs, the data folder is opened for the time of the export.

  millwright export --under acme/line1 --from -7d --output week.parquet
  millwright export --signals acme/line1/press3/temperature > temperature.csv
  millwright export --model --output plant.xlsx`,
  flags,
  run: async ({ flags: said, settings, terminal, signal }) => {
    const format = formatOf(said)
    await withServer(settings, async (url) => {
      const call: Call = said.model
        ? { url: `${url}/api/v1/model?format=${format}`, body: undefined }
        : { url: `${url}/api/v1/query`, body: JSON.stringify({ ...(said.under === undefined ? { signals: said.signals } : { under: said.under }), from: said.from, to: said.to, format }) }
      await save(await answerOf(call, signal), said.output, terminal, signal)
    })
    return EXIT.ok
  },
})

function formatOf({ format, output, model, under, signals }: Static<typeof flags>): string {
  const wrong = (message: string) => new MillwrightError('CONFIG_INVALID', message)
  const chosen = format ?? FORMATS.find((known) => output.endsWith(`.${known}`)) ?? 'csv'
  const fitting: readonly string[] = model ? ['csv', 'xlsx', 'yaml'] : ['csv', 'parquet']
  if (!fitting.includes(chosen)) throw wrong(`${model ? 'the model' : 'samples'} can be written as ${fitting.join(', ')}, not as ${chosen}`)
  const choices = Number(model) + Number(under !== undefined) + Number(signals.length > 0)
  if (choices !== 1) throw wrong('say one of --under ASSET, --signals A,B,… or --model')
  return chosen
}

/** Calls `work` with the address of the running server, or of one that is started in this process for it alone. */
async function withServer(settings: Settings, work: (url: string) => Promise<void>): Promise<void> {
  const url = holderOf(settings.data)?.url
  if (url !== undefined) return work(url)
  const folder = openDataFolder(settings.data, 'export', new Date())
  try {
    const quiet = { ...settings, http: { ...settings.http, listen: '127.0.0.1:0' }, mqtt: { ...settings.mqtt, listen: 'off' }, connections: {} }
    const server = await startServer({ settings: quiet, folder, log: createLog('warn') })
    try {
      await server.plant.historyCaughtUp(60_000)
      await work(server.url)
    } finally {
      await server.stop()
    }
  } finally {
    folder.release()
  }
}

interface Call {
  readonly url: string
  readonly body: string | undefined
}

/** The answer, once it has begun; rejects with what the server says where it refuses. */
async function answerOf({ url, body }: Call, signal: AbortSignal): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request(url, { method: body === undefined ? 'GET' : 'POST', headers, signal }, resolve)
    call.on('error', (thrown) => reject(new MillwrightError('SOURCE_UNREACHABLE', `the server at ${url} does not answer: ${messageOf(thrown)}`, { cause: thrown })))
    call.end(body)
  })
  if (answer.statusCode === 200) return answer
  let text = ''
  for await (const piece of answer as AsyncIterable<Buffer>) if (text.length < 10_000) text += piece.toString()
  const detail = /"detail":\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  throw new MillwrightError('BAD_REQUEST', `the server answers ${answer.statusCode ?? 0}: ${detail === undefined ? text.slice(0, 300) : String(JSON.parse(detail))}`)
}

/** A file appears only when it is whole. */
async function save(answer: IncomingMessage, output: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  if (output === '-') {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      if (!terminal.stdout.write(piece)) await new Promise((resolve) => terminal.stdout.once('drain', resolve))
    }
    return
  }
  const draft = `${output}.part`
  try {
    await pipeline(answer, createWriteStream(draft), { signal })
    await rename(draft, output)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw new MillwrightError('DISK_FAILED', `${output} was not written: ${messageOf(thrown)}`, { cause: thrown })
  }
}
