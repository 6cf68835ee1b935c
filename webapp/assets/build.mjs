// Builds the scripts and styles of the pages into webapp/static/, which git ignores.
//
// Every file carries a hash of its content in its name, so that browsers may keep it for ever; manifest.json maps the
// name a page asks for ("main.js") to the file that holds it ("main-K3J4.js"). The licences of everything that ends up
// in a bundle are shipped beside it, in licences/.

import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as esbuild from 'esbuild'
import * as sass from 'sass'

const assets = dirname(fileURLToPath(import.meta.url))
const root = resolve(assets, '..', '..')
const target = join(root, 'webapp', 'static')
const entryPoints = ['main.js', 'main.scss', 'diagram.js', 'editor.js', 'replay.js'].map((name) => join(assets, name))

const compiledSass = {
  name: 'sass',
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css, loadedUrls } = sass.compile(path, {
        loadPaths: [join(root, 'node_modules')],
        quietDeps: true,
        style: 'expanded',
      })
      for (const url of loadedUrls) packagesUsed.add(packageOf(relative(root, fileURLToPath(url))))
      return { contents: css, loader: 'css', resolveDir: dirname(path) }
    })
  },
}

const packagesUsed = new Set()

/** The npm package a source file belongs to; undefined for our own. */
function packageOf(path) {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
}

async function bundle() {
  return esbuild.build({
    entryPoints,
    absWorkingDir: root,
    outdir: target,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    charset: 'utf8',
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
    plugins: [compiledSass],
    // The icon font of bpmn-js comes in five formats; every browser of today reads the first.
    loader: { '.woff2': 'file', '.woff': 'file', '.eot': 'empty', '.ttf': 'empty', '.svg': 'empty' },
  })
}

/** @returns {Record<string, string>} the name a page asks for -> the file name with its hash */
function manifestOf(metafile) {
  const manifest = {}
  for (const [path, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue
    const name = basename(entryPoint).replace(/\.(js|scss)$/, '')
    const file = basename(path)
    manifest[file.endsWith('.css') ? `${name}.css` : `${name}.js`] = file
    if (cssBundle) manifest[`${name}.css`] = basename(cssBundle)
  }
  return manifest
}

/** Packages that ship no licence file have theirs in webapp/assets/licences/. */
async function licenceOf(name) {
  for (const folder of [join(root, 'node_modules', name), join(assets, 'licences')]) {
    const file = (await readdir(folder)).find((file) => /^(licen[cs]e|copying)/i.test(file) || file === `${name}.txt`)
    if (file) return join(folder, file)
  }
  throw new Error(`${name} is bundled but ships no licence file: add webapp/assets/licences/${name}.txt`)
}

async function copyLicences(names) {
  await mkdir(join(target, 'licences'))
  for (const name of names) {
    await copyFile(await licenceOf(name), join(target, 'licences', `${name.replace('/', '-')}.txt`))
  }
}

await rm(target, { recursive: true, force: true })
const { metafile } = await bundle()
for (const path of Object.keys(metafile.inputs)) packagesUsed.add(packageOf(path))
packagesUsed.delete(undefined)
await copyLicences([...packagesUsed].sort())
await writeFile(join(target, 'manifest.json'), `${JSON.stringify(manifestOf(metafile), null, 2)}\n`)
