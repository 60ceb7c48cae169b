/* A worker that runs in a hidden frame. Browsers start no worker from a file, which is how this site is read without a
   server; its search runs in one. Only what the search needs is here: messages both ways, and scripts that it loads. */
(function () {
  if (location.protocol !== "file:") return;

  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "search";
      this.frame.setAttribute("aria-hidden", "true");
      this.frame.tabIndex = -1;
      document.documentElement.appendChild(this.frame);
      const page = this.frame.contentDocument, inside = this.frame.contentWindow;
      page.open();
      page.write('<!doctype html><html lang="en"><title>search</title>');
      page.close();
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      inside.importScripts = (...urls) => urls.reduce((done, one) => done.then(() => this.load(one)), Promise.resolve());
      this.load(url).then(
        () => { const waiting = this.waiting; this.waiting = null; waiting.forEach((data) => this.deliver(data)); },
        () => this.dispatchEvent(new ErrorEvent("error", { message: `cannot load ${url}` })));
    }

    load(url) {
      return new Promise((resolve, reject) => {
        const script = this.frame.contentDocument.createElement("script");
        script.src = new URL(url, location.href).href;
        script.onload = resolve;
        script.onerror = reject;
        this.frame.contentDocument.head.appendChild(script);
      });
    }

    deliver(data) {
      const inside = this.frame.contentWindow;
      inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    }

    postMessage(data) {
      if (this.waiting) this.waiting.push(data); else this.deliver(data);
    }

    terminate() { this.frame.remove(); }
  }

  window.IFrameWorker = IFrameWorker;
  window.Worker = IFrameWorker;
})();
