import { open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { SavedSlot } from './asset-slot.ts'

/** All watches as they were at a journal position: what a restart goes on from. */
export interface WatchState {
  readonly position: number
  readonly slots: readonly SavedSlot[]
}

const MAGIC = 'MWWATCH1'
const PREFIX_BYTES = MAGIC.length + 8
const part = Type.Object({ model: Type.String(), bytes: Type.Integer({ minimum: 0 }) })
const headerSchema = Type.Object({
  position: Type.Integer({ minimum: 0 }),
  slots: Type.Array(Type.Object({ asset: Type.Integer({ minimum: 0 }), champion: part, shadow: Type.Optional(part), rest: Type.String() })),
})

/** Writes the state beside the old one, then takes its place: a crash leaves one of the two. Answers its size. */
export async function writeWatchState(file: string, { position, slots }: WatchState): Promise<number> {
  const sized = ({ model, state }: SavedSlot['champion']) => ({ model, bytes: state.length })
  const header = { position, slots: slots.map(({ asset, champion, shadow, rest }) => ({ asset, champion: sized(champion), ...(shadow !== undefined && { shadow: sized(shadow) }), rest })) }
  const head = Buffer.from(JSON.stringify(header))
  const body = Buffer.concat([head, ...slots.flatMap(({ champion, shadow }) => (shadow === undefined ? [champion.state] : [champion.state, shadow.state]))])
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.write(MAGIC)
  prefix.writeUInt32LE(head.length, MAGIC.length)
  prefix.writeUInt32LE(crc32(body), MAGIC.length + 4)
  const handle = await open(`${file}.new`, 'w')
  try {
    await handle.writeFile(prefix)
    await handle.writeFile(body)
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  return prefix.length + body.length
}

/** Reads a state; undefined when there is none or it is damaged: the watches then learn anew from what the journal still holds. */
export async function readWatchState(file: string): Promise<WatchState | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  if (bytes === undefined || bytes.length < PREFIX_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  const body = bytes.subarray(PREFIX_BYTES)
  if (crc32(body) !== bytes.readUInt32LE(MAGIC.length + 4)) return undefined
  let at = bytes.readUInt32LE(MAGIC.length)
  const header = jsonOf(body.toString('utf8', 0, at))
  if (!Value.Check(headerSchema, header)) return undefined
  const take = ({ model, bytes: length }: { readonly model: string; readonly bytes: number }) => {
    at += length
    return { model, state: Uint8Array.from(body.subarray(at - length, at)) }
  }
  const slots = header.slots.map(({ asset, champion, shadow, rest }) => ({ asset, champion: take(champion), shadow: shadow === undefined ? undefined : take(shadow), rest }))
  return at === body.length ? { position: header.position, slots } : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
