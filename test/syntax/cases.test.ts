/** What the room makes of texts, as text: tokens, trees, messages and formatted programs. */
import { format } from '../../src/syntax/format.ts';
import { lex, parse, printTokens, printTree } from '../../src/syntax/index.ts';
import { renderProblems } from '../../src/text/render.ts';
import type { Source } from '../../src/text/span.ts';
import { runCases } from '../cases.ts';

const source = (text: string): Source => ({ name: 'case.su', text });

runCases('syntax/tokens', (text) => {
  const { tokens, problems } = lex(source(text));
  return [printTokens(tokens.filter((t) => t.kind !== 'space')), renderProblems(problems, 'short')].join('\n');
});
runCases('syntax/tree', (text) => {
  const { tree, problems } = parse(source(text));
  return [printTree(tree.root), renderProblems(problems, 'short')].join('\n');
});
runCases('syntax/messages', (text) => renderProblems(parse(source(text)).problems, 'human'));
runCases('syntax/problems', (text) => renderProblems(parse(source(text)).problems, 'short'));
runCases('syntax/format', (text) => {
  const result = format(source(text));
  return result.ok ? result.value : renderProblems(result.problems, 'short');
});
