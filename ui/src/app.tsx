import { QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import { useState } from 'react'
import { RouterProvider } from 'react-router'
import { createQueryClient } from './api/queries.ts'
import { createRouter } from './router.tsx'
import { antdTheme } from './theme/antd-theme.ts'
import { usePreferences } from './theme/preferences.ts'

const LOCALES = { en: enGB, zh: zhCN } as const

/** The app with all that its rooms stand on: theme, language, questions to the server, addresses. */
export function App() {
  const { theme, language } = usePreferences()
  const [queries] = useState(createQueryClient)
  const [router] = useState(createRouter)
  return (
    <ConfigProvider theme={antdTheme(theme)} locale={LOCALES[language]} button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  )
}
