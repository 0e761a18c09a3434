const WHOLE: Readonly<Record<string, string>> = {
  Cel: '°C',
  '[degF]': '°F',
  K: 'K',
  '%': '%',
  '1': '',
  '{count}': '',
  'kW.h': 'kWh',
  'W.h': 'Wh',
  'MW.h': 'MWh',
  'N.m': 'N·m',
  '/min': 'min⁻¹',
  '{rpm}': 'rpm',
  '[rpm]': 'rpm',
  'r/min': 'rpm',
  deg: '°',
  Ohm: 'Ω',
  '[ppm]': 'ppm',
  'dB[SPL]': 'dB',
  'm[H2O]': 'mH₂O',
  '[psi]': 'psi',
  'L/min': 'L/min',
  'kVA': 'kVA',
  'kvar': 'kvar',
}
const SUPERSCRIPTS: Readonly<Record<string, string>> = { '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹' }

/** A UCUM code as people write the unit: `Cel` is °C, `m/s2` is m/s², `m3/h` is m³/h. What is not known is shown as it is. */
export function unitText(code: string | undefined): string {
  if (code === undefined) return ''
  const known = WHOLE[code]
  if (known !== undefined) return known
  return code
    .replaceAll(/\{([^}]*)\}/g, '$1')
    .replaceAll(/\[([^\]]*)\]/g, '$1')
    .replaceAll(/\bCel\b/g, '°C')
    .replaceAll(/\bOhm\b/g, 'Ω')
    .replaceAll(/(?<=[A-Za-z])(-?\d)/g, (digits) => [...digits].map((digit) => SUPERSCRIPTS[digit] ?? digit).join(''))
    .replaceAll(/\bu(?=[A-Za-z])/g, 'µ')
    .replaceAll('.', '·')
}
