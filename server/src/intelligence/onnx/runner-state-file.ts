import { open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { MillwrightError } from '../../kernel/error.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** What models knew at a journal position. */
export interface RunnerState {
  readonly position: number
  readonly models: ReadonlyMap<string, Uint8Array>
}

const [KIND, VERSION] = ['model-runner', 1]

/** Writes the state beside the old one, then takes its place: a crash leaves one of the two. */
export async function writeRunnerState(file: string, { position, models }: RunnerState): Promise<void> {
  const into = new StateWriter(KIND, VERSION)
  into.number(position)
  into.integer(models.size)
  for (const [id, state] of models) {
    into.text(id)
    into.text(Buffer.from(state).toString('latin1'))
  }
  const body = into.finish()
  const check = Buffer.alloc(4)
  check.writeUInt32LE(crc32(body))
  const handle = await open(`${file}.new`, 'w')
  try {
    await handle.writeFile(check)
    await handle.writeFile(body)
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}

/** Undefined when there is none or it is damaged: models then begin anew. */
export async function readRunnerState(file: string): Promise<RunnerState | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined || bytes.length < 4 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined
  try {
    const from = new StateReader(bytes.subarray(4), KIND, VERSION)
    const position = from.number()
    const models = new Map<string, Uint8Array>()
    for (let left = from.integer(); left > 0; left--) models.set(from.text(), Uint8Array.from(Buffer.from(from.text(), 'latin1')))
    return { position, models }
  } catch (thrown) {
    if (thrown instanceof MillwrightError) return undefined
    throw thrown
  }
}
