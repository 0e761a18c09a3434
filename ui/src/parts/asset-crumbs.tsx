import { Fragment } from 'react'
import { Link } from 'react-router'

/** The place of an asset as links to each floor above it. */
export function AssetCrumbs({ path, to, root }: { readonly path: string; readonly to: (path: string) => string; readonly root?: string }) {
  const names = path.split('/')
  const above = names.slice(0, -1).map((name, index) => ({ name, at: names.slice(0, index + 1).join('/') }))
  if (above.length === 0 && root === undefined) return null
  return (
    <nav className="mw-crumbs" aria-label={path}>
      {root !== undefined && (
        <>
          <Link to={to('')}>{root}</Link>
          {above.length > 0 && <i aria-hidden="true">/</i>}
        </>
      )}
      {above.map(({ name, at }, index) => (
        <Fragment key={at}>
          {index > 0 && <i aria-hidden="true">/</i>}
          <Link to={to(at)}>{name}</Link>
        </Fragment>
      ))}
    </nav>
  )
}
