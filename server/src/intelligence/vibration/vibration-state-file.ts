import { open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { MillwrightError } from '../../kernel/error.ts'
import { StateReader, StateWriter } from '../scoring/state-codec.ts'

/** Up to where recordings were taken, and what the stream knew there. */
export interface VibrationState {
  readonly position: number
  readonly stream: Uint8Array
}

const [KIND, VERSION] = ['vibration', 1]

/** Writes the state beside the old one, then takes its place: a crash leaves one of the two. */
export async function writeVibrationState(file: string, { position, stream }: VibrationState): Promise<void> {
  const into = new StateWriter(KIND, VERSION)
  into.number(position)
  into.bytes(stream)
  const body = into.finish()
  const check = Buffer.alloc(4)
  check.writeUInt32LE(crc32(body))
  const handle = await open(`${file}.new`, 'w')
  try {
    await handle.writeFile(Buffer.concat([check, body]))
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}

/** Undefined when there is none or it is damaged: recordings that the journal still holds are then taken once more, to the same effect. */
export async function readVibrationState(file: string): Promise<VibrationState | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined || bytes.length < 4 || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined
  try {
    const from = new StateReader(bytes.subarray(4), KIND, VERSION)
    return { position: from.number(), stream: from.bytes() }
  } catch (thrown) {
    if (thrown instanceof MillwrightError) return undefined
    throw thrown
  }
}
