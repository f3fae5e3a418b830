import { check } from '../kit.mjs'
import { answers } from './sse/answers.mjs'
import { requests } from './sse/requests.mjs'
import { waiting } from './sse/waiting.mjs'

await check('graphql-sse', { ...answers, ...requests }, waiting)
