import { theme, type ThemeConfig } from 'antd'
import { FONT, MONO, PALETTES, RADIUS, TYPE, type ThemeName } from './tokens.ts'

/** Ant Design dressed in our tokens. Motion is off: what changes on the screen is the plant. */
export function antdTheme(name: ThemeName): ThemeConfig {
  const palette = PALETTES[name]
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: `mw-${name}` },
    token: {
      colorPrimary: palette.accent,
      colorInfo: palette.accent,
      colorLink: palette.accent,
      colorError: palette.bad,
      colorWarning: palette.outside,
      // A success is the normal state: no colour of its own.
      colorSuccess: palette.textSoft,
      colorTextBase: palette.text,
      colorText: palette.text,
      colorTextSecondary: palette.textSoft,
      colorTextTertiary: palette.textFaint,
      colorTextQuaternary: palette.textFaint,
      colorTextPlaceholder: palette.textFaint,
      colorTextDescription: palette.textFaint,
      colorTextLightSolid: palette.onAccent,
      colorBgBase: palette.raised,
      colorBgLayout: palette.canvas,
      colorBgContainer: palette.raised,
      colorBgElevated: palette.raised,
      colorBorder: palette.edge,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      borderRadius: RADIUS.small,
      fontFamily: FONT,
      fontFamilyCode: MONO,
      fontSize: TYPE.body,
      controlHeight: 32,
      controlHeightSM: 26,
      motion: false,
      wireframe: false,
    },
    components: {
      Table: { headerBg: palette.surface, headerColor: palette.textSoft, rowHoverBg: palette.hover, rowSelectedBg: palette.chosen, rowSelectedHoverBg: palette.chosen, cellPaddingBlockSM: 5, cellPaddingInlineSM: 10 },
      Segmented: { trackBg: palette.canvas, itemSelectedBg: palette.raised, itemColor: palette.textSoft },
      Tabs: { horizontalMargin: '0 0 12px 0' },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    },
  }
}
