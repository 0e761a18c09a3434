import type { PropertyValue } from '@millwright/model/asset.ts'

// A number as JSON writes it (RFC 8259, section 6).
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a cell's text would be read as something else than itself. */
function isAmbiguous(text: string): boolean {
  return text === '' || text.startsWith('"') || text === 'true' || text === 'false' || NUMBER.test(text)
}

/** A text property as the text of a cell: as it is, but one that looks like a number or a truth value is quoted as JSON does. */
export function propertyToText(value: string): string {
  return isAmbiguous(value) ? JSON.stringify(value) : value
}

/** The property in the text of a cell; undefined for one that begins with a quote but is no JSON text. */
export function propertyOfText(text: string): PropertyValue | undefined {
  if (text === 'true') return true
  if (text === 'false') return false
  // A serial number of twenty digits is no number: it would come back with other digits.
  if (NUMBER.test(text)) return String(Number(text)) === text || !/\d{16}/.test(text.replace('.', '')) ? Number(text) : text
  if (!text.startsWith('"')) return text
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}
