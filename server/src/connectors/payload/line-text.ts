const BACKSLASH = 0x5c
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Splits bytes at every `mark` that has no backslash in front. */
export function splitEscaped(bytes: Uint8Array | '', mark: number): Uint8Array[] {
  if (bytes === '') return []
  const parts: Uint8Array[] = []
  let from = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === mark) {
      parts.push(bytes.subarray(from, at))
      from = at + 1
    }
  }
  parts.push(bytes.subarray(from))
  return parts
}

/** A measurement, tag or field name without its escapes (`\,` `\=` `\ `; any other backslash is itself); undefined when it is not UTF-8. */
export function unescapeName(bytes: Uint8Array | ''): string | undefined {
  if (bytes === '') return ''
  const text = decode(bytes)
  return text?.includes('\\') ? text.replace(/\\([,= ])/g, '$1') : text
}

/** A quoted text without its escapes (`\"` and `\\`); undefined when it is not UTF-8. */
export function unescapeText(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)
  return text?.includes('\\') ? text.replace(/\\(["\\])/g, '$1') : text
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
