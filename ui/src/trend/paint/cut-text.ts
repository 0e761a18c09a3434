/** The longest beginning of a text that fits into `room`, marked as cut where it is; undefined where not even one letter fits. `widthOf` measures a text in the unit of `room`. */
export function cutText(text: string, room: number, widthOf: (text: string) => number): string | undefined {
  if (widthOf(text) <= room) return text
  const letters = [...text]
  let [fits, tooLong] = [0, letters.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (widthOf(beginning(letters, middle)) <= room) fits = middle
    else tooLong = middle
  }
  return fits === 0 ? undefined : beginning(letters, fits)
}

function beginning(letters: readonly string[], count: number): string {
  return `${letters.slice(0, count).join('').trimEnd()}…`
}
