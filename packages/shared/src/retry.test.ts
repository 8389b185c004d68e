import { describe, expect, it } from "vitest";
import { classify, HttpError, retry } from "./retry.ts";

const withCode = (code: string) => Object.assign(new Error(code), { code });
const quick = { firstDelayMs: 1, maxDelayMs: 2 };

describe("INTEG-02 classify", () => {
  it.each([
    [new HttpError(408), "transient"],
    [new HttpError(425), "transient"],
    [new HttpError(429), "transient"],
    [new HttpError(500), "transient"],
    [new HttpError(529), "transient"],
    [new HttpError(400), "permanent"],
    [new HttpError(401), "permanent"],
    [new HttpError(402), "permanent"],
    [new HttpError(404), "permanent"],
    [withCode("ECONNRESET"), "transient"],
    [withCode("ENOENT"), "permanent"],
    [new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") }), "transient"],
    [new TypeError("fetch failed", { cause: withCode("CERT_HAS_EXPIRED") }), "permanent"],
    [new DOMException("late", "TimeoutError"), "transient"],
    [new DOMException("stopped", "AbortError"), "permanent"],
    ["a text", "permanent"],
    [undefined, "permanent"],
  ])("%s is %s", (error, expected) => {
    expect(classify(error)).toBe(expected);
  });
});

describe("INTEG-02 retry", () => {
  function failing(times: number, error: unknown) {
    const attempts: number[] = [];
    return {
      attempts,
      work: (attempt: number) => {
        attempts.push(attempt);
        return attempts.length <= times ? Promise.reject(error) : Promise.resolve("done");
      },
    };
  }

  it("repeats after transient failures", async () => {
    const { work, attempts } = failing(2, new HttpError(503));
    await expect(retry(work, quick)).resolves.toBe("done");
    expect(attempts).toEqual([1, 2, 3]);
  });

  it("waits as long as the other side asked, up to the limit", async () => {
    const { work } = failing(1, new HttpError(429, 60_000));
    const started = performance.now();
    await expect(retry(work, { firstDelayMs: 1, maxDelayMs: 120 })).resolves.toBe("done");
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  it("gives up after so many, with the failure itself", async () => {
    const error = withCode("ECONNRESET");
    const { work, attempts } = failing(9, error);
    await expect(retry(work, { ...quick, retries: 2 })).rejects.toBe(error);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it.each([new HttpError(401), new TypeError("a defect"), withCode("ENOENT")])("does not repeat %s", async (error) => {
    const { work, attempts } = failing(9, error);
    await expect(retry(work, quick)).rejects.toBe(error);
    expect(attempts).toEqual([1]);
  });

  it("repeats what its caller calls transient", async () => {
    const { work, attempts } = failing(1, new Error("a defect"));
    await expect(retry(work, { ...quick, classify: () => "transient" })).resolves.toBe("done");
    expect(attempts).toEqual([1, 2]);
  });

  it("ends at an abort, also while it waits", async () => {
    const controller = new AbortController();
    const { work, attempts } = failing(9, new HttpError(503));
    const ended = retry(work, { firstDelayMs: 10_000, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 20);
    const started = performance.now();
    await expect(ended).rejects.toThrow("enough");
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(attempts).toEqual([1]);
  });
});
