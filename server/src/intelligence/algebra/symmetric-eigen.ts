/** Eigenvalues, falling, and eigenvectors: row `i` of `vectors` belongs to `values[i]`. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: readonly Float64Array[]
}

/** Sweeps after which the iteration ends in any case; 8 are usual for a thousand rows. */
const MAX_SWEEPS = 40

/**
 * Eigen decomposition of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5): slow beside
 * tridiagonal methods, but short, and exact for the small eigenvalues that a fault shows itself in. `matrix` is row by row and is overwritten.
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const basis = Array.from({ length: size }, (_, row) => new Float64Array(size).fill(1, row, row + 1))
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(matrix, size) > 0; sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(matrix, size, p, q, basis)
  }
  const order = Array.from({ length: size }, (_, row) => row).sort((a, b) => (matrix[b * size + b] as number) - (matrix[a * size + a] as number))
  return { values: Float64Array.from(order, (row) => matrix[row * size + row] as number), vectors: order.map((row) => basis[row] as Float64Array) }
}

/** Sum of squares off the diagonal, 0 when it no longer counts beside the diagonal. */
function offDiagonal(matrix: Float64Array, size: number): number {
  let [off, on] = [0, 0]
  for (let row = 0; row < size; row++) {
    on += (matrix[row * size + row] as number) ** 2
    for (let column = row + 1; column < size; column++) off += (matrix[row * size + column] as number) ** 2
  }
  return off <= on * 1e-26 ? 0 : off
}

function rotate(matrix: Float64Array, size: number, p: number, q: number, basis: readonly Float64Array[]): void {
  const across = matrix[p * size + q] as number
  if (across === 0) return
  const theta = ((matrix[q * size + q] as number) - (matrix[p * size + p] as number)) / (2 * across)
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let at = 0; at < size; at++) {
    const [atP, atQ] = [at * size + p, at * size + q]
    const [inP, inQ] = [matrix[atP] as number, matrix[atQ] as number]
    matrix[atP] = cosine * inP - sine * inQ
    matrix[atQ] = sine * inP + cosine * inQ
  }
  const [rowP, rowQ] = [p * size, q * size]
  const [basisP, basisQ] = [basis[p] as Float64Array, basis[q] as Float64Array]
  for (let at = 0; at < size; at++) {
    const [inP, inQ] = [matrix[rowP + at] as number, matrix[rowQ + at] as number]
    matrix[rowP + at] = cosine * inP - sine * inQ
    matrix[rowQ + at] = sine * inP + cosine * inQ
    const [baseP, baseQ] = [basisP[at] as number, basisQ[at] as number]
    basisP[at] = cosine * baseP - sine * baseQ
    basisQ[at] = sine * baseP + cosine * baseQ
  }
}
