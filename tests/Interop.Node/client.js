'use strict';
// A peer in another language. It opens a session with a real gateway over mutual TLS, sends one message of three mappings that it signed and
// sealed with the openssl command, checks the receipt with it, sends the message again and a broken one, and says what came.
//
//   node client.js FOLDER
//
// FOLDER has our keys (keys/), the peer's public files (peer/: root.crt, decryption.crt), the agreement (one.agreement) and settings.json:
// { "protos", "address", "gateway", "peer" }.
const { randomBytes } = require('crypto');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');
const cms = require('./cms');

const folder = process.argv[2];
const settings = JSON.parse(fs.readFileSync(path.join(folder, 'settings.json'), 'utf8'));
const keys = path.join(folder, 'keys');
const peerRoot = path.join(folder, 'peer', 'root.crt');
const work = fs.mkdtempSync(path.join(folder, 'work-'));
const { agreement, digest } = cms.readAgreement(work, path.join(folder, 'one.agreement'), path.join(keys, 'root.crt'));

function connect() {
  const exchange = grpc.loadPackageDefinition(
    loader.loadSync('gateway/exchange/v1/exchange.proto', { includeDirs: [settings.protos], longs: Number, enums: String, oneofs: true, defaults: true })).gateway.exchange.v1;
  const credentials = grpc.credentials.createSsl(
    fs.readFileSync(peerRoot), fs.readFileSync(path.join(keys, 'tls.key')), fs.readFileSync(path.join(keys, 'tls.crt')), {
      // The name that counts is the URI in the certificate, not the DNS name.
      checkServerIdentity: (_, certificate) => {
        const uris = (certificate.subjectaltname || '').split(', ').filter((name) => name.startsWith('URI:'));
        return uris.length === 1 && uris[0] === 'URI:' + settings.peer ? undefined : new Error('the certificate is not that of ' + settings.peer);
      },
    });
  return new exchange.Exchange(settings.address, credentials, { 'grpc.enable_retries': 0 }).OpenSession();
}

function batch() {
  const types = protobuf.loadSync(path.join(settings.protos, 'gateway/exchange/v1/mapping.proto'));
  const encode = (name, fields) => Buffer.from(types.lookupType('gateway.exchange.v1.' + name).encode(fields).finish());
  const now = Math.floor(Date.now() / 1000);
  const items = [1, 2, 3].map(() => encode('IdentificationMapping', {
    mappingId: randomBytes(16), version: 1, state: 1, pseudonym: randomBytes(16), pseudonymType: 1, bindingMethod: 1, purpose: agreement.purposes[0],
    consent: { recordId: 'interop', noticeVersion: agreement.noticeVersion }, agreementId: agreement.id,
    issuer: settings.gateway.split('/')[2], recipient: settings.peer.split('/')[2],
    issuedAtS: now, notBeforeS: now, notAfterS: now + 3600, permittedOperations: [1], salt: randomBytes(16),
  }));
  return { items, content: encode('MappingBatch', { mappings: items }) };
}

function sealNext(state) {
  const { items, content } = batch();
  const c = {
    sender: settings.gateway, recipient: settings.peer, agreementId: agreement.id, agreementRevision: agreement.revision, purpose: agreement.purposes[0],
    messageId: randomBytes(16), sequence: state.lastSequence + 1, previousHash: state.lastMessageHash,
    notAfter: new Date(agreement.validUntil), count: items.length, merkleRoot: cms.merkleRoot(items),
  };
  const { envelope } = cms.seal(work, keys, path.join(folder, 'peer', 'decryption.crt'), content, c, new Date());
  return { agreementId: agreement.id, epoch: state.epoch, sequence: c.sequence, sealed: envelope };
}

async function run() {
  const session = connect();
  const frames = [];
  let wake = () => {};
  session.on('data', (frame) => { frames.push(frame); wake(); });
  session.on('error', (error) => { frames.push({ frame: 'error', error: error.message }); wake(); });
  session.on('end', () => { frames.push({ frame: 'end' }); wake(); });
  const next = async () => {
    for (;;) {
      while (frames.length === 0) await new Promise((resolve) => { wake = resolve; });
      const frame = frames.shift();
      if (frame.frame !== 'heartbeat') return frame;
    }
  };
  const expect = (frame, kind) => {
    if (frame.frame !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(frame)}`);
    return frame[kind];
  };

  session.write({ hello: { protocolVersion: 1, gatewayUri: settings.gateway, channels: [{ agreementId: agreement.id, agreementRevision: agreement.revision, agreementDigest: digest }] } });
  const welcome = expect(await next(), 'welcome');
  console.log(`welcome of ${welcome.gatewayUri}, channel ${welcome.channels[0].refusal}`);

  const message = sealNext(welcome.channels[0]);
  session.write({ message });
  const first = cms.checkReceipt(work, keys, expect(await next(), 'receipt').sealed, [path.join(keys, 'root.crt'), peerRoot]);
  console.log('receipt: openssl finds it good for the message that was sent');

  session.write({ message });
  const second = cms.checkReceipt(work, keys, expect(await next(), 'receipt').sealed, [path.join(keys, 'root.crt'), peerRoot]);
  console.log(first.equals(second) ? 'replay: the original receipt' : 'replay: ANOTHER receipt');

  const broken = { ...message, sealed: Buffer.from(message.sealed) };
  broken.sealed[broken.sealed.length - 40] ^= 1;
  session.write({ message: broken });
  console.log(`one bit changed: ${expect(await next(), 'refused').code}`);

  session.end();
  console.log(`half closed: ${(await next()).frame}`);
}

run().then(() => process.exit(0), (error) => { console.error(error.message, (error.stderr || '').toString()); process.exit(1); });
