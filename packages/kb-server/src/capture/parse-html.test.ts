import { describe, expect, it } from "vitest";
import { parsePage } from "./parse-html.ts";
import { prune } from "./prune.ts";

const words = "A bridge carries a road over a river, and its arch carries the bridge. ".repeat(30);

describe("parsePage", () => {
  it("reads bombs of every kind in seconds and keeps the text before them", () => {
    const bombs: Record<string, string> = {
      nested: "<div>".repeat(300_000),
      crossed: "<b><i></b></u><p><li><td>".repeat(20_000),
      deep: "<div><span>".repeat(3_000),
      items: "<li><p><dd><tr><td>".repeat(8_000),
      attributes: `<a ${"a=b ".repeat(300_000)}>`,
      quotes: '<a b="'.repeat(200_000),
      brackets: "<".repeat(1_000_000),
      comments: "<!--".repeat(300_000),
      entities: "&amp;".repeat(300_000),
      scripts: "<script>".repeat(200_000),
      titles: "<title>".repeat(100_000),
      closings: "</div>".repeat(300_000),
      spaces: `<a ${" ".repeat(1_000_000)}`,
    };
    for (const [name, bomb] of Object.entries(bombs)) {
      // The work of this thread: other tests run beside it.
      const before = process.threadCpuUsage();
      expect(parsePage(`<h1>Start</h1><p>${words}</p>${bomb} end`, 2_000_000).text, name).toContain("A bridge carries a road");
      const { user, system } = process.threadCpuUsage(before);
      expect((user + system) / 1_000, name).toBeLessThan(5_000);
    }
  }, 60_000);
});

describe("prune", () => {
  it("closes what is open and cuts what is too deep, keeping the text", () => {
    const { html, title, tooMany } = prune(`<title>A & b</title>${"<div>".repeat(1_000)}inside${"</div>".repeat(1_000)}after`);
    expect([title, tooMany, html.match(/<div>/g)?.length, html.match(/<\/div>/g)?.length]).toEqual(["A & b", false, 150, 150]);
    expect(html).toMatch(/inside(?:<\/div>){150}after<\/body>/);
  });

  it("ends elements that nobody closed as a browser does", () => {
    const body = (html: string) => /<body>([^]*)<\/body>/.exec(prune(html).html)?.[1];
    expect(body("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>")).toBe("<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>");
    expect(body("<p>a<b>b<p>c<div>d")).toBe("<p>a<b>b</b></p><p>c</p><div>d</div>");
    expect(body("<table><tr><td>a<td>b<tr><td>c</table>d")).toBe("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d");
    expect(body("<b>a<i>b</b>c</i></x>")).toBe("<b>a<i>b</i></b>c");
  });

  it("keeps no script, style, comment or handler, and a quoted bracket as it is", () => {
    const { html } = prune('<!-- <p>no --><script>if (a < b) "</p>"</script ><style>p{}</style><a onclick="x()" href="/a>b" title=\'"q"\'>1 < 2</a><![CDATA[x]]>');
    expect(html).toContain('<body><a href="/a>b" title="&quot;q&quot;">1 &lt; 2</a></body>');
  });
});
