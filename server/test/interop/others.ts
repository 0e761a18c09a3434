import { spawn } from 'node:child_process'
import { access, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where programs of other people are kept between runs. */
export const CACHE = process.env['MILLWRIGHT_INTEROP_CACHE'] ?? join(homedir(), '.cache', 'millwright-interop')
const OUTPUT_CHARACTERS = 20_000

export interface RunOptions {
  readonly cwd?: string
  readonly seconds: number
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a program to its end, or ends it when its time is up; answers what it wrote. Rejects when it ends badly before, or is not there. */
export async function run(command: string, parameters: readonly string[], { cwd, seconds, environment }: RunOptions): Promise<string> {
  const child = spawn(command, parameters, { cwd, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output = (output + data.toString()).slice(-OUTPUT_CHARACTERS)))
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    child.kill('SIGTERM')
  }, seconds * 1_000)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0 && !isOver) throw new Error(`${command} ended with ${code}: ${output.slice(-2_000)}`)
    return output
  } finally {
    clearTimeout(timer)
  }
}

/** Makes a program once. Answers why it could not be, or undefined. */
export async function prepared(file: string, make: (folder: string) => Promise<unknown>): Promise<string | undefined> {
  const isThere = () => access(join(CACHE, file)).then(() => true, () => false)
  if (await isThere()) return undefined
  try {
    await mkdir(CACHE, { recursive: true })
    await make(CACHE)
    return (await isThere()) ? undefined : `SKIPPED: ${file} was not made`
  } catch (thrown) {
    return `SKIPPED: ${file} could not be made here: ${String(thrown).slice(0, 600)}`
  }
}
