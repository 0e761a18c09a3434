/** A field that is edited in a cell or in bulk. */
export interface EditField {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'choice'
  /** Of a choice: values with their words. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  /** The field cannot be taken away. */
  readonly isNeeded?: boolean
  readonly hint?: string
}

export type FieldValue = string | number | null

export type ReadField = { readonly value: FieldValue } | { readonly problem: 'number' }

/** What was typed as the field's value; nothing is null. Takes decimal commas and full-width digits, which Chinese input methods make. */
export function readField(kind: EditField['kind'], text: string): ReadField {
  const plain = text.trim()
  if (plain === '') return { value: null }
  if (kind !== 'number') return { value: plain }
  const ascii = plain.normalize('NFKC').replace(/^(-?\d+),(\d+)$/, '$1.$2').replace(/^−/, '-')
  const value = Number(ascii)
  return Number.isFinite(value) && /^[-+]?[\d.]/.test(ascii) ? { value } : { problem: 'number' }
}
