import type { Medium } from './machine.ts'

interface Edge {
  readonly to: string
  readonly medium: Medium
}

/** What acts on what: directed edges between machines, by the medium that carries the effect. */
export class Wiring {
  readonly #edges = new Map<string, Edge[]>()

  /** `from` acts on each of `targets`. */
  feed(from: string, targets: readonly string[], medium: Medium): void {
    const edges = this.#edges.get(from) ?? []
    edges.push(...targets.map((to) => ({ to, medium })))
    this.#edges.set(from, edges)
  }

  /** Each acts on all the others. */
  mesh(paths: readonly string[], medium: Medium): void {
    for (const path of paths) this.feed(path, paths.filter((other) => other !== path), medium)
  }

  /** Machines that feel what leaves `path` by the given media: the first step by these, further ones by any. */
  downstream(path: string, media: readonly Medium[]): string[] {
    const found = new Set<string>()
    const queue = (this.#edges.get(path) ?? []).filter((edge) => media.includes(edge.medium)).map((edge) => edge.to)
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (found.has(next) || next === path) continue
      found.add(next)
      for (const edge of this.#edges.get(next) ?? []) queue.push(edge.to)
    }
    return [...found].sort()
  }
}
