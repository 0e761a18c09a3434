import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { crc32cBytes } from './crc32c.ts'
import type { FileSystem } from './file-system.ts'

const FILE = 'consumers.json'

/** More names than this is a bug of the caller: each holds segments back. */
export const MAX_CONSUMERS = 64

const MAX_FILE_BYTES = 64 * 1024

const contentSchema = Type.Object({
  head: Type.Integer({ minimum: 0 }),
  consumers: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
})

/**
 * How far each consumer is, in a small file that is replaced as a whole: its first line is the CRC-32C of the rest, the
 * rest is JSON. It also has the head at that time, which tells damage at the very end from a torn tail.
 */
export class Consumers {
  readonly #fileSystem: FileSystem
  readonly #dir: string
  readonly #positions = new Map<string, number>()

  constructor(fileSystem: FileSystem, dir: string) {
    this.#fileSystem = fileSystem
    this.#dir = dir
  }

  get positions(): ReadonlyMap<string, number> {
    return this.#positions
  }

  /** Where the slowest consumer is; `undefined` when none is known. */
  get slowest(): number | undefined {
    return this.#positions.size === 0 ? undefined : Math.min(...this.#positions.values())
  }

  /** Returns whether the name is new. */
  set(name: string, position: number): boolean {
    assert(Number.isSafeInteger(position) && position >= 0, `BUG: ${position} is no position in the journal`)
    const isNew = !this.#positions.has(name)
    assert(!isNew || this.#positions.size < MAX_CONSUMERS, `BUG: more than ${MAX_CONSUMERS} consumers of the journal`)
    this.#positions.set(name, position)
    return isNew
  }

  delete(name: string): void {
    this.#positions.delete(name)
  }

  /** Reads the file. `damaged` when it is there and cannot be believed; then no consumer is known until it speaks up. */
  async load(): Promise<{ readonly head: number; readonly damaged: boolean }> {
    const names = await this.#fileSystem.list(this.#dir)
    if (!names.includes(FILE)) return { head: 0, damaged: false }
    const content = parse(await this.#read())
    if (content === undefined) return { head: 0, damaged: true }
    for (const [name, position] of Object.entries(content.consumers).slice(0, MAX_CONSUMERS)) this.#positions.set(name, position)
    return { head: content.head, damaged: false }
  }

  /** The name of the file, for quarantine. */
  get file(): string {
    return FILE
  }

  async save(head: number): Promise<void> {
    const json = Buffer.from(`${JSON.stringify({ head, consumers: Object.fromEntries(this.#positions) })}\n`)
    const crc = crc32cBytes(json).toString(16).padStart(8, '0')
    const path = join(this.#dir, FILE)
    const fresh = `${path}.new`
    await this.#fileSystem.remove(fresh)
    const file = await this.#fileSystem.open(fresh, 'create')
    try {
      await file.write(Buffer.concat([Buffer.from(`${crc}\n`), json]), 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#fileSystem.rename(fresh, path)
    await this.#fileSystem.syncFolder(this.#dir)
  }

  async #read(): Promise<Buffer> {
    const file = await this.#fileSystem.open(join(this.#dir, FILE), 'read')
    try {
      const bytes = Buffer.alloc(MAX_FILE_BYTES)
      return bytes.subarray(0, await file.read(bytes, 0))
    } finally {
      await file.close()
    }
  }
}

function parse(bytes: Buffer) {
  const line = bytes.indexOf(0x0a)
  const json = bytes.subarray(line + 1)
  if (line !== 8 || bytes.toString('latin1', 0, 8) !== crc32cBytes(json).toString(16).padStart(8, '0')) return undefined
  try {
    const content: unknown = JSON.parse(json.toString('utf8'))
    return Check(contentSchema, content) ? content : undefined
  } catch {
    return undefined
  }
}
