// The functions of the page, measured: functions.mjs FILE...
// Prints those of more than 60 lines or a cyclomatic complexity of more than 12; a function within
// another counts for the lines of both, and for its own complexity only.
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';

const LINES = 60;
const COMPLEXITY = 12;

const branches = new Set(['IfStatement', 'ConditionalExpression', 'LogicalExpression', 'ForStatement',
  'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement', 'CatchClause', 'AssignmentPattern']);
const isBranch = (node) => branches.has(node.type) || (node.type === 'SwitchCase' && node.test)
  || (node.type === 'AssignmentExpression' && ['&&=', '||=', '??='].includes(node.operator))
  || ((node.type === 'MemberExpression' || node.type === 'CallExpression') && node.optional);
const isFunction = (node) => /Function/.test(node.type);

const childrenOf = (node) => Object.values(node).flat().filter((value) => typeof value?.type === 'string');

/** Visits the functions at and below a node; found(fn, complexity). Gives the branches outside of them. */
const measure = (node, found) => {
  const below = childrenOf(node).reduce((sum, child) => sum + measure(child, found), 0);
  if (!isFunction(node)) return below + (isBranch(node) ? 1 : 0);
  found(node, below + 1);
  return 0;
};

for (const file of process.argv.slice(2)) {
  const tree = parse(readFileSync(file, 'utf8'), { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  measure(tree, ({ loc: { start, end } }, complexity) => {
    const lines = end.line - start.line + 1;
    if (lines > LINES) console.log(`${file}:${start.line}: ${lines} lines`);
    if (complexity > COMPLEXITY) console.log(`${file}:${start.line}: complexity ${complexity}`);
  });
}
