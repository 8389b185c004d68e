import http from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { startGuardProxy } from "./guard-proxy.ts";
import { startWeb } from "./testing/web.ts";

describe("startGuardProxy", () => {
  it("forwards and tunnels to what is allowed", async () => {
    await using web = await startWeb((request, response) => response.end(`${request.method} ${request.url} ${"proxy-connection" in request.headers ? "told" : "clean"}`));
    await using proxy = await startGuardProxy({ allowPrivateAddresses: true });
    expect(await viaProxy(proxy.url, `${web.url}/a?b=1`)).toBe("200 GET /a?b=1 clean");
    expect(await tunnelled(proxy.url, `127.0.0.1:${web.port}`)).toMatch(/^HTTP\/1\.1 200 Connection Established[^]*GET \/inside/);
  });

  it("refuses private addresses, by number and by name, and what is no web address", async () => {
    await using web = await startWeb((_request, response) => response.end("secret"));
    await using proxy = await startGuardProxy({ allowPrivateAddresses: false, lookup: (_name, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]) });
    const targets = [web.url, `http://localhost:${web.port}/`, `http://rebind.example:${web.port}/`, `http://[::1]:${web.port}/`, "http://169.254.169.254/", "ftp://127.0.0.1/", "/nonsense"];
    expect(await Promise.all(targets.map((target) => viaProxy(proxy.url, target)))).toEqual(targets.map(() => "403 "));
    for (const host of ["127.0.0.1", "[::1]", "rebind.example", "2130706433"]) expect(await tunnelled(proxy.url, `${host}:${web.port}`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("leaves no connection open when it ends", async () => {
    await using web = await startWeb(() => {});
    const proxy = await startGuardProxy({ allowPrivateAddresses: true });
    const waiting = viaProxy(proxy.url, web.url).catch(() => "ended");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await proxy[Symbol.asyncDispose]();
    expect(await waiting).toBe("ended");
  });
});

function viaProxy(proxy: string, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = http.request(proxy, { path: target, headers: { "proxy-connection": "keep-alive" }, agent: false }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString()));
      response.on("end", () => resolve(`${response.statusCode} ${text}`));
    });
    sent.on("error", reject);
    sent.end();
  });
}

function tunnelled(proxy: string, target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(proxy).port), "127.0.0.1");
    let text = "";
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    socket.on("data", (part) => {
      text += part.toString();
      if (text.endsWith("Established\r\n\r\n")) socket.write("GET /inside HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
