import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireEdgeNode } from '@millwright/model/wire/sparkplug.ts'
import { ApiProblem } from '../../api/problem.ts'
import { askForRebirth, edgeNodesQuery } from '../../api/sparkplug-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { QueryView } from '../../parts/view-state.tsx'
import { EdgeNodeRow } from './edge-node-row.tsx'

type Choice = 'all' | 'odd'

/** Whether somebody should look at it. */
function isOdd({ state, waitsFor, devices }: WireEdgeNode): boolean {
  return state !== 'online' || waitsFor !== null || devices.some((device) => device.state !== 'online')
}

/** The Sparkplug edge nodes that were heard, how they are, and a way to have them say all again. */
export function EdgeNodes() {
  const { t } = useTranslation()
  const query = useQuery(edgeNodesQuery)
  return (
    <section className="mw-panel" aria-label={t('sparkplug.nodes')}>
      <h2>{t('sparkplug.nodes')}</h2>
      <QueryView query={query} isEmpty={({ total }) => total === 0} empty={<p className="mw-faint">{t('sparkplug.none')}</p>}>
        {({ nodes, total }) => <NodeTable nodes={nodes} total={total} />}
      </QueryView>
    </section>
  )
}

function NodeTable({ nodes, total }: { readonly nodes: readonly WireEdgeNode[]; readonly total: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [choice, setChoice] = useState<Choice>('all')
  const ask = useAsk()
  const odd = nodes.filter(isOdd)
  const shown = choice === 'all' ? nodes : odd
  return (
    <>
      <div className="mw-row mw-edge-head">
        <Segmented
          aria-label={t('sparkplug.filter')}
          value={choice}
          options={[{ value: 'all', label: t('sparkplug.all', { count: total }) }, { value: 'odd', label: t('sparkplug.odd', { count: odd.length }) }]}
          onChange={(value) => setChoice(value === 'odd' ? 'odd' : 'all')}
        />
        {nodes.length < total && <span className="mw-faint">{t('sparkplug.shown', { shown: format.count(nodes.length), total: format.count(total) })}</span>}
      </div>
      {shown.length === 0 ? (
        <p className="mw-faint">{t('sparkplug.allOnline')}</p>
      ) : (
        <div className="mw-table-box mw-edge-box" tabIndex={0} role="group" aria-label={t('sparkplug.nodes')}>
          <table className="mw-table mw-edge-table">
            <thead>
              <tr>
                <th>{t('sparkplug.node')}</th>
                <th>{t('machine.state')}</th>
                <th className="mw-right">{t('sparkplug.devices')}</th>
                <th className="mw-right">{t('sparkplug.metrics')}</th>
                <th className="mw-right">{t('sparkplug.lastMessage')}</th>
                <th className="mw-right">{t('dataIn.samples')}</th>
                <th className="mw-right" title={t('sparkplug.historicalHelp')}>{t('sparkplug.historical')}</th>
                <th className="mw-right" title={t('sparkplug.missingHelp')}>{t('sparkplug.missing')}</th>
                <th className="mw-right">{t('sparkplug.refused')}</th>
                <th className="mw-right">{t('sparkplug.rebirths')}</th>
                <th className="mw-right">{t('sparkplug.bdSeq')}</th>
                <th>
                  <span className="mw-hidden">{t('sparkplug.ask')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((node) => (
                <EdgeNodeRow key={`${node.source} ${node.group}/${node.node}`} node={node} action={<AskButton node={node} onAsk={() => ask.mutate(node)} />} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function AskButton({ node: { group, node }, onAsk }: { readonly node: WireEdgeNode; readonly onAsk: () => void }) {
  const { t } = useTranslation()
  return (
    <Button size="small" aria-label={t('sparkplug.askFor', { node: `${group}/${node}` })} onClick={onAsk}>
      {t('sparkplug.ask')}
    </Button>
  )
}

function useAsk() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (node: WireEdgeNode) => askForRebirth(node),
    onSuccess: (_, { group, node }) => void message.success(t('sparkplug.asked', { node: `${group}/${node}` })),
    onError: (error) => void message.error(error instanceof ApiProblem ? error.problem.detail : t('state.unreachable'), 8),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['sparkplug'] }),
  })
}
