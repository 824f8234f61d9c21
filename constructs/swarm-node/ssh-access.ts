/**
 * How port 22 of a node is reached: through an EC2 Instance Connect Endpoint (nothing is public, IAM decides),
 * or directly from a list of IPv4 blocks. The whole internet is not a block that is accepted.
 */
export type SshAccess =
  { readonly via: 'instance-connect' } | { readonly via: 'direct'; readonly allowedCidrs: readonly string[] };
