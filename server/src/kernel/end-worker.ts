import type { Worker } from 'node:worker_threads'

/** Asks a worker thread to end and settles when it has; one that takes longer than `patienceMs` is ended by force. */
export async function endWorker(worker: Worker, ask: () => void, patienceMs: number): Promise<void> {
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  ask()
  const timer = setTimeout(() => void worker.terminate(), patienceMs)
  await exited
  clearTimeout(timer)
}
