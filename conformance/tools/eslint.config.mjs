import { fileURLToPath } from 'node:url'
import graphql from '@graphql-eslint/eslint-plugin'

const schema = fileURLToPath(new URL('../../schema.graphql', import.meta.url))
const { configs, parser } = graphql
const rule = (name) => `@graphql-eslint/${name}`

/** What is not asked of the schema, each with the reason. */
const exceptions = {
  // Fields, values and arguments stand in the order in which a reader wants to know of them.
  [rule('alphabetize')]: 'off',
  // An operation is one kind of thing; this API has all three kinds.
  [rule('no-root-type')]: 'off',
  // A payload tells what became of one action; whoever wants more asks a query.
  [rule('require-field-of-type-query-in-mutation-result')]: 'off',
  // Queries and mutations that can be refused are nullable. Two kinds are not: what everybody may ask, and events,
  // which are there or do not come.
  [rule('require-nullable-result-in-root')]: 'off',
  [rule('relay-edge-types')]: [
    'error',
    {
      withEdgeSuffix: true,
      // Short lists that belong to their object, like an agent's skills, are no pages.
      listTypeCanWrapOnlyEdgeType: false,
      // Nobody fetches an event or a customer's view of a message by its id: these are no nodes.
      shouldImplementNode: false,
    },
  ],
  [rule('strict-id-in-types')]: [
    'error',
    {
      exceptions: {
        // An outcome, a place in a list, a reason and what one may do are told, never fetched again.
        suffixes: ['Payload', 'Result', 'Connection', 'Edge', 'Error', 'Abilities', 'Preview'],
        types: [
          // Parts of one object, which has the id.
          'AgentLoad',
          'AgentSkill',
          'AuditFact',
          'CollaborationHistory',
          'CollaboratorLimit',
          'Contributions',
          'ConversationUnread',
          'CustomerContact',
          'Delivery',
          'Eligibility',
          'EventActor',
          'FactorScore',
          'Hold',
          'LeftOut',
          'MatchedSkill',
          'NotificationRule',
          'PageInfo',
          'PreviewMessage',
          'QuietHours',
          'RateLimit',
          'Seats',
          'ServiceIdentity',
          'SettingChange',
          'UnreadCounts',
          // Worked out or told at one moment.
          'InviteSuggestion',
          'Notice',
          'PolicyChange',
          'PresenceUpdate',
          'Recommendation',
          'Recommendations',
          // There is one for each asker.
          'ApiLimits',
          'CollaborationPolicy',
          'NotificationPreferences',
          'Organization',
          'Viewer',
        ],
      },
    },
  ],
  // More than the preset asks: everything says what it is.
  [rule('require-description')]: [
    'error',
    {
      types: true,
      rootField: true,
      DirectiveDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      EnumValueDefinition: true,
      // The specification describes it.
      ignoredSelectors: ['[type=DirectiveDefinition][name.value=oneOf]'],
    },
  ],
}

export default [
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
    rules: {
      ...configs['flat/schema-all'].rules,
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      ...exceptions,
    },
  },
]
