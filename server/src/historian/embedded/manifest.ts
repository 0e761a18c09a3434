import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { crc32 } from 'node:zlib'
import { coldFileSchema } from './cold-file.ts'
import { replaceFile } from './durable-file.ts'

const manifestSchema = Type.Object(
  {
    format: Type.Literal(1),
    /** All generations up to this one are in the cold store. */
    flushed: Type.Integer({ minimum: 0 }),
    /** The journal position behind them. */
    position: Type.Integer({ minimum: 0 }),
    /** Grows with every rewrite of files. */
    revision: Type.Integer({ minimum: 0 }),
    files: Type.Array(coldFileSchema),
  },
  { additionalProperties: false },
)

/** What the cold store holds. It is replaced as a whole, which makes a change of many files one step. */
export type Manifest = Readonly<Static<typeof manifestSchema>>

/** The manifest's name in the history folder. */
export const MANIFEST_NAME = 'manifest.json'

export const EMPTY_MANIFEST: Manifest = { format: 1, flushed: 0, position: 0, revision: 0, files: [] }

/** Writes the manifest, durably: a line with its CRC-32, then the JSON text. */
export async function saveManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = JSON.stringify(manifest)
  await replaceFile(path.join(folder, MANIFEST_NAME), `${crc32(text).toString(16)}\n${text}`)
}

/** Reads the manifest. `absent` where there is none, a text that says why where it cannot be trusted. */
export async function loadManifest(folder: string): Promise<Manifest | 'absent' | { readonly problem: string }> {
  let content: string
  try {
    content = await readFile(path.join(folder, MANIFEST_NAME), 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return 'absent'
    return { problem: `the manifest cannot be read: ${String(thrown)}` }
  }
  return parseManifest(content)
}

/** Reads the text of a manifest. */
export function parseManifest(content: string): Manifest | { readonly problem: string } {
  const cut = content.indexOf('\n')
  const text = content.slice(cut + 1)
  if (cut < 1 || crc32(text).toString(16) !== content.slice(0, cut)) return { problem: 'the manifest does not match its checksum' }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { problem: 'the manifest is not JSON' }
  }
  return Value.Check(manifestSchema, parsed) ? parsed : { problem: 'the manifest has another shape than expected' }
}
