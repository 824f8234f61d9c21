import type { TextRules } from './reader';

/** The alphabets of a release. All are ASCII and without quotes, so that a value cannot end what it is put into. */

const SERVICE = '[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?';
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const REPOSITORY_PART = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const REGISTRY = '[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::\\d{1,5})?';
const IMAGE = `(?:${REGISTRY}/)?${REPOSITORY_PART}(?:/${REPOSITORY_PART})*(?::\\w[\\w.-]{0,127})?`;

export const STACK_NAME: TextRules = {
  pattern: /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  allowed: 'lower case letters, digits and hyphens, 40 at most',
  max: 40,
};

/** Services, volumes, secrets and configs. */
export const NAME: TextRules = {
  pattern: new RegExp(`^${SERVICE}$`),
  allowed: 'lower case letters, digits and hyphens, 31 at most, beginning with a letter',
};

/** A name in which `*` stands for any characters. */
export const NAME_GLOB: TextRules = {
  pattern: /^[a-z0-9*-]{1,31}$/,
  allowed: 'the name of a service, in which * stands for any characters',
};

export const VERSION: TextRules = {
  pattern: /^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$/,
  allowed: 'letters, digits, dots, hyphens and underscores, e.g. 202611.3',
  max: 60,
};

export const COMMIT: TextRules = { pattern: /^[0-9a-f]{40}$/, allowed: '40 hexadecimal digits' };

/** A line for people to read: no control characters, and none that change how the line is read. */
export const LINE: TextRules = {
  pattern: /^(?!\s)[^\p{C}\p{Zl}\p{Zp}]+$/u,
  allowed: 'one line of printable text',
  max: 300,
};

/**
 * Text that Docker hands on as it is. Docker reads a release as YAML, which has no way to carry these characters as they are,
 * or takes them for the end of a line.
 */
export const TEXT: TextRules = {
  pattern: /^[^\0\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}]*$/u,
  allowed: 'text without NUL and other characters that YAML cannot carry',
  max: 32_768,
};

/** Content of a file. Docker takes none above 500 KiB on the engines that a node may have. */
export const FILE_CONTENT: TextRules = {
  pattern: /^[^\0\p{Surrogate}]*$/u,
  allowed: 'text without NUL',
  max: 500 * 1024,
};

export const WEB_URL: TextRules = {
  pattern: /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._~/%?&=+:@#,;-]*)?$/,
  allowed: 'an http or https URL',
  max: 500,
};

export const HOSTNAME: TextRules = {
  pattern: new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`),
  allowed: 'a host name in lower case such as shop.example.org',
  max: 253,
};

/** Path prefix of a route. */
export const ROUTE_PATH: TextRules = {
  pattern: /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*\/?)?$/,
  allowed: 'a path such as /api',
};

/** Path of a request, with a query. */
export const REQUEST_PATH: TextRules = {
  pattern: /^\/[A-Za-z0-9._~/%?&=+:@,;-]*$/,
  allowed: 'a path such as /healthz',
};

export const HEADER_NAME: TextRules = { pattern: /^[A-Za-z0-9-]{1,60}$/, allowed: 'the name of a header' };

export const VARIABLE_NAME: TextRules = {
  pattern: /^[A-Za-z_]\w*$/,
  allowed: 'letters, digits and underscores as names of variables',
};

/** File or folder in a container. */
export const CONTAINER_PATH: TextRules = {
  pattern: /^(?:\/(?!\.{1,2}(?:\/|$))[\w.@+-]+)+$/,
  allowed: 'an absolute path without . or ..',
};

/** File in /run/secrets. */
export const FILE_NAME: TextRules = {
  pattern: /^(?!\.{1,2}$)[\w.-]+$/,
  allowed: 'a file name without slashes',
  max: 100,
};

export const IMAGE_WITHOUT_DIGEST = new RegExp(`^${IMAGE}$`);
export const IMAGE_WITH_DIGEST: TextRules = {
  pattern: new RegExp(`^${IMAGE}@sha256:[0-9a-f]{64}$`),
  allowed: 'an image with its digest, e.g. registry.example.org/web:202611.3@sha256:...',
  max: 400,
};

export const REGISTRY_HOST: TextRules = {
  pattern: new RegExp(`^${REGISTRY}$`),
  allowed: 'a host such as registry.example.org, with a port where it needs one',
};

export const USER: TextRules = {
  pattern: /^[a-z0-9_][a-z0-9_-]{0,31}(?::[a-z0-9_][a-z0-9_-]{0,31})?$/,
  allowed: 'a user or user:group, by name or number',
};

export const STOP_SIGNAL: TextRules = { pattern: /^SIG[A-Z0-9]{2,10}$/, allowed: 'a signal such as SIGTERM' };

export const CPUS: TextRules = { pattern: /^\d{1,3}(?:\.\d{1,3})?$/, allowed: 'a number of processors such as 0.5' };

export const CONSTRAINT: TextRules = {
  pattern: /^(?:node|engine)\.[A-Za-z0-9._-]+ ?(?:==|!=) ?[A-Za-z0-9._-]+$/,
  allowed: 'a constraint such as node.role == worker',
};
