import { spawnSync } from 'node:child_process'
import { appendFile, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mounted = new Set<string>()
process.once('exit', () => {
  for (const folder of mounted) spawnSync('umount', ['-l', folder])
})

/** Why no small disk can be made here; `false` where it can. For the option `skip`. */
export function noSmallDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'NOT TESTED HERE: a disk that is really full needs root on Linux (mount -t tmpfs)'
  const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim()
  const isAllowed = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0
  if (isAllowed) spawnSync('umount', [folder])
  spawnSync('rmdir', [folder])
  return isAllowed ? false : 'NOT TESTED HERE: a disk that is really full needs the right to mount a tmpfs'
}

/** A file system of its own of a few megabytes in memory, that can be filled up and emptied. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async mount(bytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'millwright-disk-'))
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`mount: ${stderr}`)
    mounted.add(folder)
    return new SmallDisk(folder)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  /** Fills it until only so much is free. */
  async fill(leaveBytes: number): Promise<void> {
    const fill = Math.max(0, (await this.freeBytes()) - leaveBytes)
    await appendFile(join(this.folder, 'somebody-elses-file'), Buffer.alloc(fill, 1)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error
    })
  }

  async empty(): Promise<void> {
    await rm(join(this.folder, 'somebody-elses-file'), { force: true })
  }

  async unmount(): Promise<void> {
    spawnSync('umount', ['-l', this.folder])
    mounted.delete(this.folder)
    await rm(this.folder, { recursive: true, force: true })
  }
}
