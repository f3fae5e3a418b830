import type { Client, OperationResult, TypedDocumentNode } from '@urql/core'

/** What came instead of an answer; `codes` are those of the schema. */
export class Refused extends Error {
  constructor(
    readonly codes: string[],
    message: string,
  ) {
    super(message)
  }
}

type Plain = Record<string, unknown>

/** Returns the data of a query or throws. A field that was refused is null, and its reason is an error. */
export async function ask<Data, Variables extends Plain>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return answered(await client.query(document, variables).toPromise())
}

interface Payload {
  errors: readonly { code: string; message: string }[]
}

/** Performs a mutation and returns its payload, or throws what a person can act on. */
export async function perform<Data extends Record<string, Payload | null>, Variables extends Plain>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<NonNullable<Data[keyof Data]>> {
  const [payload] = Object.values(answered(await client.mutation(document, variables).toPromise()))
  if (!payload) throw new Refused([], 'There was no answer.')
  const { errors } = payload
  if (errors.length) throw new Refused(codesOf(errors), errors.map(({ message }) => message).join(' '))
  return payload as NonNullable<Data[keyof Data]>
}

const codesOf = (errors: Payload['errors']) => errors.map(({ code }) => code)

function answered<Data>({ data, error }: OperationResult<Data>): Data {
  if (error) throw new Refused(error.graphQLErrors.map(({ extensions }) => String(extensions.code)), error.message)
  if (!data) throw new Refused([], 'There was no answer.')
  return data
}
