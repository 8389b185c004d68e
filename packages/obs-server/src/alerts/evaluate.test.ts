import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeResult } from "../health/results.ts";
import { type TestHome, testHome } from "../health/testing/home.ts";
import { acknowledge } from "./acknowledge.ts";
import { listAlerts } from "./alert.ts";
import { evaluateAlerts } from "./evaluate.ts";
import type { AlertFinding, AlertRule } from "./rule.ts";

const start = Date.UTC(2026, 10, 21, 12);
const hour = 3_600_000;

let home: TestHome;
let wrong: AlertFinding[];

beforeEach(() => {
  home = testHome();
  wrong = [];
});
afterEach(() => home[Symbol.dispose]());

const rules: AlertRule[] = [{ name: "r", title: "Down", severity: "critical", forMs: 30_000, evaluate: () => wrong }];

function thing(name: string, more: Partial<AlertFinding> = {}): AlertFinding {
  return { fingerprint: `r:${name}`, summary: name, detail: `${name} is down.`, ...more };
}

/** Evaluates every 15 s from one second to another. */
function evaluate(from: number, to = from): void {
  for (let second = from; second <= to; second += 15) evaluateAlerts(home.obs, start + second * 1_000, rules);
}

function states(): string[] {
  return listAlerts(home.obs.database, ["pending", "firing", "resolved"], 100).map(({ fingerprint, state }) => `${fingerprint} ${state}`);
}

function titles(): string[] {
  return home.obs.database.prepare("SELECT title FROM outbox ORDER BY id").pluck().all() as string[];
}

describe("the life of an alert", () => {
  it("is pending, fires once after its time, and says once that it is over", () => {
    wrong = [thing("a")];
    evaluate(0, 15);
    expect([states(), titles()]).toEqual([["r:a pending"], []]);
    evaluate(30, 600);
    expect([states(), titles()]).toEqual([["r:a firing"], ["Down: a"]]);
    wrong = [];
    evaluate(615, 900);
    expect([states(), titles()]).toEqual([["r:a resolved"], ["Down: a", "Over: Down: a"]]);
    wrong = [thing("a")];
    evaluate(915, 960);
    expect([states(), titles()]).toEqual([["r:a firing", "r:a resolved"], ["Down: a", "Over: Down: a", "Down: a"]]);
  });

  it("ends without a word when it goes away before its time", () => {
    wrong = [thing("a")];
    evaluate(0, 15);
    wrong = [];
    evaluate(30, 60);
    expect([states(), titles()]).toEqual([[], []]);
  });

  it("is one message with all that a rule has to say", () => {
    wrong = [thing("a")];
    evaluate(0, 30);
    wrong = [thing("b"), thing("c")];
    evaluate(45, 75);
    wrong = [thing("d"), thing("e")];
    evaluate(90, 105);
    wrong = [...wrong, thing("f")];
    evaluate(120);
    expect(titles()).toEqual(["Down: a", "Over: Down: a", "Down: 2 of them", "Over: Down: 2 of them", "Down: 2 of them"]);
    expect(home.obs.database.prepare("SELECT DISTINCT thread FROM outbox").pluck().all()).toEqual(["alert:r"]);
    expect(home.obs.database.prepare("SELECT body FROM outbox WHERE id = 3").pluck().get()).toBe("b: b is down.\nc: c is down.");
  });

  it("is repeated after so many hours, and not when somebody took note", () => {
    home.obs.config.alerts.repeatHours = 1;
    wrong = [thing("a"), thing("b")];
    evaluate(0, 3_700);
    expect(titles()).toEqual(["Down: 2 of them", "Down: 2 of them"]);
    acknowledge(home.obs, { id: "r:a", by: "test" }, start);
    evaluate(3_705, 7_300);
    acknowledge(home.obs, { id: "all", by: "test" }, start);
    evaluate(7_305, 15_000);
    expect(titles().slice(2)).toEqual(["Down: b"]);
    wrong = [];
    evaluate(15_015);
    expect(titles().at(-1)).toBe("Over: Down: 2 of them");
  });

  it("is not spoken of while a silence covers it, and is told when that ends", () => {
    home.obs.database.prepare("INSERT INTO silence(pattern, until_ms, reason) VALUES ('r:a*', ?, '')").run(start + hour);
    wrong = [thing("a1"), thing("b")];
    evaluate(0, 3_585);
    expect(titles()).toEqual(["Down: b"]);
    evaluate(3_600);
    expect(titles()).toEqual(["Down: b", "Down: a1"]);
  });

  it("that nobody was told of is not said to be over", () => {
    const { database } = home.obs;
    database.prepare("INSERT INTO silence(pattern, until_ms, reason) VALUES ('*', ?, '')").run(start + 60_000);
    wrong = [thing("a")];
    evaluate(0, 45);
    database.exec("DELETE FROM silence");
    wrong = [];
    evaluate(60);
    expect([states(), titles()]).toEqual([["r:a resolved"], []]);
  });

  it("neither fires nor ends by what was found too long ago", () => {
    wrong = [thing("a", { stale: true })];
    evaluate(0, 300);
    expect(states()).toEqual([]);
    wrong = [thing("a")];
    evaluate(315, 360);
    wrong = [thing("a", { stale: true })];
    evaluate(375, 900);
    expect([states(), titles()]).toEqual([["r:a firing"], ["Down: a"]]);
  });
});

describe("the clock", () => {
  it("a sleep starts the time anew and resolves nothing", () => {
    wrong = [thing("a")];
    evaluate(0, 30);
    wrong = [thing("a"), thing("b")];
    evaluate(45);
    wrong = [thing("b")];
    evaluate(10_000);
    expect(states()).toEqual(["r:b pending", "r:a firing"]);
    evaluate(10_015);
    expect(states()).toEqual(["r:b pending", "r:a resolved"]);
    evaluate(10_030);
    expect(states()).toEqual(["r:b firing", "r:a resolved"]);
  });

  it("a step back fires nothing early, resolves nothing, and does not put the repeat off", () => {
    home.obs.config.alerts.repeatHours = 1;
    wrong = [thing("a"), thing("b")];
    evaluate(0, 30);
    wrong = [thing("c")];
    evaluate(-86_400);
    expect(states()).toEqual(["r:c pending", "r:b firing", "r:a firing"]);
    wrong = [thing("a"), thing("c")];
    evaluate(-86_385, -86_400 + 3_600);
    expect(states()).toEqual(["r:c firing", "r:b resolved", "r:a firing"]);
    expect(titles()).toEqual(["Down: 2 of them", "Over: Down: b", "Down: c", "Down: a"]);
  });
});

describe("two evaluators", () => {
  it("that see the same at the same moment say it once", () => {
    const other = home.another();
    wrong = [thing("a")];
    evaluate(0, 15);
    const interrupted: AlertRule[] = rules.map((rule) => ({
      ...rule,
      evaluate: () => {
        evaluateAlerts(other, start + 30_000, rules);
        return [];
      },
    }));
    evaluateAlerts(home.obs, start + 30_001, interrupted);
    expect([states(), titles()]).toEqual([["r:a firing"], ["Down: a"]]);
  });

  it("or eight, in processes of their own, say it once", { timeout: 60_000 }, async () => {
    storeResult(home.obs.database, { name: "disk", kind: "resource", everyMs: 600_000 }, { status: "fail", detail: "Full." }, start, 1);
    evaluateAlerts(home.obs, start);
    const program = fileURLToPath(new URL("testing/evaluate-once.ts", import.meta.url));
    const children = Array.from({ length: 8 }, () => spawn(process.execPath, [program, home.path, String(Date.now() + 2_500), String(start + 60_000)], { stdio: ["ignore", "ignore", "inherit"] }));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0] as number));
    expect(codes).toEqual(children.map(() => 0));
    expect(titles()).toEqual(["Disk nearly full: disk"]);
  });
});

describe("taking note", () => {
  it("of an alert by number, with a silence for it when it comes back", () => {
    wrong = [thing("a")];
    evaluate(0, 30);
    const [alert] = listAlerts(home.obs.database, ["firing"], 1);
    expect(acknowledge(home.obs, { id: alert?.id ?? 0, by: "person", silenceHours: 2 }, start)).toEqual({ alerts: [{ id: alert?.id, fingerprint: "r:a" }], silencedUntilMs: start + 2 * hour });
    wrong = [];
    evaluate(45);
    wrong = [thing("a")];
    evaluate(60, 7_185);
    expect(titles()).toEqual(["Down: a"]);
    evaluate(7_200);
    expect(titles()).toEqual(["Down: a", "Down: a"]);
  });

  it("of one that is not open is refused; of all when there are none changes nothing", () => {
    expect(() => acknowledge(home.obs, { id: 7, by: "x" }, start)).toThrow("No open alert is called 7");
    expect(acknowledge(home.obs, { id: "all", by: "x" }, start)).toEqual({ alerts: [] });
  });
});

it("an alert of a rule that is not there any more ends a day later without a word", () => {
  wrong = [thing("a")];
  evaluate(0, 30);
  evaluateAlerts(home.obs, start + 40_000);
  expect(states()).toEqual(["r:a firing"]);
  evaluateAlerts(home.obs, start + 30 * hour);
  expect([states(), titles()]).toEqual([["r:a resolved"], ["Down: a"]]);
});
