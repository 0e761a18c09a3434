import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../server/test/support/millwright-process.ts'

/** Another program, running for a comparison. */
export interface Peer {
  readonly port: number
  readonly dataDir: string
  stop(): Promise<void>
}

const READY_MS = 20_000

/** Starts `command` with the arguments that `plan` makes; undefined when it is not installed. Set-up files are written into its folder. */
export async function startPeer(
  command: string,
  plan: (port: number, dataDir: string, spare: number) => { readonly args: readonly string[]; readonly files?: Readonly<Record<string, string>> },
): Promise<Peer | undefined> {
  if (!isInstalled(command)) return undefined
  const dataDir = await mkdtemp(join(tmpdir(), `bench-${command}-`))
  const [port, spare] = [await freePort(), await freePort()]
  const { args, files = {} } = plan(port, dataDir, spare)
  for (const [name, text] of Object.entries(files)) await writeFile(join(dataDir, name), text)
  const child = spawn(command, args, { stdio: 'ignore', cwd: dataDir })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await listening(port)
  return {
    port,
    dataDir,
    async stop() {
      child.kill('SIGTERM')
      await gone
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function startMosquitto(): Promise<Peer | undefined> {
  return startPeer('mosquitto', (port, dataDir) => ({
    args: ['-c', join(dataDir, 'mosquitto.conf')],
    files: { 'mosquitto.conf': `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nlog_type none\nuser root\n` },
  }))
}

export function startInfluxdb(): Promise<Peer | undefined> {
  return startPeer('influxd', (port, dataDir, spare) => ({
    args: ['-config', join(dataDir, 'influxdb.conf')],
    files: {
      'influxdb.conf': [
        'reporting-disabled = true',
        `bind-address = "127.0.0.1:${spare}"`,
        `[meta]\n  dir = "${dataDir}/meta"\n  logging-enabled = false`,
        `[data]\n  dir = "${dataDir}/data"\n  wal-dir = "${dataDir}/wal"\n  query-log-enabled = false\n  cache-max-memory-size = 4000000000\n  max-series-per-database = 0`,
        `[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false`,
        '[monitor]\n  store-enabled = false',
      ].join('\n'),
    },
  }))
}

export function startVictoriaMetrics(): Promise<Peer | undefined> {
  return startPeer('victoria-metrics', (port, dataDir) => ({ args: [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${dataDir}/data`, '-retentionPeriod=100y', '-loggerLevel=ERROR'] }))
}

function isInstalled(command: string): boolean {
  try {
    execFileSync('which', [command], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function listening(port: number): Promise<void> {
  const until = performance.now() + READY_MS
  while (performance.now() < until) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port} after ${READY_MS} ms`)
}
