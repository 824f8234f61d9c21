import type { Column } from './fingerprint-schema';
import { quoteText } from './sql-name';

/** A value as it is written in SQL. */
export type Literal = string;

/**
 * High enough not to meet the first rows that a migration inserts, low enough for a TINYINT, and the same in every integer
 * column, so that a column becomes a foreign key without orphans.
 */
const FIRST_INTEGER = 110;
const WORD = 'canary';

/**
 * The value of row `number` in a column.
 *
 * @param distinct  whether the column has to tell rows apart, so that a flag is not merely true or false
 */
export function canaryValue(column: Column, number: number, distinct: boolean): Literal {
  const [, base = '', argument = ''] =
    /^([a-z ]+?)\s*(?:\((.*)\))?(?: unsigned| zerofill| signed)*$/i.exec(column.type) ?? [];
  const type = base.toLowerCase();
  if (type === 'tinyint' && argument === '1' && !distinct) return String(number % 2);
  if (/^(tiny|small|medium|big)?int$/.test(type)) return String(FIRST_INTEGER + number);
  const make = VALUES[type];
  return (
    make?.(number, argument) ?? (/char|text/.test(type) ? textOf(number, argument) : quoteText(`${WORD}${number}`))
  );
}

type Make = (number: number, argument: string) => Literal;

const bytes: Make = (number, argument) => textOf(number, argument);
const geometry: Make = number => `ST_GeomFromText('POINT(${number} 1)')`;
const fraction: Make = number => `${number}.5`;

const VALUES: Readonly<Record<string, Make>> = {
  decimal: (number, argument) => decimalOf(number, argument),
  float: fraction,
  double: fraction,
  real: fraction,
  bit: (number, argument) =>
    argument === '1' ? `b'${number % 2}'` : `b'${number.toString(2).slice(-Number(argument))}'`,
  bool: number => String(number % 2),
  year: number => `${2000 + number}`,
  date: number => `'2001-02-0${number}'`,
  datetime: number => `'2001-02-03 04:05:0${number}'`,
  timestamp: number => `'2001-02-03 04:05:0${number}'`,
  time: number => `'04:05:0${number}'`,
  enum: (number, argument) => memberOf(number, argument),
  set: (number, argument) => memberOf(number, argument),
  binary: bytes,
  varbinary: bytes,
  tinyblob: bytes,
  blob: bytes,
  mediumblob: bytes,
  longblob: bytes,
  json: number => `'{"${WORD}": ${number}}'`,
  geometry,
  point: geometry,
  linestring: number => `ST_GeomFromText('LINESTRING(0 0, ${number} 1)')`,
  polygon: number => `ST_GeomFromText('POLYGON((0 0, ${number} 0, ${number} 1, 0 0))')`,
  uuid: number => `'00000000-0000-4000-8000-00000000000${number}'`,
  inet4: number => `'192.0.2.${number}'`,
  inet6: number => `'2001:db8::${number}'`,
  vector: (number, argument) => `STRING_TO_VECTOR('[${new Array(Number(argument)).fill(number).join(',')}]')`,
};

/** As long a word as fits, with the number at its end. */
function textOf(number: number, argument: string): Literal {
  const room = argument === '' ? WORD.length + 1 : Number(argument);
  return room < 1 ? "''" : quoteText(`${WORD.slice(0, Math.min(WORD.length, room - 1))}${number}`);
}

function decimalOf(number: number, argument: string): Literal {
  const [precision = 10, scale = 0] = argument.split(',').map(Number);
  if (precision <= scale) return `0.${number}`;
  return scale > 0 ? `${number}.5` : String(number);
}

function memberOf(number: number, argument: string): Literal {
  const members = argument.match(/'(?:[^']|'')*'/g) ?? [];
  return members[(number - 1) % Math.max(members.length, 1)] ?? "''";
}
