import type { WireBearing } from '@millwright/model/wire/vibration.ts'

const ballBearing = (name: string, balls: number, ballMm: number, pitchMm: number, contactDeg = 0): WireBearing => ({ name, balls, ballMm, pitchMm, contactDeg })

/**
 * Common bearings. Makers put other balls into bearings of the same designation, so that orders differ by up to 2 % and sometimes by a ball: where the maker's numbers are known, enter them.
 * 6203 and 6205 as published with the CWRU data, ZA-2115 with the IMS data; the others follow from the pitch (the mean of bore and outer diameter) and the usual ball, and give the
 * frequency coefficients that Timken publishes for its housed units (a test compares them).
 */
export const BEARING_CATALOGUE: readonly WireBearing[] = [
  ballBearing('6203', 8, 6.746, 28.5),
  ballBearing('6204', 8, 7.938, 33.5),
  ballBearing('6205', 9, 7.94, 39.04),
  ballBearing('6206', 9, 9.525, 46),
  ballBearing('6207', 9, 11.112, 53.5),
  ballBearing('6208', 9, 12.7, 60),
  ballBearing('6209', 9, 12.7, 65),
  ballBearing('6210', 10, 12.7, 70),
  ballBearing('6211', 10, 14.288, 77.5),
  ballBearing('6212', 10, 15.875, 85),
  ballBearing('6308', 8, 15.08, 65.5),
  ballBearing('6309', 8, 17.462, 72.5),
  ballBearing('6310', 8, 19.05, 80),
  ballBearing('6311', 8, 20.638, 87.5),
  ballBearing('6312', 8, 22.225, 95),
  ballBearing('6316', 8, 28.575, 125),
  ballBearing('7014', 19, 12.3, 90, 15),
  ballBearing('ZA-2115', 16, 8.407, 71.5, 15.17),
]

/** The bearing of a designation as people write it: with a maker before it and seals, clearance or cage behind, such as `SKF 6205-2RS/C3`. */
export function bearingNamed(designation: string): WireBearing | undefined {
  const words = designation.toUpperCase().split(/[\s/,;]+/)
  return BEARING_CATALOGUE.find(({ name }) => words.some((word) => word === name || (word.startsWith(name) && /^[-A-Z.]/.test(word.slice(name.length)))))
}
