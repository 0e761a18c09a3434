import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'

/** Journal that may wait while all is well: a second of a large plant. */
const LAG_TOLD_BYTES = 8 * 2 ** 20

/** Whether so much has not been looked at yet that what is shown is not the last word. */
export function isBehind({ lagBytes }: Pick<WireIntelligenceStatus, 'lagBytes'>): boolean {
  return lagBytes > LAG_TOLD_BYTES
}
