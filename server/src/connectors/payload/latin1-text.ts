/** The text of bytes that are known to be ASCII (or Latin-1), without copying them first. */
export function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end)
}
