/** In-place fast Fourier transform of 2ᵏ complex numbers (Cooley and Tukey 1965). */
export function fourier(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let at = 1, mirror = 0; at < size; at++) {
    let bit = size >> 1
    for (; (mirror & bit) !== 0; bit >>= 1) mirror ^= bit
    mirror ^= bit
    if (at >= mirror) continue
    swap(real, at, mirror)
    swap(imaginary, at, mirror)
  }
  for (let span = 2; span <= size; span <<= 1) {
    const half = span >> 1
    for (let place = 0; place < half; place++) {
      const angle = (-2 * Math.PI * place) / span
      const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
      for (let from = place; from < size; from += span) {
        const to = from + half
        const [re, im] = [real[to] as number, imaginary[to] as number]
        const turned = re * cosine - im * sine
        const across = re * sine + im * cosine
        real[to] = (real[from] as number) - turned
        imaginary[to] = (imaginary[from] as number) - across
        real[from] = (real[from] as number) + turned
        imaginary[from] = (imaginary[from] as number) + across
      }
    }
  }
}

/** The same backwards, scaled so that it undoes {@link fourier}. */
export function inverseFourier(real: Float64Array, imaginary: Float64Array): void {
  fourier(imaginary, real)
  for (let at = 0; at < real.length; at++) {
    real[at] = (real[at] as number) / real.length
    imaginary[at] = (imaginary[at] as number) / real.length
  }
}

function swap(values: Float64Array, left: number, right: number): void {
  const kept = values[left] as number
  values[left] = values[right] as number
  values[right] = kept
}
