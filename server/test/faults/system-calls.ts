import { spawn, spawnSync } from 'node:child_process'

/** Why system calls cannot be made to fail here; `false` where they can. For the option `skip`. */
export function noSystemCallFaults(): string | false {
  return spawnSync('strace', ['-V']).status === 0 ? false : 'NOT TESTED HERE: needs strace (Debian: strace)'
}

/**
 * Makes system calls of a running process, in all of its threads, fail or dawdle, as strace's `inject` says it (strace(1), "Tampering"), such as
 * `fdatasync:error=EIO`. Answers what ends that.
 */
export async function tamper(pid: number, inject: string): Promise<() => Promise<void>> {
  const call = inject.slice(0, inject.indexOf(':'))
  const child = spawn('strace', ['-f', '-q', '-p', String(pid), '-e', `trace=${call}`, '-e', `inject=${inject}`, '-o', '/dev/null'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise((resolve) => setTimeout(resolve, 500))
  if (child.exitCode !== null) throw new Error(`strace: ${said}`)
  return async () => {
    child.kill('SIGINT')
    // Killed, it lets the process go as well; asked, it may wait for a call that is being delayed.
    const timer = setTimeout(() => child.kill('SIGKILL'), 2_000)
    await gone
    clearTimeout(timer)
  }
}
