const NONE = { alias: 0, isNew: false } as const

/** The topic aliases that one connection uses towards its client (MQTT 5.0, 3.3.2.3.4): the first topics get one, until all are given. */
export class TopicAliases {
  readonly #maximum: number
  readonly #byTopic = new Map<string, number>()

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  /** The alias of a topic, 0 for none; `isNew` says that the client must be told the topic with it. */
  of(topic: string): { readonly alias: number; readonly isNew: boolean } {
    if (this.#maximum === 0) return NONE
    const known = this.#byTopic.get(topic)
    if (known !== undefined) return { alias: known, isNew: false }
    return this.#byTopic.size < this.#maximum ? { alias: this.#byTopic.size + 1, isNew: true } : NONE
  }

  /** The client has been told the new alias of the topic. */
  learn(topic: string): void {
    this.#byTopic.set(topic, this.#byTopic.size + 1)
  }
}
