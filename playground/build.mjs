// Builds the playground into the folder that the argument names.
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

const [target] = process.argv.slice(2);

await build({
  entryPoints: { playground: 'src/main.tsx' },
  outdir: target,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
  logLevel: 'warning',
});
await copyFile('index.html', `${target}/index.html`);
