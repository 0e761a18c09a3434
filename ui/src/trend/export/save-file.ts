/** Lets the browser save a file. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** `trend-2026-01-31-0800.csv`: by the clock that the chart shows. */
export function fileName(localIso: string, ending: string): string {
  return `trend-${localIso.slice(0, 10)}-${localIso.slice(11, 16).replace(':', '')}.${ending}`
}
