import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popconfirm } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { afterModelChange, cancelTraining, switchModel, takeStep, type ModelStep } from '../../api/model-queries.ts'
import { requireAuthor, useAuthor } from '../../parts/author.ts'
import { Failure } from '../../parts/view-state.tsx'
import { isSameName } from './same-name.ts'

type Action = ModelStep | 'cancel' | 'off' | 'on'
const MAX_NOTE = 2_000

/** What may be done with a model at its stage, the usual next step first. */
export function actionsOf({ stage, isKilled }: Pick<WireModel, 'stage' | 'isKilled'>): readonly Action[] {
  const toSwitch: Action = isKilled ? 'on' : 'off'
  switch (stage) {
    case 'training':
      return ['cancel']
    case 'candidate':
      return ['shadow', 'retire']
    case 'shadow':
      return ['promote', 'retire', toSwitch]
    case 'champion':
      return ['rollback', toSwitch]
    case 'failed':
    case 'retired':
      return []
  }
}

/** The steps that somebody may take with a model, each with one confirmation, a reason if they give one, and their name. */
export function ModelActions({ model }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { name } = useAuthor()
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ action, by, note }: { readonly action: Action; readonly by: string; readonly note: string }): Promise<unknown> => {
      if (action === 'cancel') return cancelTraining(model.id)
      if (action === 'on' || action === 'off') return switchModel(model.id, action === 'off', by)
      return takeStep(model.id, action, by, note)
    },
    onSettled: () => afterModelChange(client),
  })
  const take = (action: Action, note: string) => {
    const by = requireAuthor()
    if (by !== undefined) mutate({ action, by, note })
  }
  const actions = actionsOf(model)
  if (actions.length === 0) return null
  return (
    <div className="mw-model-actions">
      {actions.map((action, index) =>
        action === 'on' ? (
          <Button key={action} size="small" loading={isPending} onClick={() => take(action, '')}>
            {t('models.action.on')}
          </Button>
        ) : (
          <Confirmed
            key={action}
            question={t(`models.action.${action}Ask`, { version: model.version })}
            withNote={action === 'promote' || action === 'rollback' || action === 'retire'}
            refusal={action === 'promote' && isSameName(name, model.author) ? t('models.action.ownWork', { author: model.author }) : undefined}
            onYes={(note) => take(action, note)}
          >
            <Button size="small" type={index === 0 && (action === 'shadow' || action === 'promote') ? 'primary' : 'default'} danger={action === 'off'} loading={isPending}>
              {t(`models.action.${action}`)}
            </Button>
          </Confirmed>
        ),
      )}
      {error !== null && <Failure error={error} compact />}
    </div>
  )
}

interface ConfirmedProps {
  readonly question: string
  readonly withNote: boolean
  /** Why it cannot be done now. */
  readonly refusal: string | undefined
  readonly onYes: (note: string) => void
  readonly children: ReactNode
}

function Confirmed({ question, withNote, refusal, onYes, children }: ConfirmedProps) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  return (
    <Popconfirm
      title={<div className="mw-model-ask">{question}</div>}
      description={
        refusal !== undefined ? (
          <p className="mw-model-ask mw-state-outside">{refusal}</p>
        ) : (
          withNote && <Input aria-label={t('models.action.note')} placeholder={t('models.action.note')} maxLength={MAX_NOTE} value={note} onChange={(event) => setNote(event.target.value)} />
        )
      }
      okText={t('models.action.yes')}
      cancelText={t('models.action.no')}
      okButtonProps={{ disabled: refusal !== undefined }}
      onConfirm={() => {
        onYes(note)
        setNote('')
      }}
    >
      {children}
    </Popconfirm>
  )
}
