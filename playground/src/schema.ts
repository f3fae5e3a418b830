import {
  buildASTSchema,
  parse,
  print,
  visit,
  type DirectiveNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';

const SHOWN = new Set(['requires', 'cost', 'public']);

/**
 * Build the schema from its published text, which has the directives that introspection leaves out.
 *
 * The docs pane shows names of directives, and those on fields only. So there the name becomes all of it, and a type
 * has it in its description.
 */
export function schemaWithGuards(sdl: string): GraphQLSchema {
  const document = visit(parse(sdl, { noLocation: true }), {
    Directive: node => (SHOWN.has(node.name.value) ? whole(node) : undefined),
    ObjectTypeDefinition: { leave: described },
  });
  return buildASTSchema(document, { assumeValidSDL: true });
}

function whole(node: DirectiveNode): DirectiveNode {
  return { ...node, arguments: [], name: { ...node.name, value: print(node).slice(1) } };
}

function described(node: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const guards = (node.directives ?? []).map(each => `\`@${each.name.value}\``).join(' ');
  if (!guards || !node.description) return node;
  const value = `${node.description.value}\n\n${guards}`;
  return { ...node, description: { ...node.description, value } };
}
