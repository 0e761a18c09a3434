import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt'])
/** Files kept in memory; an app has some dozens. When full, the one kept longest goes. */
const MAX_FILES = 200
const MAX_FILE_BYTES = 16 * 2 ** 20
/** A file is looked at again, for a newer one in its place, at most so often. */
const LOOK_MS = 1_000

const compress = promisify(gzip)

/** A file of the built app as it is sent. */
export interface AppFile {
  readonly type: string
  readonly body: Buffer
  /** Compressed, where that is worth it. */
  readonly gzipped: Buffer | undefined
  readonly etag: string
  readonly caching: string
}

interface Kept {
  readonly file: AppFile | undefined
  readonly version: string
  lookedMs: number
}

/** The built browser app in memory. Files are looked for when they are asked for: the app may be built while the server runs. */
export class AppFiles {
  readonly #folder: string
  readonly #monotonicMs: () => number
  readonly #kept = new Map<string, Kept>()

  constructor(folder: string, monotonicMs: () => number) {
    this.#folder = folder
    this.#monotonicMs = monotonicMs
  }

  /** The file of an address such as `/assets/index-Ab12Cd34.js`; undefined where there is none. */
  async read(address: string): Promise<AppFile | undefined> {
    const name = address.slice(1)
    // Names of a built app are plain, so anything else (`..`, escapes, drives) is none of its files.
    if (!/^(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)+$/.test(name)) return undefined
    const kept = this.#kept.get(name)
    const now = this.#monotonicMs()
    if (kept !== undefined && now - kept.lookedMs < LOOK_MS) return kept.file
    const info = await stat(join(this.#folder, name)).catch(() => undefined)
    if (info?.isFile() !== true || info.size > MAX_FILE_BYTES) {
      this.#kept.delete(name)
      return undefined
    }
    const version = `${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}`
    if (kept?.version === version) {
      kept.lookedMs = now
      return kept.file
    }
    const file = await this.#load(name, version)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size >= MAX_FILES && oldest !== undefined) this.#kept.delete(oldest)
    this.#kept.set(name, { file, version, lookedMs: now })
    return file
  }

  async #load(name: string, version: string): Promise<AppFile | undefined> {
    const body = await readFile(join(this.#folder, name)).catch(() => undefined)
    if (body === undefined) return undefined
    const extension = extname(name).toLowerCase()
    // Vite puts a hash of the content into the names below `assets/`, so those never change.
    const isHashed = /^assets\/.+-[\w-]{8,}\.\w+$/.test(name)
    return {
      type: TYPES[extension] ?? 'application/octet-stream',
      body,
      gzipped: COMPRESSIBLE.has(extension) && body.length > 1_024 ? await compress(body) : undefined,
      etag: `"${version}"`,
      caching: isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
  }
}
