/** Goods on a stretch of conveyor between two machines; a continuous amount, because hundreds pass in a step. */
export interface Buffer {
  amount: number
  readonly capacity: number
}

/** An empty buffer. */
export function emptyBuffer(capacity: number): Buffer {
  return { amount: 0, capacity }
}
