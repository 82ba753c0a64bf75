/** Hands the visitor a file. */
export function download(name: string, parts: readonly BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the file by the time this runs.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
