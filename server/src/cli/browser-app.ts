import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { glob, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../kernel/error.ts'
import type { Log } from '../kernel/log.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Where the server looks for the built app. */
export const APP_FOLDER = join(ROOT, 'ui', 'dist')
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
/** What the app is made of. */
const SOURCES = ['ui/src/**/*', 'ui/public/**/*', 'ui/index.html', 'ui/vite.config.ts', 'ui/package.json', 'model/src/**/*.ts']
const MAX_BUILD_MS = 120_000
const KEPT_OUTPUT = 4_000

/** Whether the built app is missing or older than what it is made of. */
export async function isAppStale(root = ROOT): Promise<boolean> {
  const built = await stat(join(root, 'ui', 'dist', 'index.html')).catch(() => undefined)
  if (built === undefined) return true
  for await (const file of glob(SOURCES, { cwd: root })) {
    const found = await stat(join(root, file))
    if (found.isFile() && !file.endsWith('.test.ts') && found.mtimeMs > built.mtimeMs) return true
  }
  return false
}

/**
 * Builds the browser app where it is missing or stale, beside the running server, which serves it from the moment it is there. Never
 * rejects: the platform works without its app, and an installation without Vite has brought its app along.
 */
export async function buildBrowserApp(log: Log, signal: AbortSignal): Promise<void> {
  try {
    if (!existsSync(VITE) || !(await isAppStale())) return
    const begun = performance.now()
    await build(signal)
    if (!signal.aborted) log.info({ seconds: Math.round((performance.now() - begun) / 100) / 10 }, 'the browser app is built')
  } catch (thrown) {
    if (!signal.aborted) log.warn({ err: thrown }, `the browser app could not be built: ${messageOf(thrown)}; "npm run build" says more`)
  }
}

/** Builds into a folder beside, which then takes the place of the old one: a reader never meets half of an app. */
async function build(signal: AbortSignal): Promise<void> {
  const [next, old] = [`${APP_FOLDER}-${process.pid}`, `${APP_FOLDER}-${process.pid}-old`]
  try {
    await mkdir(next, { recursive: true })
    await runVite(next, signal)
    // Another process may have built it meanwhile, and its readers keep what they found.
    if (!(await isAppStale())) return
    await rename(APP_FOLDER, old).catch(() => undefined)
    await rename(next, APP_FOLDER)
  } finally {
    for (const folder of [next, old]) await rm(folder, { recursive: true, force: true })
  }
}

function runVite(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [VITE, 'build', '--logLevel', 'warn', '--outDir', folder, '--emptyOutDir']
    const child = spawn(process.execPath, args, { cwd: join(ROOT, 'ui'), stdio: ['ignore', 'pipe', 'pipe'], signal, timeout: MAX_BUILD_MS })
    let output = ''
    const keep = (piece: Buffer) => (output = (output + piece.toString()).slice(-KEPT_OUTPUT))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`vite ended with code ${code}: ${output.trim()}`))))
  })
}
