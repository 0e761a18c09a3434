import type { FastifyInstance } from 'fastify'
import { didYouMean } from '../config/nearest-name.ts'
import { RequestProblem } from './problem.ts'

/** Knows which methods each address has, to tell a wrong method from a wrong address. */
export class RouteTable {
  readonly #methods = new Map<string, Set<string>>()

  /** Notes every route that is registered from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set()
      for (const name of Array.isArray(method) ? method : [method]) methods.add(name)
      this.#methods.set(url, methods)
    })
  }

  /** METHOD_NOT_ALLOWED with the `allow` header where the address exists, else NOT_FOUND. */
  problemOf(method: string, url: string): RequestProblem {
    const path = url.split('?', 1)[0] ?? ''
    const allowed = this.#methodsOf(path)
    if (allowed.size > 0 && !allowed.has(method)) {
      const list = [...allowed].sort().join(', ')
      return new RequestProblem('METHOD_NOT_ALLOWED', `${method} is not possible here; possible are ${list}`, [], { allow: list })
    }
    const addresses = [...this.#methods.keys()].filter((address) => !address.includes('*'))
    return new RequestProblem('NOT_FOUND', `there is nothing at ${path.slice(0, 200)}${didYouMean(path, addresses)}; /api/docs shows what there is`)
  }

  #methodsOf(path: string): ReadonlySet<string> {
    const exact = this.#methods.get(path)
    if (exact !== undefined) return exact
    for (const [url, methods] of this.#methods) {
      if (url.length > 2 && url.endsWith('/*') && path.startsWith(url.slice(0, -1)) && path.length > url.length - 1) return methods
    }
    return new Set()
  }
}
