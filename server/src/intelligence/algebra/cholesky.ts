/**
 * Solves A·x = b for several right sides, A symmetric and positive definite, row by row (Golub and Van Loan, 4.2). A is overwritten by its factor, each right side by its
 * solution. A pivot below the rounding of its own diagonal counts as a direction without information: its unknown becomes 0.
 */
export function solveSymmetric(matrix: Float64Array, size: number, rightSides: readonly Float64Array[]): void {
  for (let row = 0; row < size; row++) {
    const diagonal = matrix[row * size + row] as number
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column] as number
      for (let at = 0; at < column; at++) sum -= (matrix[row * size + at] as number) * (matrix[column * size + at] as number)
      if (column < row) matrix[row * size + column] = sum * (matrix[column * size + column] as number)
      // The inverse of the pivot is kept, so that the inner loops only multiply.
      else matrix[row * size + row] = sum > diagonal * 1e-13 && sum > 0 ? 1 / Math.sqrt(sum) : 0
    }
  }
  for (const side of rightSides) {
    for (let row = 0; row < size; row++) {
      let sum = side[row] as number
      for (let at = 0; at < row; at++) sum -= (matrix[row * size + at] as number) * (side[at] as number)
      side[row] = sum * (matrix[row * size + row] as number)
    }
    for (let row = size - 1; row >= 0; row--) {
      let sum = side[row] as number
      for (let at = row + 1; at < size; at++) sum -= (matrix[at * size + row] as number) * (side[at] as number)
      side[row] = sum * (matrix[row * size + row] as number)
    }
  }
}
