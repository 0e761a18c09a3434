import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { parseListenAddress } from '../config/listen-address.ts'
import { messageOf, systemCode } from '../kernel/error.ts'
import { holderOf } from './data-folder.ts'

/** What a check found: all well, something to know, or something that keeps Millwright from working. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail'
  readonly topic: string
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
}

/** Major version of Node.js that is tested. */
const NODE_MAJOR = 24
const GIB = 2 ** 30

/** The version of Node.js that runs this. */
export function checkNode(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? 0)
  if (major >= NODE_MAJOR) return { level: 'ok', topic: 'Node.js', message: version }
  return { level: 'fail', topic: 'Node.js', message: `${version} is too old: ${NODE_MAJOR} is needed`, advice: 'run it by npm ("npm start"): the right version comes with "npm ci"' }
}

/** Can we write in the data folder, or make it? */
export function checkFolder(data: string): Finding {
  const folder = existingFolder(data)
  try {
    rmSync(mkdtempSync(join(folder, '.millwright-doctor-')), { recursive: true })
    return { level: 'ok', topic: 'data folder', message: folder === resolve(data) ? `${folder} can be written` : `${resolve(data)} can be made` }
  } catch (thrown) {
    return { level: 'fail', topic: 'data folder', message: `${folder} cannot be written: ${messageOf(thrown)}`, advice: 'give this user the right to write there, or choose another folder with --data' }
  }
}

/** Room on the disk, against what the journal keeps free. */
export function checkDisk(data: string, minFreeBytes: number): Finding {
  const { bavail, bsize } = statfsSync(existingFolder(data))
  const free = bavail * bsize
  const message = `${(free / GIB).toFixed(1)} GiB free`
  if (free < minFreeBytes * 2) return { level: 'fail', topic: 'disk', message, advice: `Millwright takes nothing more below ${(minFreeBytes / GIB).toFixed(1)} GiB (journal.minFreeBytes): make room` }
  if (free < 10 * GIB) return { level: 'warn', topic: 'disk', message, advice: 'a plant of 1,000 signals at 1 Hz fills about 0.2 GiB a day; watch it, or keep less (plant.retentionDays)' }
  return { level: 'ok', topic: 'disk', message }
}

/** How long the disk takes to make 4 KiB durable: the time that a machine waits for its acknowledgement. Measured with up to 50 syncs. */
export function checkSync(data: string, nowMs: () => number): Finding {
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(existingFolder(data), '.millwright-doctor-'))
    const file = openSync(join(folder, 'sync'), 'w')
    const took: number[] = []
    const endMs = nowMs() + 2_000
    for (let round = 0; round < 50 && nowMs() < endMs; round++) {
      const startMs = nowMs()
      writeSync(file, Buffer.alloc(4096, round))
      fdatasyncSync(file)
      took.push(nowMs() - startMs)
    }
    closeSync(file)
    return syncFinding(took.toSorted((a, b) => a - b))
  } catch (thrown) {
    return { level: 'fail', topic: 'disk sync', message: `could not be measured: ${messageOf(thrown)}` }
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** What measured times of syncs mean, in ascending order. */
export function syncFinding(tookMs: readonly number[]): Finding {
  const [median = 0, worst = 0] = [tookMs[Math.floor(tookMs.length / 2)], tookMs.at(-1)]
  const message = `a sync takes ${median.toFixed(2)} ms (median of ${tookMs.length}), at most ${worst.toFixed(1)} ms`
  if (median > 100) return { level: 'warn', topic: 'disk sync', message, advice: 'this disk is very slow; acknowledgements wait for it. Use a solid-state disk, no network folder or memory card' }
  if (median > 5) return { level: 'ok', topic: 'disk sync', message: `${message}: like a hard disk`, advice: 'journal.commitDelayMs of 5 to 20 spares it' }
  if (median < 0.02) return { level: 'warn', topic: 'disk sync', message, advice: 'this is faster than disks are: is the folder in memory (tmpfs), or does the disk promise what it does not keep?' }
  return { level: 'ok', topic: 'disk sync', message }
}

/** Is the clock of this computer plausible? Samples of the past and the future are taken all the same; a wrong clock spoils their order. */
export function checkClock(now: Date, newestFileMs: number): Finding {
  const message = now.toISOString()
  if (now.getUTCFullYear() < 2025) return { level: 'fail', topic: 'clock', message, advice: 'the clock of this computer is wrong: set it, and let NTP keep it' }
  if (newestFileMs - now.getTime() > 600_000) return { level: 'fail', topic: 'clock', message: `${message}, but the data folder was written at ${new Date(newestFileMs).toISOString()}`, advice: 'the clock went back: set it, and let NTP keep it' }
  return { level: 'ok', topic: 'clock', message }
}

/** When the data folder was changed last; 0 when it does not exist. */
export function changedMs(data: string): number {
  return existsSync(data) ? statSync(data).mtimeMs : 0
}

/** Can we listen at an address? If not: is it our own server, or who else? */
export async function checkPort(topic: string, listen: string, data: string): Promise<Finding> {
  const address = parseListenAddress(listen)
  if (address === undefined) return { level: 'ok', topic, message: 'off' }
  const { host, port } = address
  const thrown = await new Promise<unknown>((settle) => {
    const server = createServer()
    server.once('error', settle)
    server.listen({ host, port, exclusive: true }, () => server.close(() => settle(undefined)))
  })
  if (thrown === undefined) return { level: 'ok', topic, message: `${listen} is free` }
  if (systemCode(thrown) === 'EACCES') return { level: 'fail', topic, message: `${listen} is not allowed to this user`, advice: 'choose a port above 1023' }
  const holder = holderOf(data)
  if (holder !== undefined) return { level: 'ok', topic, message: `${listen} is taken, probably by the Millwright that runs on this data folder (process ${holder.pid})` }
  const owner = process.platform === 'win32' ? undefined : portOwner(port)
  const who = owner === undefined ? 'another program' : owner
  return { level: 'fail', topic, message: `${listen} cannot be used: ${systemCode(thrown) ?? messageOf(thrown)}${systemCode(thrown) === 'EADDRINUSE' ? `, ${who} listens there` : ''}`, advice: `stop it, or choose another address with --${topic}` }
}

/** The program behind a port, as `ss` or `lsof` tell it; undefined where neither is installed or allowed to. */
function portOwner(port: number): string | undefined {
  const ss = spawnSync('ss', ['-Hltnp', `sport = :${port}`], { encoding: 'utf8', timeout: 2_000 })
  const match = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss.stdout ?? '')
  if (match !== null) return `${match[1] ?? ''} (process ${match[2] ?? ''})`
  const lsof = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fcp'], { encoding: 'utf8', timeout: 2_000 })
  const [pid, name] = [/^p(\d+)$/m.exec(lsof.stdout ?? '')?.[1], /^c(.+)$/m.exec(lsof.stdout ?? '')?.[1]]
  return pid === undefined || name === undefined ? undefined : `${name} (process ${pid})`
}

/** How many files and sockets this user may have open; each connected machine is one. */
export function checkOpenFiles(wantedConnections: number): Finding {
  const shell = process.platform === 'win32' ? undefined : spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8', timeout: 2_000 }).stdout?.trim()
  if (shell === undefined || shell === '') return { level: 'ok', topic: 'open files', message: 'no limit to be asked for here' }
  const limit = shell === 'unlimited' ? Number.POSITIVE_INFINITY : Number(shell)
  if (limit >= wantedConnections + 1_000) return { level: 'ok', topic: 'open files', message: shell }
  return { level: 'warn', topic: 'open files', message: `${shell}, which is fewer than the ${wantedConnections} connections that mqtt.maxConnections allows`, advice: 'raise it (ulimit -n, LimitNOFILE=) when more machines than that are to be connected' }
}

/** The plant's time zone beside the computer's. */
export function checkZone(plant: string, isDefault: boolean): Finding {
  const computer = Intl.DateTimeFormat().resolvedOptions().timeZone
  const message = `the plant's days begin by ${plant}; this computer is set to ${computer}`
  if (isDefault && computer !== 'UTC') return { level: 'warn', topic: 'time zone', message, advice: `if the plant is here, set timeZone: ${computer}` }
  return { level: 'ok', topic: 'time zone', message }
}

/** The folder itself, or the nearest one above it that exists. */
function existingFolder(data: string): string {
  let folder = resolve(data)
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}
