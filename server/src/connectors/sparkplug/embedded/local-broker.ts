/** What Sparkplug needs of the broker in this program. */
export interface LocalBroker {
  publish(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean; readonly qos?: 0 | 1 | 2 }): void
  /** Calls back with the retained messages of the filter at once, then with each message. `publisher` is empty for the platform's own. */
  subscribeLocal(filter: string, listener: (message: { readonly payload: Uint8Array; readonly publisher: string }) => void): () => void
}
