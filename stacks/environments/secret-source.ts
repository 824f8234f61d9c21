/**
 * Where a secret is when it is needed. Its value is never in this repository, on a command line or in a log.
 * `env`: a variable, as a context of the pipeline has it. `command`: a program that prints it, such as a password manager, or
 * `['aws', 'ssm', 'get-parameter', '--with-decryption', '--query', 'Parameter.Value', '--output', 'text', '--name', '/x']`.
 */
export type SecretSource = { readonly env: string } | { readonly command: readonly [string, ...string[]] };
