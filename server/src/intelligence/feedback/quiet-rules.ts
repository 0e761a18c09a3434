import { Type, type Static } from 'typebox'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'

/** "Not real", said this often of one signature by verdicts that stand, quiets it. */
export const QUIET_AFTER = 2
const MAX_RULES = 10_000

const quietRule = Type.Object({
  signature: Type.String(),
  asset: Type.Integer(),
  sinceUs: Type.Number(),
  because: Type.Array(Type.String()),
  authors: Type.Array(Type.String()),
  held: Type.Integer(),
})
export type QuietRule = Static<typeof quietRule>

/** Signatures that are not told any more, visibly, until somebody undoes it. */
export class QuietRules {
  readonly #map: DocumentMap<QuietRule>

  private constructor(map: DocumentMap<QuietRule>) {
    this.#map = map
  }

  static async open(documents: Documents, log: Log): Promise<QuietRules> {
    return new QuietRules(await DocumentMap.open<QuietRule>({ documents, kind: 'quiet-rule', schema: quietRule, max: MAX_RULES, log }))
  }

  list(): QuietRule[] {
    return [...this.#map.all.values()].sort((a, b) => b.sinceUs - a.sinceUs)
  }

  has(signature: string): boolean {
    return this.#map.get(signature) !== undefined
  }

  async add(rule: QuietRule): Promise<void> {
    await this.#map.put(rule.signature, rule)
  }

  /** Counts an anomaly that the rule held back. */
  async hold(signature: string): Promise<void> {
    const rule = this.#map.get(signature)
    if (rule !== undefined) await this.#map.put(signature, { ...rule, held: rule.held + 1 })
  }

  async undo(signature: string): Promise<boolean> {
    return await this.#map.remove(signature)
  }
}
