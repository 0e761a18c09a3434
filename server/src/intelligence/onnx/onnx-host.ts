import { fork, type ChildProcess } from 'node:child_process'
import { MEMORY_WORD, type HostAnswer, type HostEnvelope, type HostOrder } from './host-messages.ts'

/** Text of stderr that is kept for the message about an end. */
const MAX_STDERR = 2_000
/** A new process may take this long to start on a slow computer under load. */
const START_MS = 20_000

/** An answer, or how the process ended over the order. */
export type HostOutcome = HostAnswer | { readonly type: 'died'; readonly why: 'timeout' | 'memory' | 'crash' | 'ended'; readonly message: string }

export interface HostSettings {
  /** Memory that the process may take, all models together. */
  readonly maxMegabytes: number
}

/** A process that runs ONNX models, from its first order to its end; a new one is made after that. One order at a time. */
export class OnnxHost {
  readonly #settings: HostSettings
  #child: ChildProcess | undefined
  #stderr = ''
  #answer: ((outcome: HostOutcome) => void) | undefined
  #isEnded = false

  constructor(settings: HostSettings) {
    this.#settings = settings
  }

  /** Of the process, once it runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Whether it can take no more orders. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Gives an order. Never rejects. After `timeoutMs` the process is ended, whatever it does. */
  ask(order: HostOrder, timeoutMs: number): Promise<HostOutcome> {
    if (this.#isEnded) return Promise.resolve({ type: 'died', why: 'ended', message: 'the process that runs models has ended' })
    if (this.#answer !== undefined) throw new Error('BUG: a host process takes one order at a time')
    const isFirst = this.#child === undefined
    const child = (this.#child ??= this.#start())
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#die('timeout', `it did not answer within ${timeoutMs} ms`), timeoutMs + (isFirst ? START_MS : 0))
      this.#answer = (outcome) => {
        clearTimeout(timer)
        this.#answer = undefined
        resolve(outcome)
      }
      child.send({ order, timeoutMs } satisfies HostEnvelope, (error) => error !== null && this.#die('crash', error.message))
    })
  }

  /** Ends the process at once. */
  end(): void {
    this.#die('ended', 'it was ended')
  }

  #start(): ChildProcess {
    // Nothing of our environment is its business: no secrets, no settings of other programs.
    const child = fork(new URL('./host-process.ts', import.meta.url), [String(this.#settings.maxMegabytes)], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { PATH: process.env['PATH'] }, execArgv: [] })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR)
    })
    child.on('message', (message) => this.#answer?.(message as HostAnswer))
    child.on('error', (error) => this.#die('crash', error.message))
    // "close" comes after all of stderr.
    child.on('close', (code, signal) => {
      if (this.#stderr.includes(MEMORY_WORD)) this.#die('memory', `it took more than ${this.#settings.maxMegabytes} MB of memory`)
      else this.#die('crash', `the process ended with ${signal ?? `code ${code}`}${this.#stderr === '' ? '' : `: ${firstLine(this.#stderr)}`}`)
    })
    child.unref()
    child.channel?.unref()
    return child
  }

  #die(why: 'timeout' | 'memory' | 'crash' | 'ended', message: string): void {
    this.#isEnded = true
    this.#child?.kill('SIGKILL')
    this.#answer?.({ type: 'died', why, message })
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? ''
}
