// What WeCom posts to us: opened as Tencent's own library seals it, and refused where a bit of it is not right.
import { createCipheriv } from 'node:crypto';
import { getSignature, decrypt as theirDecrypt, encrypt as theirEncrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallbackKeys, openCallback, verifyUrl } from '../../src/integrations/wecom/callback.ts';
import { encrypt, seal, signed } from '../support/outside/wecom-seal.ts';

const KEYS: CallbackKeys = {
  token: 'QDG6eK',
  aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'ww1a2b3c4d5e6f7890',
};
const OTHER_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const TIME = '1732186604';
const NONCE = '1372623149';

function messageOf(text: string): string {
  return `<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]></Content></xml>`;
}

function post(xml: string, keys: CallbackKeys = KEYS) {
  const { body, query } = seal(xml, keys, NONCE, TIME);
  return { body: Buffer.from(body), query };
}

describe('against Tencent’s own library', () => {
  test('what it seals is opened, at every length from 0 to 199', () => {
    for (let length = 0; length < 200; length += 1) {
      const echo = 'é'.repeat(length);
      const echostr = theirEncrypt(KEYS.aesKey, echo, KEYS.receiveId);
      const query = { msg_signature: getSignature(KEYS.token, TIME, NONCE, echostr), timestamp: TIME, nonce: NONCE };
      expect(verifyUrl({ ...query, echostr }, KEYS)).toEqual({ echo });
    }
  });

  test('what we seal it opens, at every length from 0 to 199', () => {
    for (let length = 0; length < 200; length += 1) {
      const text = '字'.repeat(length);
      const cipher = encrypt(text, KEYS);
      expect(theirDecrypt(KEYS.aesKey, cipher)).toMatchObject({ message: text, id: KEYS.receiveId });
      const { msg_signature } = signed(cipher, KEYS.token, NONCE, TIME);
      expect(msg_signature).toBe(getSignature(KEYS.token, TIME, NONCE, cipher));
    }
  });

  test('any words of any script come out as they went in', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 300 }).filter(isOfXml);
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-zA-Z0-9]{1,32}$/), (text, token) => {
        const keys = { ...KEYS, token };
        const cipher = theirEncrypt(keys.aesKey, messageOf(text), keys.receiveId);
        const query = { msg_signature: getSignature(token, TIME, NONCE, cipher), timestamp: TIME, nonce: NONCE };
        const body = Buffer.from(`<xml><Encrypt><![CDATA[${cipher}]]></Encrypt></xml>`);
        expect(openCallback(query, body, keys)).toMatchObject({ plain: { MsgType: 'text', Content: text } });
      }),
      { numRuns: 300 },
    );
  });
});

/** XML has no place for most control characters, and turns a carriage return into a line break. */
function isOfXml(text: string): boolean {
  return ![...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 32 && code !== 9 && code !== 10;
  });
}

test('words keep their spaces, brackets, entities and what looks like markup', () => {
  const text = '  a ]]> <!DOCTYPE html> <!ENTITY x "y"> &lt;b&gt; &x; 007\n ';
  const { body, query } = post(messageOf(text));
  expect(openCallback(query, body, KEYS)).toMatchObject({ plain: { Content: text } });
});

test('numbers stay as they are written', () => {
  const { body, query } = post('<xml><MsgId>07456123898761234567</MsgId><CreateTime>1732186604</CreateTime></xml>');
  expect(openCallback(query, body, KEYS)).toEqual({
    plain: { MsgId: '07456123898761234567', CreateTime: '1732186604' },
  });
});

describe('what is not right is refused', () => {
  const { body, query } = post(messageOf('hello'));
  const text = body.toString();

  test('as it stands it is right', () => {
    expect(openCallback(query, body, KEYS)).toHaveProperty('plain.Content', 'hello');
  });

  test('another signature, time, nonce or token', () => {
    const changed = [
      { ...query, msg_signature: query.msg_signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      { ...query, msg_signature: query.msg_signature.toUpperCase() },
      { ...query, msg_signature: '' },
      { ...query, timestamp: '1732186605' },
      { ...query, nonce: '1' },
    ];
    for (const each of changed) expect(openCallback(each, body, KEYS)).toEqual({ refused: 'wrong_signature' });
    expect(openCallback(query, body, { ...KEYS, token: 'other' })).toEqual({ refused: 'wrong_signature' });
  });

  test('a query without its parts, or with a part twice', () => {
    const { nonce, ...without } = query;
    expect(openCallback(without, body, KEYS)).toEqual({ refused: 'bad_query' });
    expect(openCallback({ ...query, nonce: [nonce, nonce] }, body, KEYS)).toEqual({ refused: 'bad_query' });
    expect(verifyUrl(query, KEYS)).toEqual({ refused: 'bad_query' });
  });

  test('any one byte of the cipher changed', () => {
    const start = text.indexOf('<Encrypt><![CDATA[') + '<Encrypt><![CDATA['.length;
    const end = text.indexOf(']]></Encrypt>');
    for (let at = start; at < end; at += 1) {
      const copy = Buffer.from(body);
      copy[at] = copy[at] === 65 ? 66 : 65;
      expect(openCallback(query, copy, KEYS)).toEqual({ refused: 'wrong_signature' });
    }
  });

  test('for another company', () => {
    const other = post(messageOf('hello'), { ...KEYS, receiveId: 'ww-another' });
    expect(openCallback(other.query, other.body, KEYS)).toEqual({ refused: 'wrong_receiver' });
    const longer = post(messageOf('hello'), { ...KEYS, receiveId: `${KEYS.receiveId}x` });
    expect(openCallback(longer.query, longer.body, KEYS)).toEqual({ refused: 'wrong_receiver' });
  });

  test('sealed by another key, or a key of ours that is none', () => {
    const other = post(messageOf('hello'), { ...KEYS, aesKey: OTHER_KEY });
    expect(openCallback(other.query, other.body, KEYS)).toHaveProperty('refused');
    expect(openCallback(query, body, { ...KEYS, aesKey: 'short' })).toEqual({ refused: 'bad_key' });
  });

  test('a cipher that is no base64, no whole block, or says a wrong length', () => {
    for (const cipher of ['', '####', 'AAAA', 'A'.repeat(43), Buffer.alloc(32).toString('base64')]) {
      const envelope = Buffer.from(`<xml><Encrypt>${cipher}</Encrypt></xml>`);
      const refused = openCallback(signed(cipher, KEYS.token, NONCE, TIME), envelope, KEYS);
      expect(['bad_cipher', 'bad_xml']).toContain('refused' in refused ? refused.refused : '');
    }
  });

  test('a message that says to be longer than it is, though nobody is named behind it', () => {
    const plain = Buffer.alloc(32, 12);
    plain.writeUInt32BE(1000, 16);
    const key = Buffer.from(`${KEYS.aesKey}=`, 'base64');
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const echostr = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
    const query = { ...signed(echostr, KEYS.token, NONCE, TIME), echostr };
    expect(verifyUrl(query, { ...KEYS, receiveId: '' })).toEqual({ refused: 'bad_cipher' });
  });

  test('a body that is no XML, has no cipher, or declares entities', () => {
    const bombs = '<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>';
    for (const bad of ['', 'hello', '{"a":1}', '<xml>', '<xml><Encrypt></xml>', '<xml></xml>', '<a/>', bombs]) {
      expect(openCallback(query, Buffer.from(bad), KEYS)).toEqual({ refused: 'bad_xml' });
    }
    expect(openCallback(query, Buffer.from(`<!DOCTYPE xml>${text}`), KEYS)).toEqual({ refused: 'bad_xml' });
  });

  test('a message inside that is no XML, or declares entities, though it is signed', () => {
    for (const bad of ['hello', '<xml><a></xml>', `<!DOCTYPE x [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>`]) {
      const sealed = post(bad);
      expect(openCallback(sealed.query, sealed.body, KEYS)).toEqual({ refused: 'bad_xml' });
    }
  });

  test('an element that would reach into every object', () => {
    const sealed = post('<xml><__proto__><polluted>1</polluted></__proto__></xml>');
    expect(openCallback(sealed.query, sealed.body, KEYS)).toEqual({ refused: 'bad_xml' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('a body over 64 KB is not read', () => {
    const large = Buffer.from(text.replace('</xml>', `${' '.repeat(64 * 1024)}</xml>`));
    expect(openCallback(query, large, KEYS)).toEqual({ refused: 'too_large' });
  });
});

test('nothing that anybody posts makes it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.dictionary(fc.string(), fc.string()), (bytes, query) => {
      expect(openCallback(query, Buffer.from(bytes), KEYS)).toHaveProperty('refused');
    }),
  );
  fc.assert(
    fc.property(fc.base64String({ maxLength: 400 }), (cipher) => {
      const body = Buffer.from(`<xml><Encrypt>${cipher}</Encrypt></xml>`);
      expect(openCallback(signed(cipher, KEYS.token, NONCE, TIME), body, KEYS)).toHaveProperty('refused');
    }),
  );
});
