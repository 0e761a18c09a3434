import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startTexts } from './i18n/i18n.ts'
import { connection } from './live/connection.ts'
import './theme/base.css'
import './shell/shell.css'
import './parts/parts.css'
import { followTheme } from './theme/follow-theme.ts'

followTheme()
startTexts()
connection.start()
const root = document.getElementById('root')
if (root === null) throw new Error('BUG: index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
