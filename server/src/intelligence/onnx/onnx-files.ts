import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Value } from 'typebox/value'
import { onnxContractSchema, onnxFileSchema, type WireOnnxContract, type WireOnnxFile } from '@millwright/model/wire/onnx.ts'
import { usToMs } from '@millwright/model/time.ts'
import type { Clock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import { examine } from './try-model.ts'

/** Files that are kept at most. */
const MAX_FILES = 500
/** Files that may be examined at once: each takes a process. */
const MAX_EXAMINED = 2

export interface OnnxFilesParts {
  readonly documents: Documents
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  readonly maxFileMegabytes: number
  readonly maxMegabytes: number
  readonly providers: readonly string[]
}

/** ONNX files that people brought, named by their SHA-256: the same file is kept once. */
export class OnnxFiles {
  readonly #parts: OnnxFilesParts
  readonly #map: DocumentMap<WireOnnxFile>
  #examined = 0
  #uploads = 0

  private constructor(parts: OnnxFilesParts, map: DocumentMap<WireOnnxFile>) {
    this.#parts = parts
    this.#map = map
  }

  static async open(parts: OnnxFilesParts): Promise<OnnxFiles> {
    await mkdir(parts.folder, { recursive: true })
    return new OnnxFiles(parts, await DocumentMap.open<WireOnnxFile>({ documents: parts.documents, kind: 'onnx-file', schema: onnxFileSchema, max: MAX_FILES, log: parts.log }))
  }

  /** Newest first. */
  list(): WireOnnxFile[] {
    return [...this.#map.all.values()].sort((a, b) => b.uploaded - a.uploaded)
  }

  get(file: string): WireOnnxFile | undefined {
    return this.#map.get(file)
  }

  pathOf(file: string): string {
    return join(this.#parts.folder, `${file}.onnx`)
  }

  /** How a file of ours is tried. */
  trying(file: string): Parameters<typeof examine>[0] {
    const { maxMegabytes, providers } = this.#parts
    return { file, path: this.pathOf(file), maxMegabytes, providers }
  }

  /** Takes a file as it comes over the wire. Rejects with LIMIT_REACHED, MODEL_REFUSED, OVERLOADED, QUOTA_REACHED or UNSUPPORTED. */
  async take(bytes: Readable, author: string): Promise<WireOnnxFile> {
    if (this.#examined >= MAX_EXAMINED) throw new MillwrightError('OVERLOADED', `${MAX_EXAMINED} files are being looked at already; try again in a moment`)
    this.#examined++
    const incoming = join(this.#parts.folder, `upload-${process.pid}-${++this.#uploads}.part`)
    try {
      const { file, size } = await this.#store(bytes, incoming)
      const known = this.#map.get(file)
      if (known !== undefined) return known
      const { maxMegabytes, providers, clock } = this.#parts
      const { contract, runtime: _runtime, ...model } = await examine({ file, path: incoming, maxMegabytes, providers })
      const record: WireOnnxFile = { ...model, inputs: [...model.inputs], outputs: [...model.outputs], opsets: [...model.opsets], file, bytes: size, contract: contractIn(contract), uploaded: usToMs(clock.nowUs()), author }
      await rename(incoming, this.pathOf(file))
      await this.#map.put(file, record)
      return record
    } finally {
      this.#examined--
      await rm(incoming, { force: true })
    }
  }

  /** Whether there was one. The caller knows that no model needs it. */
  async remove(file: string): Promise<boolean> {
    if (!(await this.#map.remove(file))) return false
    await rm(this.pathOf(file), { force: true })
    return true
  }

  async #store(bytes: Readable, path: string): Promise<{ file: string; size: number }> {
    const { maxFileMegabytes } = this.#parts
    const hash = createHash('sha256')
    let size = 0
    await pipeline(
      bytes,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const piece of source) {
          size += piece.length
          if (size > maxFileMegabytes * 1024 * 1024) throw new MillwrightError('LIMIT_REACHED', `the file has more than ${maxFileMegabytes} MB (intelligence.onnxFileMegabytes)`)
          hash.update(piece)
          yield piece
        }
      },
      createWriteStream(path, { flush: true }),
    )
    if (size === 0) throw new MillwrightError('PAYLOAD_INVALID', 'the body is empty; send the ONNX file as it is')
    return { file: hash.digest('hex'), size }
  }
}

/** The contract that a file carries, if it is one. */
function contractIn(text: string | undefined): WireOnnxContract | null {
  if (text === undefined) return null
  try {
    const read: unknown = JSON.parse(text)
    return Value.Check(onnxContractSchema, read) ? read : null
  } catch {
    return null
  }
}
