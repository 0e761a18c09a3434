import { useEffect, useState, type ChangeEvent, type CompositionEvent } from 'react'

const SETTLE_MS = 120

export interface ComposedText {
  /** What was typed, without outer white space, once it has settled. */
  readonly words: string
  /** Properties of the input. */
  readonly input: {
    readonly value: string
    readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void
    readonly onCompositionStart: () => void
    readonly onCompositionEnd: (event: CompositionEvent<HTMLInputElement>) => void
  }
}

/** Text of a search field. While an input method composes (pinyin), what stands in the field is not searched for yet. */
export function useComposedText(initial = ''): ComposedText {
  const [value, setValue] = useState(initial)
  const [words, setWords] = useState(initial.trim())
  const [isComposing, setComposing] = useState(false)
  useEffect(() => {
    if (isComposing) return undefined
    const timer = setTimeout(() => setWords(value.trim()), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [value, isComposing])
  return {
    words,
    input: {
      value,
      onChange: (event) => setValue(event.target.value),
      onCompositionStart: () => setComposing(true),
      onCompositionEnd: (event) => {
        setComposing(false)
        setValue(event.currentTarget.value)
      },
    },
  }
}
