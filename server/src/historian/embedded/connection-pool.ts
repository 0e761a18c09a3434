import type { Duck, DuckConnection } from './duck.ts'
import { interruptible } from './read-scope.ts'

/** A fixed number of connections for reads; who finds none free waits in line. */
export class ConnectionPool {
  readonly #free: DuckConnection[]
  readonly #waiting: ((connection: DuckConnection) => void)[] = []
  readonly #all: readonly DuckConnection[]

  private constructor(connections: readonly DuckConnection[]) {
    this.#all = connections
    this.#free = [...connections]
  }

  static async open(duck: Duck, size: number): Promise<ConnectionPool> {
    const connections: DuckConnection[] = []
    for (let i = 0; i < size; i++) connections.push(await duck.connect())
    return new ConnectionPool(connections)
  }

  async use<T>(work: (connection: DuckConnection) => Promise<T>): Promise<T> {
    const connection = this.#free.pop() ?? (await new Promise<DuckConnection>((resolve) => this.#waiting.push(resolve)))
    try {
      return await interruptible(connection, () => work(connection))
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(connection)
      else next(connection)
    }
  }

  close(): void {
    for (const connection of this.#all) connection.close()
  }
}
