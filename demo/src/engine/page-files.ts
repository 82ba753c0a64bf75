import { MadeOnce } from '../made-once';

const fetched = new Map<string, MadeOnce<ArrayBuffer>>();

/** A file beside the page, fetched once: who asks again needs no network. Nobody writes to it. */
export async function fetchBytes(name: string): Promise<ArrayBuffer> {
  const { href } = new URL(name, document.baseURI);
  const file = fetched.get(href) ?? new MadeOnce(() => fetchFrom(href, name));
  fetched.set(href, file);
  return file.get();
}

async function fetchFrom(href: string, name: string): Promise<ArrayBuffer> {
  const response = await fetch(href);
  if (!response.ok)
    throw new Error(`${name} could not be fetched: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
