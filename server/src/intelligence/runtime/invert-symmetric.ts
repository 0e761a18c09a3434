/** Replaces a symmetric positive definite matrix, row by row, by its inverse (Gauss-Jordan without exchange of rows, which such matrices do not need). Answers whether it had one. */
export function invertSymmetric(matrix: Float64Array, size: number): boolean {
  for (let pivot = 0; pivot < size; pivot++) {
    const diagonal = matrix[pivot * size + pivot] as number
    if (!(diagonal > 1e-12)) return false
    const inverse = 1 / diagonal
    for (let column = 0; column < size; column++) if (column !== pivot) matrix[pivot * size + column] = (matrix[pivot * size + column] as number) * inverse
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue
      const factor = matrix[row * size + pivot] as number
      if (factor === 0) continue
      for (let column = 0; column < size; column++) {
        if (column !== pivot) matrix[row * size + column] = (matrix[row * size + column] as number) - factor * (matrix[pivot * size + column] as number)
      }
      matrix[row * size + pivot] = -factor * inverse
    }
    matrix[pivot * size + pivot] = inverse
  }
  return true
}
