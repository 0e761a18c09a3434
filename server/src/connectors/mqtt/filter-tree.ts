class FilterNode<T> {
  readonly children = new Map<string, FilterNode<T>>()
  readonly values = new Set<T>()
}

/** Values by topic filter, found by topic name (MQTT 5.0, 4.7). Cost grows with the levels of a topic, not with the number of filters. */
export class FilterTree<T> {
  readonly #root = new FilterNode<T>()

  add(filter: string, value: T): void {
    let node = this.#root
    for (const level of filter.split('/')) {
      let child = node.children.get(level)
      if (child === undefined) {
        child = new FilterNode<T>()
        node.children.set(level, child)
      }
      node = child
    }
    node.values.add(value)
  }

  remove(filter: string, value: T): void {
    const levels = filter.split('/')
    const path: FilterNode<T>[] = [this.#root]
    for (const level of levels) {
      const child = path[path.length - 1]?.children.get(level)
      if (child === undefined) return
      path.push(child)
    }
    path[levels.length]?.values.delete(value)
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth]
      if (node === undefined || node.values.size > 0 || node.children.size > 0) return
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '')
    }
  }

  /** Calls `visit` with each value whose filter matches the topic. Wildcards do not match a first level that begins with `$` (4.7.2). */
  match(topic: string, visit: (value: T) => void): void {
    visitMatches(this.#root, topic.split('/'), 0, topic.startsWith('$'), visit)
  }
}

function visitMatches<T>(node: FilterNode<T>, levels: readonly string[], depth: number, hidden: boolean, visit: (value: T) => void): void {
  const wild = depth > 0 || !hidden
  if (wild) node.children.get('#')?.values.forEach(visit)
  const level = levels[depth]
  if (level === undefined) {
    node.values.forEach(visit)
    return
  }
  const literal = node.children.get(level)
  if (literal !== undefined) visitMatches(literal, levels, depth + 1, hidden, visit)
  const single = wild ? node.children.get('+') : undefined
  if (single !== undefined) visitMatches(single, levels, depth + 1, hidden, visit)
}
