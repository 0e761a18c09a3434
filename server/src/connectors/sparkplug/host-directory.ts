import type { EdgeNodeStatus } from './host/host-status.ts'
import type { SparkplugHost } from './host/host.ts'

/** An edge node and the way in that it came by. */
export type HeardNode = EdgeNodeStatus & { readonly source: string }

/** All Sparkplug hosts of this program, by their ways in: `sparkplug` for the embedded broker, else the connection's name. */
export class HostDirectory {
  readonly #hosts = new Map<string, SparkplugHost>()

  add(source: string, host: SparkplugHost): void {
    this.#hosts.set(source, host)
  }

  entries(): IterableIterator<[source: string, host: SparkplugHost]> {
    return this.#hosts.entries()
  }

  /** All edge nodes that were heard of, in the order of their names. */
  nodes(): HeardNode[] {
    const all = [...this.#hosts].flatMap(([source, host]) => host.status().map((node) => ({ ...node, source })))
    const key = ({ group, node, source }: HeardNode) => `${group}/${node}/${source}`
    return all.sort((a, b) => (key(a) < key(b) ? -1 : 1))
  }

  /** Asks an edge node for its births; false when nobody of that name was heard. */
  askForRebirth(source: string, group: string, node: string): boolean {
    return this.#hosts.get(source)?.askForRebirth(group, node) ?? false
  }
}
