// @ts-check
/**
 * The development dependency `@sparticuz/chromium` carries, compressed with brotli, what a bare Linux x64 machine lacks:
 * a Vulkan loader, SwiftShader (a Vulkan driver on the CPU), a headless Chromium and the libraries and fonts that it
 * needs. This module unpacks them, once, into `node_modules/.cache`.
 *
 * The package's own unpacking is not used: it writes to fixed names in the system's temporary folder and takes a file
 * that another process is still writing for a finished one.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';

/** The package's own configuration names the folders of a cloud function. */
const FONTS_CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const CACHE = fileURLToPath(new URL('../node_modules/.cache/octogate/', import.meta.url));

/**
 * @typedef {object} BundledVulkan
 * @property {string} loaderFolder Folder that holds `libvulkan.so.1` and nothing else, fit for LD_LIBRARY_PATH.
 * @property {string} icdFile SwiftShader's driver manifest.
 */

/**
 * @typedef {object} BundledBrowser
 * @property {string} executable Chromium's headless shell.
 * @property {Record<string, string>} environment Variables that it needs on a machine without libraries and fonts.
 */

/** True where the bundled binaries can run: Linux on x64, with development dependencies installed. */
export function hasBundledChromium() {
  return process.platform === 'linux' && process.arch === 'x64' && packageFolder() !== undefined;
}

/**
 * Unpacks the Vulkan loader and SwiftShader (about 0.2 s the first time).
 *
 * @returns {Promise<BundledVulkan>}
 * @throws {Error} if this machine has no bundled binaries; see {@link hasBundledChromium}.
 */
export async function unpackBundledVulkan() {
  const folder = await unpackOnce('vulkan', async (bin, target) => {
    await extractTar(join(bin, 'swiftshader.tar.br'), join(target, 'swiftshader'));
    // Alone in its folder: a library path that offered this ANGLE's libEGL.so as well would mislead other programs.
    await mkdir(join(target, 'loader'));
    await rename(join(target, 'swiftshader/libvulkan.so.1'), join(target, 'loader/libvulkan.so.1'));
  });
  return {
    loaderFolder: join(folder, 'loader'),
    icdFile: join(folder, 'swiftshader/vk_swiftshader_icd.json'),
  };
}

/**
 * Unpacks Chromium's headless shell with its libraries and fonts (a few seconds the first time).
 *
 * @returns {Promise<BundledBrowser>}
 * @throws {Error} if this machine has no bundled binaries; see {@link hasBundledChromium}.
 */
export async function unpackBundledBrowser() {
  const folder = await unpackOnce('browser', async (bin, target) => {
    await Promise.all([
      pipeline(
        createReadStream(join(bin, 'chromium.br')),
        createBrotliDecompress(),
        createWriteStream(join(target, 'chromium'), { mode: 0o755 }),
      ),
      // Chromium looks for ANGLE and SwiftShader beside its executable.
      extractTar(join(bin, 'swiftshader.tar.br'), target),
      extractTar(join(bin, 'al2023.tar.br'), target),
      extractTar(join(bin, 'fonts.tar.br'), join(target, 'fonts')),
    ]);
    await writeFile(join(target, 'fonts/fonts.conf'), FONTS_CONFIGURATION);
  });
  return {
    executable: join(folder, 'chromium'),
    environment: { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

/** @returns {string | undefined} Root folder of the installed package. */
function packageFolder() {
  try {
    // The package exports no path but its entry point, which lies at build/cjs/index.cjs.
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    return join(dirname(entry), '../..');
  } catch {
    return undefined;
  }
}

/**
 * Fills a cache folder exactly once. Processes that come at the same time each fill a folder of their own, and the first
 * rename wins, so nobody ever sees a half-filled one.
 *
 * @param {string} name
 * @param {(bin: string, target: string) => Promise<void>} fill
 * @returns {Promise<string>} The filled folder.
 */
async function unpackOnce(name, fill) {
  const root = packageFolder();
  if (!hasBundledChromium() || root === undefined) {
    throw new Error(
      `no bundled ${name} for ${process.platform}-${process.arch}: @sparticuz/chromium carries one for linux-x64 and is a ` +
        'development dependency (run `npm install` in a checkout)',
    );
  }
  const { version } = /** @type {{ version: string }} */ (
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  );
  const target = join(CACHE, `${name}-${version}`);
  if (existsSync(target)) return target;

  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(`${target}.draft-`);
  try {
    await fill(join(root, 'bin'), draft);
    // mkdtemp keeps others out, who may use this checkout as well.
    await chmod(draft, 0o755);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/**
 * @param {string} archive A tar file compressed with brotli.
 * @param {string} folder
 */
async function extractTar(archive, folder) {
  // Loaded here because this runs once per installation, and the callers start with every command.
  const { extract } = await import('tar-fs');
  // Root would otherwise give the files to whichever user here has the packager's number.
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const target = extract(folder, { map: (header) => ({ ...header, uid, gid }) });
  await pipeline(createReadStream(archive), createBrotliDecompress(), target);
}
