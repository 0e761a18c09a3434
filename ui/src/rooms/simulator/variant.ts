/** The variants of faults that have words of their own; others are names of signals. */
export function isWorded(variant: string): variant is 'outer' | 'inner' {
  return variant === 'outer' || variant === 'inner'
}
