import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

// Control groups of version 1 (a folder for each controller) and 2 (one for all); cgroups(7).
const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'
let made = 0

/** Why memory cannot be capped here; `false` where it can. For the option `skip`. */
export function noSmallMemory(): string | false {
  try {
    new SmallMemory(64 * 1024 * 1024).remove()
    return false
  } catch (thrown) {
    return `NOT TESTED HERE: a cap on memory needs root and control groups on Linux (${thrown instanceof Error ? thrown.message : String(thrown)})`
  }
}

/** A control group whose processes together have so much memory; beyond it the kernel ends one of them. */
export class SmallMemory {
  readonly #folder: string
  readonly #isV1 = existsSync(`${V1}/memory.limit_in_bytes`)

  constructor(bytes: number) {
    this.#folder = `${this.#isV1 ? V1 : V2}/millwright-test-${process.pid}-${made++}`
    mkdirSync(this.#folder)
    try {
      writeFileSync(`${this.#folder}/${this.#isV1 ? 'memory.limit_in_bytes' : 'memory.max'}`, String(bytes))
    } catch (thrown) {
      this.remove()
      throw thrown
    }
  }

  /** What runs a command within the group. */
  get launcher(): readonly string[] {
    return ['sh', '-c', 'echo $$ > "$0" && exec "$@"', `${this.#folder}/cgroup.procs`]
  }

  /** The most that was ever used, bytes; `NaN` where the kernel does not tell (version 2 before Linux 5.19). */
  get peakBytes(): number {
    const file = `${this.#folder}/${this.#isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak'}`
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN
  }

  /** To be called when its processes have ended. */
  remove(): void {
    rmdirSync(this.#folder)
  }
}
