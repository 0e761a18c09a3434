/** What has come in over HTTP since the start, by all kinds of write together. */
export class HttpIngestCounters {
  /** Writes that were read, whatever was answered. */
  requests = 0
  /** Samples that were taken out of them. */
  samples = 0
  /** Bytes of their bodies as they came, before unpacking. */
  bytes = 0
}
