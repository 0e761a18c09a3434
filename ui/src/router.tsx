import { createBrowserRouter, type RouteObject } from 'react-router'
import { Layout } from './shell/layout.tsx'
import { CrashView, NoPage } from './shell/crash-view.tsx'
import { Loading } from './parts/view-state.tsx'

/** One route per room; each room is a script of its own, loaded when it is entered. */
const rooms: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./rooms/overview/overview-room.tsx')).OverviewRoom }) },
  { path: 'overview/*', lazy: async () => ({ Component: (await import('./rooms/overview/overview-room.tsx')).OverviewRoom }) },
  { path: 'attention/*', lazy: async () => ({ Component: (await import('./rooms/attention/attention-room.tsx')).AttentionRoom }) },
  { path: 'machine-health/*', lazy: async () => ({ Component: (await import('./rooms/health/health-room.tsx')).HealthRoom }) },
  { path: 'models/*', lazy: async () => ({ Component: (await import('./rooms/models/models-room.tsx')).ModelsRoom }) },
  { path: 'soft-sensors/*', lazy: async () => ({ Component: (await import('./rooms/computed/computed-room.tsx')).ComputedRoom }) },
  { path: 'arena', lazy: async () => ({ Component: (await import('./rooms/arena/arena-room.tsx')).ArenaRoom }) },
  { path: 'examine/*', lazy: async () => ({ Component: (await import('./rooms/examine/examine-room.tsx')).ExamineRoom }) },
  { path: 'plant/*', lazy: async () => ({ Component: (await import('./rooms/plant/plant-room.tsx')).PlantRoom }) },
  { path: 'trend', lazy: async () => ({ Component: (await import('./trend/trend-room.tsx')).TrendRoom }) },
  { path: 'data-in', lazy: async () => ({ Component: (await import('./rooms/data-in/data-in-room.tsx')).DataInRoom }) },
  { path: 'model/*', lazy: async () => ({ Component: (await import('./rooms/model/model-room.tsx')).ModelRoom }) },
  { path: 'simulator', lazy: async () => ({ Component: (await import('./rooms/simulator/simulator-room.tsx')).SimulatorRoom }) },
  { path: 'style', lazy: async () => ({ Component: (await import('./rooms/style/style-room.tsx')).StyleRoom }) },
  { path: '*', Component: NoPage },
]

/** Addresses of the app. */
export function createRouter() {
  return createBrowserRouter([
    {
      Component: Layout,
      ErrorBoundary: CrashView,
      HydrateFallback: Loading,
      children: [{ ErrorBoundary: CrashView, children: rooms }],
    },
  ])
}
