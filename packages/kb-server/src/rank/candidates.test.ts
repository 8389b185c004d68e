import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { closeKb, openKb } from "../kb.ts";
import { forget, forgetProject, purge, unforget } from "../store/forget.ts";
import { prepare } from "../store/prepare.ts";
import { writeArticles } from "../store/write.ts";
import { weigh } from "./candidates.ts";
import { searchWords } from "./search.ts";

const note = (title: string, text: string, project: string) => prepare({ title, text, type: "note", project, tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } });

it("weighs a term the same, whether its passages are read to count them or the vocabulary is asked", async () => {
  using folder = temporaryFolder();
  const kb = openKb(folder.path);
  const texts = Array.from({ length: 50 }, (_, at) => `The valve number ${at} opens.${at % 5 === 0 ? " The heater is cold." : ""}`);
  const articles = texts.map((text, at) => note(`Note ${at}`, text, ""));
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

it("finds what is there beside any number of forgotten articles that fit better, and those again when they are back", async () => {
  using folder = temporaryFolder();
  const kb = openKb(folder.path);
  const noise = Array.from({ length: 400 }, (_, at) => note(`Frost sensor heater ${at}`, `The frost sensor of heater ${at} says that the frost sensor heater is cold.`, "noise"));
  const ids = writeArticles(kb.database, [note("Shed", "In the shed lies a heater, and some way behind the boxes and the bicycles also a sensor for frost.", "home"), ...noise], 0).map(({ id }) => id);
  const found = () => searchWords(kb, { query: "frost sensor heater" }).fitting.map(({ articleId }) => articleId);
  expect(found()).not.toContain(ids[0]);
  forgetProject(kb.database, "noise", 1);
  expect(found()).toEqual([ids[0]]);
  unforget(kb.database, ids[400] ?? 0);
  expect(found()).toEqual([ids[400], ids[0]]);
  await closeKb(kb);
});
