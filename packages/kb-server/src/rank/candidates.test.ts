import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { closeKb, openKb } from "../kb.ts";
import { forget, purge } from "../store/forget.ts";
import { prepare } from "../store/prepare.ts";
import { writeArticles } from "../store/write.ts";
import { weigh } from "./candidates.ts";

it("weighs a term the same, whether its passages are read to count them or the vocabulary is asked", async () => {
  using folder = temporaryFolder();
  const kb = openKb(folder.path);
  const texts = Array.from({ length: 50 }, (_, at) => `The valve number ${at} opens.${at % 5 === 0 ? " The heater is cold." : ""}`);
  const articles = texts.map((text, at) => prepare({ title: `Note ${at}`, text, type: "note", project: "", tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } }));
  const [first] = writeArticles(kb.database, articles, 0);
  const asked = ["heater", "valv", "nothing"];
  // So many that their passages are not read.
  const others = Array.from({ length: 2_000 }, (_, at) => `other${at}`);
  const same = (heater: number, valve: number) => {
    kb.cache.check();
    const read = weigh(kb.database, asked, kb.cache);
    expect(read.map(({ term, documents, passages }) => [term, documents, passages?.length])).toEqual([["nothing", 0, 0], ["heater", heater, heater], ["valv", valve, valve]]);
    const counted = weigh(kb.database, [...asked, ...others], kb.cache);
    for (const { term, documents, idf } of read) expect(counted).toContainEqual({ term, documents, idf });
  };
  same(10, 50);
  forget(kb.database, first?.id ?? 0, 1);
  purge(kb.database, 2, 2);
  same(9, 49);
  await closeKb(kb);
});
