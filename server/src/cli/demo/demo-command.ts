import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Type } from 'typebox'
import { createLog } from '../../kernel/log.ts'
import { buildBrowserApp } from '../browser-app.ts'
import { aborted } from '../aborted.ts'
import { EXIT, defineCommand, type Terminal } from '../command.ts'
import { openDataFolder } from '../data-folder.ts'
import { startServer, type RunningServer } from '../server/running-server.ts'
import { simulatorRoutes } from './simulator-routes.ts'

/** The demonstration keeps its plant apart from yours. */
const DEMO_DATA = './demo-data'
const SIMULATOR = fileURLToPath(new URL('../../../../simulator/src/main.ts', import.meta.url))
const STOP_MS = 3_000

/** `millwright demo`: the platform with a simulated plant that speaks to it over real protocols. */
export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'Run the platform with a simulated plant',
  details: `Starts the platform and, as a process of its own, a simulated group with two sites, 59 machines and about 1,100 signals. It has a past, keeps its state in the data
folder (${DEMO_DATA} unless --data says otherwise), and its faults are yours to inject.`,
  flags: Type.Object(
    {
      days: Type.Integer({ default: 30, minimum: 0, maximum: 400, description: 'Days of past that the plant gets at its first start' }),
      seed: Type.Integer({ default: 1, description: 'Which plant: the same number, the same plant' }),
      open: Type.Boolean({ default: true, description: 'Open the browser' }),
    },
    { additionalProperties: false },
  ),
  async run({ flags, settings, loaded, terminal, signal }) {
    const isDefaultFolder = loaded.origins.get('data') === undefined || loaded.origins.get('data')?.source === 'default'
    const data = isDefaultFolder ? DEMO_DATA : settings.data
    const folder = openDataFolder(data, 'demo', new Date())
    try {
      const control = `127.0.0.1:${await freePort()}`
      const plugins = [simulatorRoutes({ control })]
      const log = createLog(settings.log.level)
      const server = await startServer({ settings: { ...settings, data }, folder, log, plugins })
      const app = buildBrowserApp(log, signal)
      const simulator = startSimulator(server, { ...flags, data, control }, terminal)
      terminal.stdout.write(`Millwright is running with a simulated plant.\n  open          ${server.url}\n  MQTT          ${server.mqttAddress ?? 'off'}\n  data          ${data}\n`)
      await app
      if (flags.open && terminal.stdout.isTTY === true) openBrowser(server.url)
      await aborted(signal)
      await stopChild(simulator)
      await server.stop()
      return EXIT.ok
    } finally {
      folder.release()
    }
  },
})

interface SimulatorRun {
  readonly days: number
  readonly seed: number
  readonly data: string
  readonly control: string
}

function startSimulator(server: RunningServer, { days, seed, data, control }: SimulatorRun, terminal: Terminal): ChildProcess {
  const args = ['run', '--mqtt', `mqtt://${server.mqttAddress ?? '127.0.0.1:1883'}`, '--seed', String(seed), '--past', String(days)]
  args.push('--state', join(data, 'simulator.state'), '--describe', server.url, '--control', control)
  const child = spawn(process.execPath, [SIMULATOR, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => terminal.stdout.write(`  plant         ${line}\n`))
  }
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) terminal.stderr.write(`the simulated plant ended with code ${code}; the platform goes on\n`)
  })
  return child
}

/** Lets the plant save its state; after a while it is ended. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(timer)
}

/** Opens the address with what the system has for it; a computer without a browser is no failure. */
function openBrowser(url: string): void {
  const [command, args] = process.platform === 'darwin' ? ['open', [url]] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '', url]] : ['xdg-open', [url]]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

/** A port that is free now, for the simulated plant's control. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
