import type { FileSystem, OpenFile } from '../../src/journal/segments/file-system.ts'

const SECTOR = 512
const PAGE = 4096

type Change = { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer } | { readonly kind: 'truncate'; readonly size: number }

interface Inode {
  /** What a reader sees now. */
  seen: Buffer
  /** What is left after a power loss. */
  kept: Buffer
  /** What a sync would make last. */
  pending: Change[]
  pages: Set<number>
}

/** What a call is about to do, for those who want it to fail. */
export type DiskCall = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'rename' | 'copy' | 'remove' | 'syncFolder' | 'list' | 'freeBytes'

/** A disk in memory that loses power, fails, fills up and is slow, when a test says so. */
export class SimulatedDisk implements FileSystem {
  #seen = new Map<string, Inode>()
  #kept = new Map<string, Inode>()
  #calls = 0
  capacityBytes = Infinity
  syncDelayMs = 0
  /** Throws what the call shall fail with. The number counts all calls from 1. */
  beforeCall: (call: DiskCall, number: number) => void = () => undefined

  get calls(): number {
    return this.#calls
  }

  get usedBytes(): number {
    let pages = 0
    for (const inode of this.#seen.values()) pages += inode.pages.size
    return pages * PAGE
  }

  /** Paths of all files, in order. */
  get paths(): string[] {
    return [...this.#seen.keys()].sort()
  }

  /** The content of a file now; changes to it are damage. */
  content(path: string): Buffer {
    return this.#inode(path).seen
  }

  /** Makes a file, or cuts one. */
  put(path: string, content: Buffer): void {
    this.#seen.set(path, { seen: Buffer.from(content), kept: Buffer.from(content), pending: [], pages: new Set() })
  }

  /**
   * Power is lost: of every change that was not synced each sector may have reached the disk or not, and each change of a
   * folder. Returns the disk as it is found afterwards.
   */
  afterPowerLoss(random: () => number): SimulatedDisk {
    const after = new SimulatedDisk()
    const chance = [0, 0.5, 0.9, 1][Math.floor(random() * 4)] ?? 0
    const names = random() < 0.5 ? this.#kept : this.#seen
    for (const [path, inode] of names) after.put(path, tear(inode, chance, random))
    after.#kept = new Map(after.#seen)
    return after
  }

  /** The process is killed: nothing that was written is lost. Returns the disk with no file open. */
  afterKill(): SimulatedDisk {
    const after = new SimulatedDisk()
    for (const [path, { seen }] of this.#seen) after.put(path, seen)
    after.#kept = new Map(after.#seen)
    return after
  }

  async open(path: string, mode: 'read' | 'update' | 'create'): Promise<OpenFile> {
    await this.#call('open')
    const there = this.#seen.get(path)
    if (mode === 'create') {
      if (there !== undefined) throw systemError('EEXIST')
      const inode = { seen: Buffer.alloc(0), kept: Buffer.alloc(0), pending: [], pages: new Set<number>() }
      this.#seen.set(path, inode)
      return this.#openFile(inode)
    }
    if (there === undefined) throw systemError('ENOENT')
    return this.#openFile(there)
  }

  async list(folder: string): Promise<readonly string[]> {
    await this.#call('list')
    const names = [...this.#seen.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1))
    return names.filter((name) => !name.includes('/'))
  }

  async makeFolder(): Promise<void> {}

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename')
    this.#seen.set(to, this.#inode(from))
    this.#seen.delete(from)
  }

  async copy(from: string, to: string): Promise<void> {
    await this.#call('copy')
    this.put(to, this.#inode(from).seen)
  }

  async remove(path: string): Promise<void> {
    await this.#call('remove')
    this.#seen.delete(path)
  }

  async syncFolder(path: string): Promise<void> {
    await this.#call('syncFolder')
    for (const name of [...this.#kept.keys()]) if (inFolder(name, path)) this.#kept.delete(name)
    for (const [name, inode] of this.#seen) if (inFolder(name, path)) this.#kept.set(name, inode)
  }

  async freeBytes(): Promise<number> {
    await this.#call('freeBytes')
    return this.capacityBytes - this.usedBytes
  }

  #openFile(inode: Inode): OpenFile {
    return {
      read: async (into, position) => {
        await this.#call('read')
        return inode.seen.copy(into, 0, Math.min(position, inode.seen.length))
      },
      write: async (bytes, position) => {
        await this.#call('write')
        this.#allocate(inode, position, bytes.length)
        this.#change(inode, { kind: 'write', at: position, bytes: Buffer.from(bytes) })
      },
      truncate: async (size) => {
        await this.#call('truncate')
        this.#change(inode, { kind: 'truncate', size })
      },
      sync: async () => {
        const changes = inode.pending
        // As Linux does it: pages of a failed write-back count as clean, so that the next sync says that all is well.
        inode.pending = []
        await this.#call('sync')
        if (this.syncDelayMs > 0) await new Promise((resume) => setTimeout(resume, this.syncDelayMs))
        for (const change of changes) inode.kept = apply(inode.kept, change)
      },
      size: async () => inode.seen.length,
      close: async () => undefined,
    }
  }

  #change(inode: Inode, change: Change): void {
    inode.seen = apply(inode.seen, change)
    inode.pending.push(change)
    if (change.kind === 'truncate') for (const page of inode.pages) if (page * PAGE >= change.size) inode.pages.delete(page)
  }

  #allocate(inode: Inode, at: number, length: number): void {
    const pages = new Set(inode.pages)
    for (let page = Math.floor(at / PAGE); page * PAGE < at + length; page++) pages.add(page)
    if (this.usedBytes + (pages.size - inode.pages.size) * PAGE > this.capacityBytes) throw systemError('ENOSPC')
    inode.pages = pages
  }

  async #call(call: DiskCall): Promise<void> {
    this.#calls++
    await Promise.resolve()
    this.beforeCall(call, this.#calls)
  }

  #inode(path: string): Inode {
    const inode = this.#seen.get(path)
    if (inode === undefined) throw systemError('ENOENT')
    return inode
  }
}

/** An error as Node.js makes them. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code })
}

function inFolder(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/')
}

function apply(content: Buffer, change: Change): Buffer {
  const size = change.kind === 'truncate' ? change.size : Math.max(content.length, change.at + change.bytes.length)
  const after = size === content.length ? content : Buffer.alloc(size)
  if (after !== content) content.copy(after)
  if (change.kind === 'write') change.bytes.copy(after, change.at)
  return after
}

/** What lasts of a file: all that was synced, and by chance sectors of what was not. */
function tear(inode: Inode, chance: number, random: () => number): Buffer {
  let content: Buffer = Buffer.from(inode.kept)
  for (const change of inode.pending) {
    if (change.kind === 'truncate') {
      if (random() < chance) content = apply(content, change)
      continue
    }
    for (let from = 0; from < change.bytes.length; from += SECTOR) {
      const to = Math.min(change.bytes.length, from + SECTOR - ((change.at + from) % SECTOR))
      if (random() < chance) content = apply(content, { kind: 'write', at: change.at + from, bytes: change.bytes.subarray(from, to) })
      from = to - SECTOR
    }
  }
  return content
}
