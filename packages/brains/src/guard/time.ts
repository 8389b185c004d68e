import { judgeCommand } from "./judge.ts";
for (const part of ["$(", "`", "{a,", "a | ", "(", "\"$", "x=$x$x; ", "for i in 1; do ", "<<E\n", "f() { f; }; f; ", "bash -c '"]) {
      const started = performance.now();
      let v; try { v = judgeCommand(part.repeat(Math.min(190_000, Number(process.argv[2])) / part.length), {cwd:"/work",home:"/h"}); } catch (e) { v = String(e).slice(0,100) }
      console.log(part, Math.round(performance.now() - started), JSON.stringify(v).slice(0,60));
}
