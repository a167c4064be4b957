// docs/openapi.yaml, and answers held to it: nothing may be answered that the document does not say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { root } from './harness.mjs';

export const read = () => parse(readFileSync(join(root, 'docs/openapi.yaml'), 'utf8'), { merge: true });

const id = 'openapi';
const resolve = (document, node) => (node?.$ref ? resolve(document, node.$ref.split('/').slice(1)
  .reduce((at, key) => at[key.replaceAll('~1', '/').replaceAll('~0', '~')], document)) : node);

/** A schema, and those in it, which take no property that they do not name. isWhole: the value is described here alone. */
function close(document, schema, isWhole) {
  const out = { ...schema };
  for (const key of ['properties']) {
    if (out[key]) out[key] = Object.fromEntries(Object.entries(out[key]).map(([name, one]) => [name, close(document, one, true)]));
  }
  for (const key of ['items', 'additionalProperties']) if (typeof out[key] === 'object') out[key] = close(document, out[key], true);
  for (const key of ['if', 'then', 'else']) if (out[key]) out[key] = close(document, out[key], false);
  for (const key of ['allOf', 'anyOf', 'oneOf']) if (out[key]) out[key] = out[key].map((one) => close(document, one, false));
  if (isWhole && (schema.properties ?? resolve(document, schema).properties)) out.unevaluatedProperties = false;
  return out;
}

/** The events of a stream as lines of ndjson have them. */
function blocks(text) {
  return text.split('\n\n').slice(0, -1).map((block) => {
    if (block === ':') return { event: 'heartbeat' };
    const event = Object.fromEntries(block.split('\n').map((line) => /^([a-z]+): (.*)$/.exec(line).slice(1)));
    return { ...event, ...(event.retry ? { retry: Number(event.retry) } : {}), data: JSON.parse(event.data) };
  });
}

const values = {
  'application/json': (text) => [JSON.parse(text)],
  'application/problem+json': (text) => [JSON.parse(text)],
  'application/x-ndjson': (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line)),
  'text/event-stream': blocks,
  'text/plain': (text) => [text],
};

export class Contract {
  constructor() {
    this.document = read();
    this.seen = new Set();
    this.validators = new Map();
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.ajv);
    const schemas = Object.entries(this.document.components.schemas).map(([name, schema]) => [name, close(this.document, schema, false)]);
    this.ajv.addSchema({ components: { schemas: Object.fromEntries(schemas) } }, id);
    this.operations = Object.entries(this.document.paths).flatMap(([path, item]) => ['get', 'put', 'post', 'patch', 'delete']
      .filter((method) => item[method]).map((method) => ({ ...item[method], method: method.toUpperCase(), path, isPublic: item[method].security?.length === 0 })));
  }

  named(operationId) {
    return this.operations.find((operation) => operation.operationId === operationId) ?? assert.fail(`docs/openapi.yaml has no ${operationId}`);
  }

  /** The operation that answers this request; where two patterns fit, the one with fewer holes. */
  find(method, target) {
    const path = `/${target.replace(/^\/?api\//, '').replace(/\?.*/, '')}`;
    const holes = ({ path: pattern }) => pattern.split('{').length;
    return this.operations.filter((one) => one.method === (method === 'HEAD' ? 'GET' : method)
      && new RegExp(`^${one.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)).sort((a, b) => holes(a) - holes(b))[0];
  }

  /** What is wrong with a value; key names its schema, which may refer to the document's. */
  validate(key, schema, value) {
    if (!this.validators.has(key)) {
      const text = JSON.stringify(close(this.document, schema, true)).replaceAll('"#/', `"${id}#/`);
      this.validators.set(key, this.ajv.compile(JSON.parse(text)));
    }
    const validator = this.validators.get(key);
    return validator(value) ? '' : this.ajv.errorsText(validator.errors, { dataVar: 'value' });
  }

  /** Fails where the operation does not answer so; what it answered is noted. */
  check(operation, { status, headers, text }, isHead = false) {
    const what = `${operation.method} ${operation.path} (${operation.operationId}) answered ${status}`;
    const stated = operation.responses[status] ?? (status >= 500 ? operation.responses.default : undefined);
    assert.ok(stated, `${what}, which docs/openapi.yaml does not say: ${text}`);
    const response = resolve(this.document, stated);
    for (const [name, said] of Object.entries(response.headers ?? {})) {
      const { required, schema } = resolve(this.document, said);
      const value = [headers[name.toLowerCase()]].flat()[0];
      assert.ok(value !== undefined || !required, `${what} without ${name}`);
      if (value !== undefined) assert.equal(this.validate(`${what} ${name}`, schema, value), '', `${what}: ${name}: ${value}`);
    }
    const type = headers['content-type']?.split(';')[0];
    assert.equal(type !== undefined, response.content !== undefined, `${what} with ${type}`);
    if (type !== undefined) {
      assert.ok(response.content[type], `${what} with ${type}`);
      const { schema } = response.content[type];
      for (const value of isHead ? [] : values[type](text)) {
        assert.equal(this.validate(`${what} ${type}`, schema, value), '', `${what}:\n${text}`);
      }
    } else {
      assert.equal(text, '', what);
    }
    this.seen.add(`${operation.operationId} ${status}`);
    if (type) this.seen.add(`${operation.operationId} ${status} ${type}`);
  }

  /** What the document says, and nobody has seen: "operationId status", and of answers that are no errors the type. */
  unseen() {
    return this.operations.flatMap(({ operationId, responses }) => Object.entries(responses).flatMap(([status, stated]) => {
      const types = Object.keys(resolve(this.document, stated).content ?? {});
      return Number(status) < 300 && types.length > 0 ? types.map((type) => `${operationId} ${status} ${type}`) : [`${operationId} ${status}`];
    })).filter((one) => !this.seen.has(one) && !one.endsWith('default'));
  }
}
