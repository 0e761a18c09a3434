/** Why a part is thrown away. */
export type RejectCause = 'dimension' | 'tool_breakage' | 'residue' | 'surface'

/** One part on its way. */
export interface Part {
  /** Deviation from the nominal diameter, micrometres. */
  um: number
  /** What is wrong with it for certain; '' when measuring decides. */
  cause: RejectCause | ''
}

/** Parts waiting between two stations, first in, first out. */
export class PartQueue {
  readonly capacity: number
  readonly state: { parts: Part[] } = { parts: [] }

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get isFull(): boolean {
    return this.state.parts.length >= this.capacity
  }

  get length(): number {
    return this.state.parts.length
  }

  push(part: Part): void {
    if (this.isFull) throw new Error('BUG: a full part queue was given one more')
    this.state.parts.push(part)
  }

  shift(): Part | undefined {
    return this.state.parts.shift()
  }
}
