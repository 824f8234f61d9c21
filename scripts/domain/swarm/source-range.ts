/** A range that holds so many addresses is nobody's office. */
const LEAST_PREFIX = { four: 8, six: 16 };

/** Whether a text is an address of a visitor or a range of such addresses, as Traefik's allow list takes them. */
export function isSourceRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  if (address.includes(':')) return isVersionSix(address) && isPrefix(prefix, LEAST_PREFIX.six, 128);
  return isVersionFour(address) && isPrefix(prefix, LEAST_PREFIX.four, 32);
}

function isVersionFour(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isVersionSix(address: string): boolean {
  return /^[0-9a-f:.]{2,45}$/i.test(address) && URL.canParse(`http://[${address}]/`);
}

function isPrefix(prefix: string | undefined, least: number, most: number): boolean {
  if (prefix === undefined) return true;
  return /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) >= least && Number(prefix) <= most;
}
