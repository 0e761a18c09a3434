/**
 * Reaches the worker threads of a process that was started with `--inspect=127.0.0.1:0`, by the inspector's protocol (domain NodeWorker), so
 * that a test can make a thread die in the real program without a line for it in the product.
 */
export class WorkerInspector {
  readonly #socket: WebSocket
  readonly #workers = new Map<string, { readonly sessionId: string; readonly url: string }>()
  #nextId = 1

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Message))
  }

  /** `output` is what the process wrote; the address stands in it. */
  static async attach(output: string): Promise<WorkerInspector> {
    const address = /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(output)?.[0]
    if (address === undefined) throw new Error(`no inspector listens:\n${output.slice(0, 500)}`)
    const socket = new WebSocket(address)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve())
      socket.addEventListener('error', () => reject(new Error(`cannot reach ${address}`)))
    })
    const inspector = new WorkerInspector(socket)
    inspector.#send('NodeWorker.enable', { waitForDebuggerOnStart: false })
    return inspector
  }

  /** The thread whose file has this name that was started last; undefined when there is none. Of one that ran out of memory the end is not always told. */
  find(file: string): string | undefined {
    return [...this.#workers.values()].findLast(({ url }) => url.includes(file))?.sessionId
  }

  /** Runs code in a thread and does not wait for it. */
  run(sessionId: string, expression: string): void {
    this.#send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: this.#nextId++, method: 'Runtime.evaluate', params: { expression } }) })
  }

  close(): void {
    this.#socket.close()
  }

  #send(method: string, params: object): void {
    this.#socket.send(JSON.stringify({ id: this.#nextId++, method, params }))
  }

  #receive({ method, params }: Message): void {
    if (params === undefined) return
    if (method === 'NodeWorker.attachedToWorker' && params.sessionId !== undefined) {
      this.#workers.set(params.sessionId, { sessionId: params.sessionId, url: params.workerInfo?.url ?? '' })
    }
    if (method === 'NodeWorker.detachedFromWorker' && params.sessionId !== undefined) this.#workers.delete(params.sessionId)
  }
}

interface Message {
  readonly method?: string
  readonly params?: { readonly sessionId?: string; readonly workerInfo?: { readonly url: string } }
}
