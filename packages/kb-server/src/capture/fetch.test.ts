import { createServer } from "node:net";
import type { AddressInfo, LookupFunction } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fetchGuarded, type FetchOptions } from "./fetch.ts";
import { pages, startWeb } from "./testing/web.ts";

const options: FetchOptions = { allowPrivateAddresses: true, maxBytes: 1_000_000, timeoutMs: 5_000, maxRedirects: 5, signal: new AbortController().signal };
const guarded = { ...options, allowPrivateAddresses: false };

describe("fetchGuarded", () => {
  it("gets a page and says where it came from", async () => {
    await using web = await startWeb(pages({ "/a": { type: "text/plain; charset=utf-8", body: "hello" } }));
    const fetched = await fetchGuarded(`${web.url}/a#part`, options);
    expect({ ...fetched, url: fetched.url.href, bytes: fetched.bytes.toString() }).toEqual({ url: `${web.url}/a`, contentType: "text/plain; charset=utf-8", bytes: "hello" });
  });

  it("sends its own name and no cookies", async () => {
    await using web = await startWeb((request, response) => {
      if (request.url === "/first") response.writeHead(302, { location: "/second", "set-cookie": "a=b" }).end();
      else response.end(JSON.stringify(request.headers));
    });
    const { bytes } = await fetchGuarded(`${web.url}/first`, options);
    const headers = JSON.parse(bytes.toString()) as Record<string, string>;
    expect([headers["user-agent"], headers["cookie"], headers["authorization"]]).toEqual(["paios-kb", undefined, undefined]);
  });

  it("refuses private addresses however they are written", async () => {
    await using web = await startWeb((_request, response) => response.end("secret"));
    const hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "[fe80::1]", "10.0.0.1", "192.168.0.1", "100.64.0.1"];
    const codes = await Promise.all(hosts.map((host) => code(fetchGuarded(`http://${host}:${web.port}/`, guarded))));
    expect(codes).toEqual(hosts.map(() => "refused"));
  });

  it("connects to the address it has checked: a name that resolves to a private one is refused", async () => {
    await using web = await startWeb((_request, response) => response.end("secret"));
    const asked: string[] = [];
    const answer = (addresses: string[]): LookupFunction => (name, _options, callback) => {
      asked.push(name);
      callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
    };
    const url = `http://rebind.example:${web.port}/`;
    expect(await code(fetchGuarded(url, { ...guarded, lookup: answer(["127.0.0.1"]) }))).toBe("refused");
    expect(await code(fetchGuarded(url, { ...guarded, lookup: answer(["8.8.8.8", "127.0.0.1"]) }))).toBe("refused");
    expect(await code(fetchGuarded(url, { ...guarded, lookup: answer(["::ffff:10.0.0.1"]) }))).toBe("refused");
    expect(await code(fetchGuarded(url, { ...guarded, lookup: answer([]) }))).toBe("refused");
    expect(asked).toEqual(Array.from({ length: 4 }, () => "rebind.example"));
    // The same name with the same answer is let through where loopback is: each name is asked for once only.
    expect((await fetchGuarded(url, { ...options, lookup: answer(["127.0.0.1"]) })).bytes.toString()).toBe("secret");
    expect(asked).toHaveLength(5);
  });

  it("checks every redirect again", async () => {
    await using web = await startWeb((request, response) => {
      const location = new URL(request.url ?? "", "http://a").searchParams.get("to") ?? "";
      response.writeHead(302, { location }).end();
    });
    const targets = ["http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://0.0.0.0/", "file:///etc/passwd", "ftp://example.org/", "http://user:word@127.0.0.1/", "gopher://127.0.0.1:70/"];
    const codes = await Promise.all(targets.map((to) => code(fetchGuarded(`${web.url}/?to=${encodeURIComponent(to)}`, options))));
    expect(codes).toEqual(targets.map(() => "refused"));
  });

  it("refuses other schemes, names and passwords, and what is no address", async () => {
    const targets = ["ftp://example.org/", "file:///etc/passwd", "data:text/plain,hello", "http://user@127.0.0.1/", "http://:word@127.0.0.1/", "http://", "nonsense"];
    expect(await Promise.all(targets.map((target) => code(fetchGuarded(target, options))))).toEqual(["refused", "refused", "refused", "refused", "refused", "bad_input", "bad_input"]);
  });

  it("ends a redirect loop", async () => {
    let asked = 0;
    await using web = await startWeb((_request, response) => {
      asked++;
      response.writeHead(302, { location: "/again" }).end();
    });
    expect(await code(fetchGuarded(web.url, options))).toBe("refused");
    expect(asked).toBe(6);
  });

  it("cuts a body of 200 MB at the limit with bounded memory", async () => {
    const piece = Buffer.alloc(64 * 1024, "x");
    let sent = 0;
    await using web = await startWeb((_request, response) => {
      const send = () => {
        let hasRoom = true;
        while (hasRoom && sent < 200_000_000 && !response.destroyed) {
          sent += piece.length;
          hasRoom = response.write(piece);
        }
        if (hasRoom) response.end();
        else response.once("drain", send);
      };
      send();
    });
    const before = process.memoryUsage().rss;
    expect(await code(fetchGuarded(web.url, options))).toBe("too_large");
    expect(sent).toBeLessThan(50_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it("refuses a body whose declared length is over the limit before it comes", async () => {
    await using web = await startWeb((_request, response) => {
      response.writeHead(200, { "content-length": "999999999" });
      response.write("x");
    });
    expect(await code(fetchGuarded(web.url, options))).toBe("too_large");
  });

  it("unpacks gzip, deflate and br, and limits what they unpack to", async () => {
    const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    const bomb = Buffer.alloc(20_000_000);
    await using web = await startWeb((request, response) => {
      const [, name = "", size] = (request.url ?? "").split("/");
      response.writeHead(200, { "content-encoding": name });
      response.end(pack[name as keyof typeof pack](size === "bomb" ? bomb : "hello"));
    });
    for (const name of Object.keys(pack)) {
      expect((await fetchGuarded(`${web.url}/${name}/small`, options)).bytes.toString()).toBe("hello");
      expect(await code(fetchGuarded(`${web.url}/${name}/bomb`, options))).toBe("too_large");
    }
  });

  it("says so when a packed body is damaged, cut short or of an unknown kind", async () => {
    const packed = gzipSync("hello".repeat(1_000));
    await using web = await startWeb((request, response) => {
      response.writeHead(200, { "content-encoding": request.url === "/unknown" ? "rot13" : "gzip" });
      response.end(request.url === "/cut" ? packed.subarray(0, packed.length - 9) : "no gzip");
    });
    for (const path of ["/unknown", "/cut", "/damaged"]) expect(await code(fetchGuarded(web.url + path, options))).toBe("unavailable");
  });

  it("ends a slow-loris body, silent headers and a server that never answers at the time limit", async () => {
    await using web = await startWeb((request, response) => {
      if (request.url === "/silent") return;
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    });
    const started = Date.now();
    for (const path of ["/", "/silent"]) expect(await code(fetchGuarded(web.url + path, { ...options, timeoutMs: 400 }))).toBe("timed_out");
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it("stops at once when it is called off", async () => {
    await using web = await startWeb(() => {});
    const control = new AbortController();
    const fetching = fetchGuarded(web.url, { ...options, signal: control.signal });
    setTimeout(() => control.abort(new Error("called off")), 50);
    await expect(fetching).rejects.toThrow("called off");
  });

  it("notices a body shorter than its declared length, and reads no further than a longer one's", async () => {
    await using lying = await startRaw((path) => (path === "/short" ? "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhello"));
    expect(await code(fetchGuarded(`${lying.url}/short`, options))).toBe("unavailable");
    expect((await fetchGuarded(`${lying.url}/long`, options)).bytes.toString()).toBe("he");
  });

  it("answers what is no HTTP, closed ports and refusals of servers with a fact and a next step", async () => {
    await using noise = await startRaw(() => "\u0000\u0001nonsense\r\n\r\n");
    await using web = await startWeb((request, response) => response.writeHead(Number(request.url?.slice(1))).end("<b>foreign words</b>"));
    expect(await code(fetchGuarded(noise.url, options))).toBe("unavailable");
    expect(await code(fetchGuarded("http://127.0.0.1:1/", options))).toBe("unavailable");
    const codes = await Promise.all([404, 410, 401, 403, 429, 500, 304].map((status) => code(fetchGuarded(`${web.url}/${status}`, options))));
    expect(codes).toEqual(["not_found", "not_found", "unavailable", "unavailable", "unavailable", "unavailable", "unavailable"]);
    await expect(fetchGuarded(`${web.url}/500`, options)).rejects.toThrow("The server answered HTTP 500. Try again later.");
  });
});

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "fetched";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

async function startRaw(answer: (path: string) => string) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (request) => socket.end(answer(request.toString().split(" ")[1] ?? "")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
