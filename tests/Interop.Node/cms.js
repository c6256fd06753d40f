'use strict';
// Messages of profile GW-CMS-1. Every key operation is done by the openssl command; only the layout is ours.
const { execFileSync } = require('child_process');
const { createHash, X509Certificate } = require('crypto');
const fs = require('fs');
const path = require('path');
const der = require('./der');

const ARC = '1.3.6.1.4.1.99999';
const BATCH = ARC + '.2.1';
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const digestAlgorithm = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'));
const signatureAlgorithm = (tag) => der.tlv(tag, der.oid('1.2.840.10045.4.3.2'));

// RFC 9162 section 2.1.
function merkleRoot(items) {
  let level = items.map((item) => sha256(Buffer.from([0]), item));
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 2) above.push(i + 1 < level.length ? sha256(Buffer.from([1]), level[i], level[i + 1]) : level[i]);
    level = above;
  }
  return level[0];
}

function certificates(pemFile) {
  return fs.readFileSync(pemFile, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g).map((pem) => new X509Certificate(pem).raw);
}

// The subject key identifier as openssl prints it.
function keyIdentifier(pemFile) {
  const text = openssl('x509', '-in', pemFile, '-noout', '-ext', 'subjectKeyIdentifier').toString();
  return Buffer.from(text.split('\n')[1].trim().replace(/:/g, ''), 'hex');
}

function context(c) {
  return der.sequence(
    der.integer(1), der.utf8(c.sender), der.utf8(c.recipient), der.utf8(c.agreementId), der.integer(c.agreementRevision), der.utf8(c.purpose),
    der.octets(c.messageId), der.integer(c.sequence), ...(c.previousHash.length === 0 ? [] : [der.tlv(0x80, c.previousHash)]),
    der.generalizedTime(c.notAfter), der.integer(c.count), der.octets(c.merkleRoot));
}

function attributes(content, c, certificate, at) {
  const attribute = (type, value) => der.sequence(der.oid(type), der.setOf(value));
  return der.setOf(
    attribute('1.2.840.113549.1.9.3', der.oid(BATCH)),
    attribute('1.2.840.113549.1.9.4', der.octets(sha256(content))),
    attribute('1.2.840.113549.1.9.5', der.utcTime(at)),
    attribute('1.2.840.113549.1.9.52', der.sequence(digestAlgorithm, signatureAlgorithm(0xa1))),
    attribute('1.2.840.113549.1.9.16.2.47', der.sequence(der.sequence(der.sequence(der.octets(sha256(certificate)))))),
    attribute(ARC + '.1.1', context(c)),
    attribute('1.2.840.113549.1.9.16.2.1', der.sequence(der.octets(c.messageId), der.tlv(0x80, Buffer.from([0])), der.sequence(der.sequence(der.tlv(0x86, Buffer.from(c.sender)))))));
}

// Signs content for a peer and seals it. Returns the envelope, the signed message without content, and its hash.
function seal(folder, keys, recipientCertificate, content, c, at) {
  const file = (name) => path.join(folder, name);
  const signer = path.join(keys, 'signing.crt');
  const chain = certificates(signer);
  const signed = attributes(content, c, chain[0], at);
  fs.writeFileSync(file('attributes'), signed);
  const signature = openssl('dgst', '-sha256', '-sign', path.join(keys, 'signing.key'), file('attributes'));
  const retagged = Buffer.from(signed);
  retagged[0] = 0xa0; // signed as SET OF, sent under an implicit tag: RFC 5652 section 5.4
  const signerInfo = der.sequence(
    der.integer(3), der.tlv(0x80, keyIdentifier(signer)), digestAlgorithm, retagged, signatureAlgorithm(0x30), der.octets(signature));
  const message = (...eContent) => der.sequence(
    der.oid('1.2.840.113549.1.7.2'),
    der.tlv(0xa0, der.sequence(
      der.integer(3), der.setOf(digestAlgorithm), der.sequence(der.oid(BATCH), ...eContent),
      der.tlv(0xa0, ...chain.sort(Buffer.compare)), der.setOf(signerInfo))));
  fs.writeFileSync(file('inner.p7'), message(der.tlv(0xa0, der.octets(content))));
  openssl('cms', '-encrypt', '-aes-256-gcm', '-binary', '-keyid', '-in', file('inner.p7'), '-outform', 'DER', '-out', file('sealed.p7'),
    '-recip', recipientCertificate, '-aes256-wrap', '-keyopt', 'ecdh_kdf_md:sha256');
  fs.writeFileSync(file('message.p7'), message());
  return { envelope: fs.readFileSync(file('sealed.p7')), hash: sha256(signed) };
}

// Opens a sealed receipt and holds it against the message it answers. Throws when openssl does not find it good.
function checkReceipt(folder, keys, sealed, roots) {
  const file = (name) => path.join(folder, name);
  fs.writeFileSync(file('sealed-receipt.p7'), sealed);
  openssl('cms', '-decrypt', '-inform', 'DER', '-in', file('sealed-receipt.p7'), '-recip', path.join(keys, 'decryption.crt'), '-inkey', path.join(keys, 'decryption.key'),
    '-binary', '-out', file('receipt.p7'));
  fs.writeFileSync(file('roots.pem'), roots.map((root) => fs.readFileSync(root)).join('\n'));
  openssl('cms', '-verify_receipt', file('receipt.p7'), '-rctform', 'DER', '-inform', 'DER', '-in', file('message.p7'), '-CAfile', file('roots.pem'), '-purpose', 'any');
  return fs.readFileSync(file('receipt.p7'));
}

// The text of an agreement, once openssl finds our own signature on it good.
function readAgreement(folder, agreementFile, root) {
  const text = path.join(folder, 'agreement.json');
  openssl('cms', '-verify', '-inform', 'PEM', '-in', agreementFile, '-CAfile', root, '-purpose', 'any', '-binary', '-out', text);
  const bytes = fs.readFileSync(text);
  return { agreement: JSON.parse(bytes), digest: sha256(bytes) };
}

module.exports = { merkleRoot, seal, checkReceipt, readAgreement };
