// No error contains the token, or data that identifies a customer, however a server repeats the request.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { isSmartbillError, Smartbill } from "smartbill-automation";

const TOKEN = "tok-9f8e7d6c5b4a";
const CLIENTE = {
  codigoExterno: "A-1",
  nome: "Ana Souza",
  cpfCnpj: "52998224725",
  email: "ana.souza@example.com",
  celular: "11987654321",
};
const SECRETS = [TOKEN, CLIENTE.cpfCnpj, "529.982.247-25", CLIENTE.email, CLIENTE.celular];

/** Answers of servers that repeat the request. */
const ECHOES = {
  "400 with JSON": (echo) =>
    Response.json(
      { message: echo, code: echo, requestId: echo, errors: [{ field: "cpfCnpj", message: echo, code: echo }] },
      { status: 400 },
    ),
  "401 with JSON": (echo) => Response.json({ error: echo, error_description: echo }, { status: 401 }),
  "409 with a text": (echo) => new Response(echo, { status: 409, headers: { "content-type": "text/plain" } }),
  "500 with a page": (echo) =>
    new Response(`<html><title>${echo}</title><body>${echo}</body></html>`, {
      status: 500,
      headers: { "content-type": "text/html" },
    }),
  "a redirect": (echo) =>
    new Response(null, {
      status: 302,
      headers: { location: `https://login.example/?back=${encodeURIComponent(echo)}` },
    }),
  "a request's number": (echo) => new Response("{}", { status: 400, headers: { "x-request-id": echo } }),
  "200 with an error": (echo) => Response.json({ success: false, error: echo }),
  "200 with another record": (echo) => Response.json({ [echo]: echo }),
  "200 that is no JSON": (echo) => new Response(echo, { status: 200, headers: { "content-type": "application/json" } }),
  "no answer": (echo) => {
    throw new TypeError(`fetch failed: ${echo}`, { cause: new Error(echo) });
  },
};

const USES = {
  incluir: (sb) => sb.clientes.incluir(CLIENTE),
  alterar: (sb) => sb.clientes.alterar("1", CLIENTE),
  obter: (sb) => sb.clientes.obter("1"),
  listar: (sb) => sb.clientes.listar({ cpfCnpj: CLIENTE.cpfCnpj }).pages().next(),
};

for (const [how, answer] of Object.entries(ECHOES)) {
  for (const [name, use] of Object.entries(USES)) {
    test(`${name}, ${how}`, async () => {
      const requests = [];
      const fetch = async (url, init) => {
        const request =
          [url, ...new Headers(init.headers)].flat().join(" ") +
          new TextDecoder().decode(await new Response(init.body).arrayBuffer());
        requests.push(request);
        return answer(request);
      };
      const sb = new Smartbill({
        baseUrl: "https://plataforma.example",
        token: TOKEN,
        fetch,
        retry: { maxAttempts: 1 },
      });
      const error = await Promise.resolve(use(sb)).then(
        () => assert.fail("it worked"),
        (e) => e,
      );
      assert.ok(isSmartbillError(error), String(error?.stack));
      assert.ok(
        requests.some((request) => request.includes(TOKEN)),
        "the token was sent, and so echoed",
      );
      const shown = [
        error.message,
        error.stack,
        inspect(error.cause, { depth: 9, showHidden: true }),
        String(error),
        JSON.stringify(error),
        inspect(error, { depth: 9, showHidden: true, maxStringLength: 1e6 }),
      ];
      for (const secret of SECRETS)
        assert.ok(
          shown.every((text) => !text.includes(secret)),
          `${secret} is in ${shown.find((text) => text.includes(secret))?.slice(0, 600)}`,
        );
    });
  }
}
