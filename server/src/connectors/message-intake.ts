/** What became of a message: all of it taken, part of it, or nothing. What was not taken has been reported to the sink. */
export type TakeOutcome = 'taken' | 'partly' | 'refused'

/** Turns the messages of one topic into samples. Brokers keep it with the topic, so it may hold look-ups. */
export interface TopicIntake {
  /**
   * Decodes `bytes[start, end)` and adds its samples to the sink's open columns, synchronously; the caller commits the sink.
   * The bytes are only valid during the call. `sender` names who sent it (a client), for the quotas of new signals. Never throws.
   */
  take(bytes: Uint8Array, start: number, end: number, receivedUs: number, sender?: string): TakeOutcome
}

/** Knows which topics carry samples. */
export interface MessageIntake {
  /** The intake of a topic, or undefined when its messages are no samples (they are only passed on to subscribers). */
  open(topic: string): TopicIntake | undefined
}

/** Several intakes as one: the first that knows a topic takes its messages. */
export function firstOf(intakes: readonly MessageIntake[]): MessageIntake {
  return {
    open: (topic) => {
      for (const intake of intakes) {
        const found = intake.open(topic)
        if (found !== undefined) return found
      }
      return undefined
    },
  }
}
