'use strict';
// The few DER elements of X.690 that the message profile needs.

function tlv(tag, ...parts) {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return Buffer.concat([Buffer.from([tag, 128 + length.length, ...length]), content]);
}

function base128(number) {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}

function oid(text) {
  const [first, second, ...rest] = text.split('.').map(Number);
  return tlv(0x06, Buffer.from([...base128(first * 40 + second), ...rest.flatMap(base128)]));
}

function integer(number) {
  const bytes = [];
  for (let rest = number; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return tlv(0x02, Buffer.from(bytes[0] >= 128 ? [0, ...bytes] : bytes));
}

const pad = (number) => String(number).padStart(2, '0');
const clock = (at) => pad(at.getUTCMonth() + 1) + pad(at.getUTCDate()) + pad(at.getUTCHours()) + pad(at.getUTCMinutes()) + pad(at.getUTCSeconds()) + 'Z';

module.exports = {
  tlv,
  oid,
  integer,
  sequence: (...parts) => tlv(0x30, ...parts),
  // DER: the elements of a SET OF are in the order of their encodings.
  setOf: (...parts) => tlv(0x31, ...parts.sort(Buffer.compare)),
  octets: (bytes) => tlv(0x04, bytes),
  utf8: (text) => tlv(0x0c, Buffer.from(text, 'utf8')),
  utcTime: (at) => tlv(0x17, Buffer.from(pad(at.getUTCFullYear() % 100) + clock(at))),
  generalizedTime: (at) => tlv(0x18, Buffer.from(at.getUTCFullYear() + clock(at))),
};
