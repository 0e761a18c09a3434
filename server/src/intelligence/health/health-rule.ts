/** How far from normal an asset may be and still count as fully sound, and the loss of health from there on. */
const [USUAL, LOSS] = [0.2, 62.5]

/**
 * Health from how far an asset is from its own normal, where nothing is known of failures: 100 while its minutes are as usual, 50 where an anomaly would be told (1), 0 from 1.8 on. `unease` is the
 * rarity of its minutes against the limit of an anomaly, on a logarithmic scale, smoothed over an hour. A stated rule, not a measured life.
 */
export function healthOfUnease(unease: number): number {
  return Math.max(0, Math.min(100, 100 - LOSS * (unease - USUAL)))
}
