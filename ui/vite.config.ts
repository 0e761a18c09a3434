import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = process.env['MILLWRIGHT_URL'] ?? 'http://127.0.0.1:7420'

/** The browser app: built into `dist`, which the server serves; in development Vite passes API calls on to a running server. */
const config = defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // Everything comes from files: the border's content security policy allows no data: scripts, and small pictures stay cacheable.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_100,
  },
  // The browser's own host is passed on: the server refuses changes whose Origin is not its Host.
  server: { proxy: { '/api': { target: SERVER, changeOrigin: false }, '/readyz': { target: SERVER, changeOrigin: false } } },
})

export { config as default }
