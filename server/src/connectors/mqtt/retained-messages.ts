import { sizeOf, type Message } from './message.ts'

interface TopicNode {
  readonly children: Map<string, TopicNode>
  message: Message | undefined
}

/** How many retained messages there may be, and their bytes. */
export interface RetainedLimits {
  readonly messages: number
  readonly bytes: number
}

/** The last retained message of each topic (MQTT 5.0, 3.3.1.3). */
export class RetainedMessages {
  readonly #root: TopicNode = { children: new Map(), message: undefined }
  readonly #byTopic = new Map<string, Message>()
  readonly #limits: RetainedLimits
  #bytes = 0

  constructor(limits: RetainedLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#byTopic.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(topic: string): Message | undefined {
    return this.#byTopic.get(topic)
  }

  all(): Iterable<Message> {
    return this.#byTopic.values()
  }

  /** Whether the message could be kept in place of an earlier one of its topic. */
  hasRoomFor(message: Message): boolean {
    const earlier = this.#byTopic.get(message.topic)
    const bytes = this.#bytes + sizeOf(message) - (earlier === undefined ? 0 : sizeOf(earlier))
    return (earlier !== undefined || this.#byTopic.size < this.#limits.messages) && bytes <= this.#limits.bytes
  }

  put(message: Message): void {
    let node = this.#root
    for (const level of message.topic.split('/')) {
      let child = node.children.get(level)
      if (child === undefined) {
        child = { children: new Map(), message: undefined }
        node.children.set(level, child)
      }
      node = child
    }
    if (node.message !== undefined) this.#bytes -= sizeOf(node.message)
    node.message = message
    this.#byTopic.set(message.topic, message)
    this.#bytes += sizeOf(message)
  }

  /** Whether there was one. */
  remove(topic: string): boolean {
    const message = this.#byTopic.get(topic)
    if (message === undefined) return false
    this.#byTopic.delete(topic)
    this.#bytes -= sizeOf(message)
    const levels = topic.split('/')
    const path = [this.#root]
    for (const level of levels) {
      const child = path[path.length - 1]?.children.get(level)
      if (child === undefined) return true
      path.push(child)
    }
    const leaf = path[levels.length]
    if (leaf !== undefined) leaf.message = undefined
    for (let depth = levels.length; depth > 0; depth--) {
      const node = path[depth]
      if (node === undefined || node.message !== undefined || node.children.size > 0) break
      path[depth - 1]?.children.delete(levels[depth - 1] ?? '')
    }
    return true
  }

  /** The retained messages that a filter matches. */
  matching(filter: string): Message[] {
    const found: Message[] = []
    collect(this.#root, filter.split('/'), 0, found)
    return found
  }
}

function collect(node: TopicNode, levels: readonly string[], depth: number, found: Message[]): void {
  const level = levels[depth]
  if (level === undefined) {
    if (node.message !== undefined) found.push(node.message)
    return
  }
  if (level === '#') {
    collectAll(node, depth === 0, found)
    return
  }
  if (level !== '+') {
    const child = node.children.get(level)
    if (child !== undefined) collect(child, levels, depth + 1, found)
    return
  }
  for (const [name, child] of node.children) {
    if (depth > 0 || !name.startsWith('$')) collect(child, levels, depth + 1, found)
  }
}

function collectAll(node: TopicNode, first: boolean, found: Message[]): void {
  if (node.message !== undefined) found.push(node.message)
  for (const [name, child] of node.children) {
    if (!first || !name.startsWith('$')) collectAll(child, false, found)
  }
}
