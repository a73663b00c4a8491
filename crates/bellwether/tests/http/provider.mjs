// A provider of identities for one test: oidc-provider as published, on a free port of this machine.
// Started with the folder that holds node_modules; says its issuer on the first line.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const folder = resolve(process.argv[2]);
const found = createRequire(pathToFileURL(`${folder}/x.js`)).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found));

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'city',
      client_secret: 'a shared: secret',
      redirect_uris: ['http://127.0.0.1:8080/sign-in/with/real/back'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@provider.example` }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['for one test'] },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
