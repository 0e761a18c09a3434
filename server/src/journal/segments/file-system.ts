import { open, readdir, mkdir, rename, rm, statfs, copyFile } from 'node:fs/promises'

/** An open file. All calls reject with Node.js system errors (`code` is `ENOSPC`, `EIO` …). */
export interface OpenFile {
  /** Fills `into` from `position`; returns fewer bytes only where the file ends. */
  read(into: Uint8Array, position: number): Promise<number>
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Settles when the content and the size are on the disk itself (fdatasync). */
  sync(): Promise<void>
  truncate(sizeBytes: number): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}

/** What the segment files need of a file system; small, so that tests can let power and disks fail. */
export interface FileSystem {
  /** `create` refuses a name that is there (`EEXIST`). */
  open(path: string, mode: 'read' | 'update' | 'create'): Promise<OpenFile>
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>
  makeFolder(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  copy(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Settles when the names in the folder are on the disk itself. */
  syncFolder(path: string): Promise<void>
  freeBytes(path: string): Promise<number>
}

const FLAGS = { read: 'r', update: 'r+', create: 'wx+' } as const

/** The computer's file system. */
export const nodeFileSystem: FileSystem = {
  open: async (path, mode) => openFile(await open(path, FLAGS[mode])),
  list: (folder) => readdir(folder),
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true })
  },
  rename,
  copy: copyFile,
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (path) => {
    // Windows cannot sync a folder; NTFS journals its names itself.
    if (process.platform === 'win32') return
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  },
}

function openFile(handle: Awaited<ReturnType<typeof open>>): OpenFile {
  return {
    read: async (into, position) => {
      let done = 0
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done
    },
    write: async (bytes, position) => {
      let done = 0
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
        done += bytesWritten
      }
    },
    sync: () => handle.datasync(),
    truncate: (size) => handle.truncate(size),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  }
}
