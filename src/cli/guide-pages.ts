/** @file The guide as pages: `public/guide/name.md`, which is written for GitHub too, becomes `guide/name.html` of the app. */
import { readdirSync, readFileSync } from 'node:fs';
import { marked } from 'marked';
import type { Plugin } from 'vite';

const folder = 'public/guide';

const style = `
:root { color-scheme: light dark; font: 1rem/1.55 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.3rem 0.6rem; text-align: start; vertical-align: top; }
pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
code { font-size: 0.9em; }`;

/** A page of HTML. `markdown`: its first line is the title. */
export function guidePage(markdown: string): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? '';
  const body = marked.parse(markdown, { async: false }).replace(/href="([\w-]+)\.md(["#])/g, 'href="$1.html$2');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="../icons/favicon.svg">
<title>${title} · ClinicaDL for the browser</title>
<style>${style}
</style>
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
}

/** Writes the pages into a build, and serves them while developing. */
export function guidePages(): Plugin {
  const names = (): string[] => readdirSync(folder).map((name) => name.replace(/\.md$/, ''));
  const pageOf = (name: string): string => guidePage(readFileSync(`${folder}/${name}.md`, 'utf8'));
  return {
    name: 'guide-pages',
    generateBundle() {
      for (const name of names()) this.emitFile({ type: 'asset', fileName: `guide/${name}.html`, source: pageOf(name) });
    },
    configureServer(server) {
      server.middlewares.use('/guide', (request, response, next) => {
        const name = /^\/([\w-]+)\.html/.exec(request.url ?? '')?.[1];
        if (name === undefined || !names().includes(name)) return next();
        response.setHeader('Content-Type', 'text/html').end(pageOf(name));
      });
    },
  };
}
