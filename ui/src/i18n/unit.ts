export { unitText } from '@millwright/model/unit-text.ts'
