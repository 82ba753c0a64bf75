const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.addEventListener('message', ({ data }) => {
  document.title = JSON.stringify(data);
});
worker.postMessage(new URL('model.tflite', location.href).href);
