/**
 * Quality of a sample: an OPC UA StatusCode (IEC 62541-4, 7.39), 32 bits without sign. The two highest bits are the
 * severity, the next fourteen the sub-code, the low sixteen the info bits (overflow, limit); all of them are kept.
 */
export type StatusCode = number

export type Severity = 'good' | 'uncertain' | 'bad'

/** Status codes that Millwright itself sets (values: OPC Foundation's StatusCode.csv). */
export const Status = {
  good: 0x0000_0000,
  uncertain: 0x4000_0000,
  /** The value is old: its source no longer delivers. */
  uncertainLastUsable: 0x4090_0000,
  bad: 0x8000_0000,
  badNoCommunication: 0x8031_0000,
  badWaitingForInitialData: 0x8032_0000,
  badOutOfRange: 0x803c_0000,
  badNoData: 0x809b_0000,
} as const satisfies Record<string, StatusCode>

/** Severity of a status code; the reserved fourth value counts as bad (IEC 62541-4, table 177). */
export function severityOf(status: StatusCode): Severity {
  const bits = status >>> 30
  return bits === 0 ? 'good' : bits === 1 ? 'uncertain' : 'bad'
}
