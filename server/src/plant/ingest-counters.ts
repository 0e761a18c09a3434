/** What happened to samples on their way in, since the start. Nothing that is dropped, changed or suspicious goes uncounted. */
export class IngestCounters {
  /** Samples made durable. */
  stored = 0
  /** Groups made durable: one journal record each. */
  groups = 0
  /** Stored samples that came more than a minute after their time, but not so late as the backfilled ones. */
  late = 0
  /** Stored samples that came more than ten minutes after their time. */
  backfilled = 0
  /** Stored samples whose time lay before the newest one of their series. */
  outOfOrder = 0
  /** Stored samples whose time equals that of the newest one of their series: the later write wins. */
  repeated = 0
  /** Stored samples whose time lay more than ten minutes ahead; flagged uncertain. */
  ahead = 0
  /** Samples left out because they lay within their signal's deadband. */
  withinDeadband = 0
  /** Samples (or messages) refused, by error code. */
  readonly refused = new Map<string, number>()

  addRefused(code: string, count: number): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + count)
  }
}
